"""The table that ``python -m model.score`` writes and the worklist exports: a row a reading, as text."""

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
