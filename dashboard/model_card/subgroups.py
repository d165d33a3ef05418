"""The figures of parts of a split: each kind of pneumonia, and patients instead of radiographs."""

from dataclasses import dataclass

import numpy as np

from model.metrics import intervals
from model.metrics.estimate import Estimate
from model.network.split_scores import Scores


def auc_against_normals(scores: Scores, subtype: str) -> Estimate[float]:
    """Estimate the AUC of one kind of pneumonia, ``bacteria`` or ``virus``, against all normals."""
    chosen = np.isin(scores.subtypes, [subtype, "normal"])
    return intervals.auc(scores.labels[chosen], scores.probabilities[chosen])


@dataclass(frozen=True)
class PatientScores:
    """A split by patient: the label, 0 or 1, and the highest probability among the patient's radiographs.

    Arrays have shape (patients,); ``several`` patients have more than one radiograph.
    """

    labels: np.ndarray
    probabilities: np.ndarray
    several: int

    def auc(self) -> Estimate[float]:
        """Estimate the area under the ROC curve."""
        return intervals.auc(self.labels, self.probabilities)

    def recall(self, threshold: float) -> Estimate[float]:
        """Estimate the proportion of patients with pneumonia of whom any radiograph is called pneumonia."""
        positives = self.probabilities[self.labels == 1]
        return intervals.proportion(int((positives >= threshold).sum()), len(positives))

    def specificity(self, threshold: float) -> Estimate[float]:
        """Estimate the proportion of patients without pneumonia of whom no radiograph is called pneumonia."""
        negatives = self.probabilities[self.labels == 0]
        return intervals.proportion(int((negatives < threshold).sum()), len(negatives))


def by_patient(scores: Scores) -> PatientScores:
    """Group a split's scores by patient, since the radiographs of one child are alike."""
    patients, row = np.unique(scores.patients, return_inverse=True)
    highest = np.full(len(patients), -np.inf)
    np.maximum.at(highest, row, scores.probabilities)
    labels = np.zeros(len(patients), int)
    np.maximum.at(labels, row, scores.labels)
    return PatientScores(labels, highest, int((np.bincount(row) > 1).sum()))


def overlap(first: Estimate[float], second: Estimate[float]) -> bool:
    """Return whether two intervals share a value."""
    return first.low <= second.high and second.low <= first.high
