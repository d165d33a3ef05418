"""Rows of the CSV files in ``data/``."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def read_rows(file: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file; none where there is no file."""
    if not file.exists():
        return []
    with file.open(newline="") as handle:
        return list(csv.DictReader(handle))


def write_rows(file: Path, columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write a CSV file with these columns; what else a row holds is left out."""
    with file.open("w", newline="") as handle:
        writer = csv.DictWriter(handle, list(columns), lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
