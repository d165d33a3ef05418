"""Labelled radiographs that a hospital brings along in a ZIP archive, scored here and kept nowhere."""

from collections.abc import Iterator
from pathlib import PurePosixPath

import numpy as np

from dashboard.thresholds.own_set import UnusableScores
from model.io import radiograph
from model.io.archive import File, unpack
from model.io.radiograph import UnreadableRadiograph
from model.network.classifier import Classifier

FOLDERS = {"normal": 0, "pneumonia": 1}
"""Words alone, for a folder called 0 or 1 is as a rule a DICOM series."""


def score_archive(name: str, data: bytes, classifier: Classifier) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Labels, int64 of shape (n,), scores of that shape, and what could not be used, a line a file.

    A radiograph's label is the nearest folder above it that is named ``normal`` or ``pneumonia``.

    Raises:
        UnusableScores: no radiograph of the one kind or of the other could be scored.
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
    return label_of(file.name), classifier.read(radiograph.read(file.data, file.name)).probability


def label_of(name: str) -> int:
    """0 or 1 by the folders of a file's name; raises ``UnusableScores`` where none of them says."""
    for folder in _folders(name):
        if folder.lower() in FOLDERS:
            return FOLDERS[folder.lower()]
    raise UnusableScores("expected to lie in a folder NORMAL or PNEUMONIA.")


def _folders(name: str) -> Iterator[str]:
    """From the nearest up."""
    yield from reversed(PurePosixPath(name.replace(":", "/")).parts[:-1])
