"""The figures of parts of a split: each kind of pneumonia, and patients instead of radiographs."""

from dataclasses import dataclass

import numpy as np

from model.metrics import intervals
from model.metrics.estimate import Estimate
from model.network.split_scores import Scores


def auc_against_normals(scores: Scores, subtype: str) -> Estimate[float]:
    """How well one kind of pneumonia, ``bacteria`` or ``virus``, is told from the normals."""
    subtypes = np.array(scores.subtypes)
    chosen = (subtypes == subtype) | (subtypes == "normal")
    return intervals.auc(scores.labels[chosen], scores.probabilities[chosen])


@dataclass(frozen=True)
class ByPatient:
    """A split with one verdict a patient: the highest probability among the patient's radiographs."""

    labels: np.ndarray
    probabilities: np.ndarray
    several: int
    """Patients with more than one radiograph."""

    def auc(self) -> Estimate[float]:
        return intervals.auc(self.labels, self.probabilities)

    def recall(self, threshold: float) -> Estimate[float]:
        """Share of ill patients of whom at least one radiograph is called pneumonia."""
        ill = self.probabilities[self.labels == 1]
        return intervals.proportion(int((ill >= threshold).sum()), len(ill))

    def specificity(self, threshold: float) -> Estimate[float]:
        """Share of normal patients of whom no radiograph is called pneumonia."""
        normal = self.probabilities[self.labels == 0]
        return intervals.proportion(int((normal < threshold).sum()), len(normal))


def by_patient(scores: Scores) -> ByPatient:
    """Radiographs of one child are alike, and count as one here; a patient is ill or normal, never both."""
    patients, row = np.unique(scores.patients, return_inverse=True)
    highest = np.full(len(patients), -np.inf)
    np.maximum.at(highest, row, scores.probabilities)
    labels = np.zeros(len(patients), int)
    np.maximum.at(labels, row, scores.labels)
    return ByPatient(labels, highest, int((np.bincount(row) > 1).sum()))


def overlap(one: Estimate[float], other: Estimate[float]) -> bool:
    """Whether two intervals share a value."""
    return one.low <= other.high and other.low <= one.high
