"""The scores of a split's radiographs, as the dashboard would show them: ``data/*_scores.csv``."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from model.network.card import Card, verified_bytes

DATA_FOLDER = Path(__file__).resolve().parents[2] / "data"
COLUMNS = ("image", "label", "subtype", "patient", "probability")
DECIMALS = 7
"""Of a written probability: finer than any two runtimes agree, coarse enough to be the same on all."""


@dataclass(frozen=True)
class Scores:
    """n radiographs, row by row.

    ``images`` are paths inside the data folder, ``labels`` int64 (0 normal, 1 pneumonia), ``subtypes``
    ``normal``, ``bacteria`` or ``virus``, ``probabilities`` float64, the calibrated P(pneumonia).
    """

    images: list[str]
    labels: np.ndarray
    subtypes: list[str]
    patients: list[str]
    probabilities: np.ndarray

    def __len__(self) -> int:
        return len(self.images)


def scores_file(split: str) -> str:
    """Return ``test_scores.csv`` or ``validation_scores.csv``."""
    return f"{split}_scores.csv"


def load_split_scores(card: Card, split: str, folder: Path = DATA_FOLDER) -> Scores:
    """Load a split's scores; raises ``ArtifactMismatch`` where they are not the card's network's."""
    text = verified_bytes(card, folder / scores_file(split)).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    return Scores(
        images=[row["image"] for row in rows],
        labels=np.array([int(row["label"]) for row in rows]),
        subtypes=[row["subtype"] for row in rows],
        patients=[row["patient"] for row in rows],
        probabilities=np.array([float(row["probability"]) for row in rows]),
    )


def write_split_scores(scores: Scores, file: Path) -> None:
    """Write a split's scores in their order."""
    columns = (scores.images, scores.labels.tolist(), scores.subtypes, scores.patients)
    with file.open("w", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(COLUMNS)
        for *named, probability in zip(*columns, scores.probabilities, strict=True):
            writer.writerow([*named, f"{probability:.{DECIMALS}f}"])
