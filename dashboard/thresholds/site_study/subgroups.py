"""Subgroups of an own set by age and sex, and what a threshold does in each."""

from typing import NamedTuple

import numpy as np

from model.metrics.estimate import Estimate
from model.metrics.intervals import proportion

AGES = {
    "Under 1 year": (0, 1),
    "1 to 4 years": (1, 5),
    "5 to 17 years": (5, 18),
    "18 years and over": (18, np.inf),
}
"""From the first age to before the second, years."""
UNKNOWN = "not given"


class SubgroupFigures(NamedTuple):
    """What a threshold does in a subgroup of ``positives`` with pneumonia and ``negatives`` without."""

    title: str
    positives: int
    negatives: int
    missed: int
    alarms: int
    recall: Estimate[float]
    specificity: Estimate[float]


def subgroups(ages: np.ndarray | None, sexes: np.ndarray | None) -> dict[str, np.ndarray]:
    """Return the members of each subgroup that has any, by its title.

    Args:
        ages: years, shape (n,), NaN where unknown; None where the set has no ages.
        sexes: ``female``, ``male`` or empty, of that shape; None where the set has no sexes.

    Returns:
        Boolean arrays of shape (n,).
    """
    found: dict[str, np.ndarray] = {}
    if ages is not None:
        found |= {title: (ages >= low) & (ages < high) for title, (low, high) in AGES.items()}
        found[f"Age {UNKNOWN}"] = np.isnan(ages)
    if sexes is not None:
        found |= {"Girls": sexes == "female", "Boys": sexes == "male", f"Sex {UNKNOWN}": sexes == ""}
    return {title: members for title, members in found.items() if members.any()}


def subgroup_figures(
    labels: np.ndarray, scores: np.ndarray, threshold: float, groups: dict[str, np.ndarray]
) -> list[SubgroupFigures]:
    """Count in every subgroup, and estimate recall and specificity with their 95 % intervals.

    Args:
        labels: 0 or 1, shape (n,).
        scores: probabilities, of that shape.
        threshold: from which on there is an alarm.
        groups: members by title, as ``subgroups`` returns them.
    """
    missed = (labels == 1) & (scores < threshold)
    alarms = (labels == 0) & (scores >= threshold)
    return [_figures(title, labels[members], missed[members], alarms[members]) for title, members in groups.items()]


def _figures(title: str, labels: np.ndarray, missed: np.ndarray, alarms: np.ndarray) -> SubgroupFigures:
    positives, fn, fp = int(labels.sum()), int(missed.sum()), int(alarms.sum())
    negatives = len(labels) - positives
    recall, specificity = proportion(positives - fn, positives), proportion(negatives - fp, negatives)
    return SubgroupFigures(title, positives, negatives, fn, fp, recall, specificity)
