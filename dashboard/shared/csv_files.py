"""CSV files that a spreadsheet opens without running anything in them."""

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA = (*"=+-@\t\r\n", *"\uff1d\uff0b\uff0d\uff20")
"""What makes a spreadsheet take a text for a formula, full-width signs included (OWASP, "CSV Injection")."""


def defuse_formula(text: str) -> str:
    """Return a person's or a file's text, led by an apostrophe where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def csv_bytes(columns: Sequence[str], rows: Iterable[Iterable[object]], encoding: str = "utf-8-sig") -> bytes:
    """Write a header and a line for each row.

    Lines end as RFC 4180 has it; by default a byte order mark, which spreadsheets look for, leads the file.
    """
    out = io.StringIO()
    # With a bare "\n" Python would leave a lone "\r" in a text unquoted.
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue().encode(encoding)
