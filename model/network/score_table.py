"""The table that ``python -m model.score`` writes and the worklist exports: a row a reading, as text."""

import csv
import json
from collections.abc import Iterable
from typing import TextIO

from model.network.classifier import Reading
from model.network.finding import Finding

COLUMNS = ("file", "frame", "probability", "finding", "warnings", "error", "sha256", "model_version")

ScoreRow = dict[str, str]


def score_row(file: str, model_version: str, **known: str) -> ScoreRow:
    """Return a row in the order of ``COLUMNS``; what is not ``known`` is empty."""
    return dict.fromkeys(COLUMNS, "") | {"file": file, "model_version": model_version} | known


def reading_columns(reading: Reading, frame: int, finding: Finding) -> ScoreRow:
    """Return the columns of a row that hold a frame's reading."""
    return {
        "frame": str(frame),
        "probability": f"{reading.probability:.7f}",
        "finding": finding,
        "warnings": ";".join(reading.warnings),
        "sha256": reading.digest,
    }


def write_rows(rows: Iterable[ScoreRow], out: TextIO, form: str) -> int:
    """Write each row as soon as it comes, and count those that hold a reading.

    Args:
        rows: made while they are written.
        out: opened with ``newline=""``.
        form: ``csv`` or ``jsonl``.
    """
    readings = 0
    table = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    if form == "csv":
        table.writeheader()
    for row in rows:
        readings += not row["error"]
        if form == "csv":
            table.writerow(row)
        else:
            out.write(json.dumps(row) + "\n")
        out.flush()
    return readings
