"""A set of one's own: a CSV of labels and scores, or a ZIP archive of labelled radiographs, kept nowhere."""

import hashlib
from pathlib import PurePosixPath
from typing import BinaryIO

import numpy as np
import pandas as pd

from dashboard.thresholds.evaluation_set import EvaluationSet
from model.io import radiograph
from model.io.archive import File, unpack
from model.io.radiograph import UnreadableRadiograph
from model.network.classifier import Classifier
from model.network.policy import fitted_policies

MOST_ROWS = 1_000_000
LABELS = {"0": 0, "1": 1, "0.0": 0, "1.0": 1, "normal": 0, "pneumonia": 1}
LABEL_COLUMNS, SCORE_COLUMNS = ("label", "truth", "class"), ("score", "probability", "prediction")
FOLDERS = {"normal": 0, "pneumonia": 1}
"""Names that label the radiographs in a folder; one called 0 or 1 is as a rule a DICOM series."""


class UnusableScores(ValueError):
    """A file of scores or radiographs that cannot be used, with what was expected, what came, what to do."""


def read_scores(file: BinaryIO) -> tuple[np.ndarray, np.ndarray]:
    """Read labels, int64 0 or 1, and scores, float64 from 0 to 1, both of shape (n,), from a CSV.

    Raises:
        UnusableScores: no CSV, no such columns, too many rows, a label or a score that is none, one class alone.
    """
    table = _table(file)
    labels = _labels(table[_column(table, LABEL_COLUMNS)])
    scores = _scores(table[_column(table, SCORE_COLUMNS)])
    if len(np.unique(labels)) < 2:
        raise UnusableScores(
            f"Expected pneumonias (1) and normals (0); received {len(labels):,} rows that are all {labels[0]}. "
            f"Without both, a threshold costs nothing that can be counted."
        )
    return labels, scores


def score_archive(name: str, data: bytes, classifier: Classifier) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Score the radiographs of a ZIP archive; the nearest folder called normal or pneumonia labels each.

    Returns:
        Labels, int64 of shape (n,), scores of that shape, and a line for each file that could not be used.

    Raises:
        UnusableScores: no radiograph of one class could be scored.
    """
    rows: list[tuple[int, float]] = []
    refused: list[str] = []
    for file in unpack(name, data):
        try:
            rows.append(_scored(file, classifier))
        except (UnreadableRadiograph, UnusableScores) as problem:
            refused.append(f"{file.name}: {problem}")
    labels = np.array([label for label, _ in rows], np.int64)
    if len(np.unique(labels)) < 2:
        raise UnusableScores(
            f"Expected a ZIP archive with radiographs in folders NORMAL and PNEUMONIA; received {len(rows)} that "
            f"could be scored, {int(labels.sum())} of them with pneumonia. {' '.join(refused[:3])}".strip()
        )
    return labels, np.array([score for _, score in rows]), refused


def _scored(file: File, classifier: Classifier) -> tuple[int, float]:
    if file.problem:
        raise UnusableScores(file.problem)
    return folder_label(file.name), classifier.read(radiograph.read(file.data, file.name)).probability


def folder_label(name: str) -> int:
    """Return 0 or 1 by the nearest folder in a file's name that is called normal or pneumonia.

    Raises:
        UnusableScores: none is.
    """
    for folder in reversed(PurePosixPath(name.replace(":", "/")).parts[:-1]):
        if folder.lower() in FOLDERS:
            return FOLDERS[folder.lower()]
    raise UnusableScores("expected to lie in a folder NORMAL or PNEUMONIA.")


def own_evaluation_set(labels: np.ndarray, scores: np.ndarray, target: float) -> EvaluationSet:
    """Return an own set with the policies fitted on itself; ``target`` is the recall asked for, 0 to 1."""
    return EvaluationSet(
        name=f"own/{hashlib.sha256(labels.tobytes() + scores.tobytes()).hexdigest()[:12]}",
        images="images of your own",
        network="your own scores",
        labels=labels,
        scores=scores,
        prevalence=float(labels.mean()),
        policies=fitted_policies(labels, scores, target, "your own images"),
        provenance=(
            f"The policies were fixed on these very {len(labels):,} images, {int(labels.sum()):,} of them with "
            f"pneumonia: what they do here flatters them. Judge them on patients who come after."
        ),
    )


def _table(file: BinaryIO) -> pd.DataFrame:
    try:
        table = pd.read_csv(file, nrows=MOST_ROWS + 1, skipinitialspace=True)
    except (ValueError, UnicodeDecodeError) as problem:
        raise UnusableScores(
            f"Expected a CSV with a heading, such as label,score; {problem}. Save it as CSV in UTF-8."
        ) from problem
    if len(table) > MOST_ROWS:
        raise UnusableScores(
            f"Expected at most {MOST_ROWS:,} rows; received more. Draw a sample of them by chance."
        )
    if not len(table):
        raise UnusableScores("Expected a row an image; received a heading alone.")
    return table


def _column(table: pd.DataFrame, names: tuple[str, ...]) -> str:
    by_name = {str(column).strip().lower(): column for column in table.columns}
    for name in names:
        if name in by_name:
            return by_name[name]
    raise UnusableScores(
        f"Expected a column named {' or '.join(names)}; received {', '.join(map(str, table.columns[:8]))}. "
        f"Name the columns in the first line, such as label,score."
    )


def _labels(column: pd.Series) -> np.ndarray:
    if pd.api.types.is_integer_dtype(column):
        numbers = column.to_numpy(np.int64)
        known = (numbers == 0) | (numbers == 1)
    else:
        mapped = column.astype(str).str.strip().str.lower().map(LABELS)
        known, numbers = mapped.notna().to_numpy(), mapped.fillna(0).to_numpy(np.int64)
    if not known.all():
        row = int(np.argmin(known))
        raise UnusableScores(
            f"Expected labels 0 or normal, 1 or pneumonia; received {column.iloc[row]!r} in line {row + 2}."
        )
    return numbers


def _scores(column: pd.Series) -> np.ndarray:
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(np.float64)
    usable = (numbers >= 0) & (numbers <= 1)
    if not usable.all():
        row = int(np.argmin(usable))
        raise UnusableScores(
            f"Expected scores from 0 to 1; received {column.iloc[row]!r} in line {row + 2}. "
            f"Other scores can be brought there by any function that keeps their order."
        )
    return numbers
