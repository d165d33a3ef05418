"""The history as a CSV file: a row for each reading, every column of its table."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import inspect

from dashboard.history.store import KeptReading
from dashboard.shared.csv_files import csv_bytes, defuse_formula

COLUMNS = {attribute.columns[0].name: attribute.key for attribute in inspect(KeptReading).column_attrs}
"""The attribute that each column shows."""


def history_csv(rows: Iterable[KeptReading]) -> bytes:
    """Return the readings as CSV in UTF-8; times are ISO 8601, and no comment can become a formula."""
    return csv_bytes(list(COLUMNS), ([_cell(getattr(row, name)) for name in COLUMNS.values()] for row in rows))


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return defuse_formula(value) if isinstance(value, str) else value
