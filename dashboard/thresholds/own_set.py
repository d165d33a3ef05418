"""A set of one's own, of a CSV's scores or a ZIP archive of labelled radiographs, kept nowhere."""

import hashlib
from pathlib import PurePosixPath

import numpy as np

from dashboard.thresholds.evaluation_set import EvaluationSet
from dashboard.thresholds.scores_csv import UnusableScores
from model.io import radiograph
from model.io.archive import File, unpack
from model.io.radiograph import UnreadableRadiograph
from model.network.classifier import Classifier
from model.network.policy import distinct_policies, fitted_policies

FOLDERS = {"normal": 0, "pneumonia": 1}
"""Names that label the radiographs in a folder; one called 0 or 1 is as a rule a DICOM series."""


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


def own_evaluation_set(
    labels: np.ndarray, scores: np.ndarray, target: float, groups: dict[str, np.ndarray] | None = None
) -> EvaluationSet:
    """Return an own set with the policies fitted on itself.

    ``target`` is the recall that is required, 0 to 1; ``groups`` are its subgroups, as ``EvaluationSet`` has them.
    """
    return EvaluationSet(
        name=f"own/{hashlib.sha256(labels.tobytes() + scores.tobytes()).hexdigest()[:12]}",
        images="images of your own",
        network="your own scores",
        labels=labels,
        scores=scores,
        prevalence=float(labels.mean()),
        subgroups=groups or {},
        policies=distinct_policies(fitted_policies(labels, scores, target, "your own images")),
        provenance=(
            f"The policies were fixed on these very {len(labels):,} images, {int(labels.sum()):,} of them with "
            f"pneumonia, and look better here than they are. Judge them on patients who come after."
        ),
    )
