"""What an ensemble thinks of each radiograph that a student learns from: ``data/opinions.csv``.

Each opinion is the mean of several networks none of which was trained on that radiograph's patient
(``training/cross_validate.py``), so it doubts a label where the picture does.
"""

import csv
from pathlib import Path

import numpy as np

from training.dataset import ROOT, SUBTYPES, Example

FILE = ROOT / "data" / "opinions.csv"
DECIMALS = 5


class NoOpinion(LookupError):
    """A radiograph on which the ensemble was not asked."""


def load(members: list[Example], file: Path = FILE) -> np.ndarray:
    """P(class) of each radiograph, float32 of shape (n, 3).

    Raises:
        NoOpinion: the file is missing, or does not know one of the radiographs.
    """
    known = {}
    if file.exists():
        with file.open(newline="") as handle:
            known = {row["image"]: [float(row[kind]) for kind in SUBTYPES] for row in csv.DictReader(handle)}
    missing = [e.image for e in members if e.image not in known]
    if missing:
        raise NoOpinion(
            f"{file}: expected the opinion of an ensemble on {len(members)} radiographs; "
            f"{len(missing)} are missing, the first {missing[0]}. Run python -m training.cross_validate --opinions."
        )
    return np.array([known[e.image] for e in members], np.float32)


def write(members: list[Example], opinions: np.ndarray, file: Path = FILE) -> None:
    """Write P(class), shape (n, 3), of n radiographs."""
    with file.open("w", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["image", *SUBTYPES])
        for example, opinion in zip(members, opinions, strict=True):
            writer.writerow([example.image, *(f"{p:.{DECIMALS}f}" for p in opinion)])
