"""The history as a CSV file that a spreadsheet opens without running anything in it."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime

from dashboard.history.store import KeptReading

COLUMNS = tuple(column.key for column in KeptReading.__table__.columns)
FORMULA = (*"=+-@\t\r\n", *"\uff1d\uff0b\uff0d\uff20")
"""What makes a spreadsheet take a text for a formula, full-width signs included (OWASP, "CSV Injection")."""


def history_csv(rows: Iterable[KeptReading]) -> bytes:
    """A header and a line a row; UTF-8 with the byte order mark that spreadsheets look for."""
    out = io.StringIO()
    # Ended as RFC 4180 has it; with a bare "\n" Python would leave a lone "\r" in a comment unquoted.
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(getattr(row, name)) for name in COLUMNS] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """Text that would be a formula is led by an apostrophe."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return harmless(value) if isinstance(value, str) else value
