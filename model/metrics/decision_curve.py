"""What right and wrong answers are worth: expected cost, and net benefit."""

import numpy as np
from numpy.typing import ArrayLike

from model.metrics.operating_points import OperatingPoints


def expected_cost(points: OperatingPoints, prevalence: float, weight: float) -> np.ndarray:
    """Cost a patient at every threshold, in false alarms: a missed pneumonia costs ``weight`` of them.

    Args:
        points: counts, from which recall and specificity are taken.
        prevalence: share of pneumonias among the patients to come, 0 to 1.
        weight: not negative.

    Returns:
        float64 of shape (k + 1,), not negative.
    """
    missed = points.fn / (points.tp + points.fn)
    alarms = points.fp / (points.fp + points.tn)
    return prevalence * weight * missed + (1 - prevalence) * alarms


def cheapest(points: OperatingPoints, prevalence: float, weight: float) -> float:
    """The threshold of the lowest expected cost; of equal ones the lowest, which misses fewest."""
    return float(points.thresholds[np.argmin(expected_cost(points, prevalence, weight))])


def net_benefit(points: OperatingPoints, prevalence: float, treatment: ArrayLike) -> np.ndarray:
    """Net benefit of treating whom the model calls ill (Vickers and Elkin 2006, p. 568).

    The probability at which a clinician would treat says what a false alarm weighs against a found
    pneumonia: its odds. The model calls ill from that probability on.

        net benefit = prevalence * recall - (1 - prevalence) * (1 - specificity) * p / (1 - p)

    Args:
        points: counts of calibrated probabilities.
        prevalence: share of pneumonias, 0 to 1.
        treatment: the probabilities p at which to treat, below 1, any shape.

    Returns:
        float64 of that shape, in found pneumonias a patient.
    """
    p = np.asarray(treatment, float)
    row = points.index(p)
    found, alarms = (
        points.tp[row] / (points.tp[row] + points.fn[row]),
        points.fp[row] / (points.fp[row] + points.tn[row]),
    )
    return prevalence * found - (1 - prevalence) * alarms * p / (1 - p)
