"""The history as a CSV file that a spreadsheet opens without running anything in it."""

import csv
import io
from collections.abc import Iterable

from dashboard.history import KeptReading

COLUMNS = tuple(column.key for column in KeptReading.__table__.columns)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}")
"""What makes a spreadsheet take a text for a formula (OWASP, "CSV Injection")."""


def history_csv(rows: Iterable[KeptReading]) -> bytes:
    """A header and a line a row; UTF-8 with the byte order mark that spreadsheets look for."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(getattr(row, name)) for name in COLUMNS] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _cell(value: object) -> object:
    """Text that would be a formula is led by an apostrophe; a time is ISO 8601."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    return value.isoformat(timespec="seconds") if hasattr(value, "isoformat") else value
