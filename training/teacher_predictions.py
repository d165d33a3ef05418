"""Out-of-fold predictions of an ensemble, which a distilled network learns from: ``data/teacher_predictions.csv``.

Each is the mean of several networks none of which was trained on that radiograph's patient
(``training/cross_validate.py``), so it doubts a label where the picture does.
"""

from pathlib import Path

import numpy as np

from training.csv_rows import read_rows, write_rows
from training.dataset import ROOT, SUBTYPES, Example

PREDICTIONS = ROOT / "data" / "teacher_predictions.csv"
DECIMALS = 5


class MissingPrediction(LookupError):
    """A radiograph that the teachers have not predicted."""


def load_teacher_predictions(examples: list[Example], file: Path = PREDICTIONS) -> np.ndarray:
    """Return P(class) of each radiograph, float32 of shape (n, 3).

    Raises:
        MissingPrediction: the file is missing, or lacks one of the radiographs.
    """
    known = {row["image"]: [float(row[kind]) for kind in SUBTYPES] for row in read_rows(file)}
    missing = [example.image for example in examples if example.image not in known]
    if missing:
        raise MissingPrediction(
            f"{file}: expected the teachers' predictions for {len(examples)} radiographs; "
            f"{len(missing)} are missing, the first {missing[0]}. Run python -m training.cross_validate --opinions."
        )
    return np.array([known[example.image] for example in examples], np.float32)


def write_teacher_predictions(examples: list[Example], predictions: np.ndarray, file: Path = PREDICTIONS) -> None:
    """Write P(class), shape (n, 3), of n radiographs."""
    shown = (
        {"image": example.image, **{kind: f"{p:.{DECIMALS}f}" for kind, p in zip(SUBTYPES, row, strict=True)}}
        for example, row in zip(examples, predictions, strict=True)
    )
    write_rows(file, ["image", *SUBTYPES], shown)
