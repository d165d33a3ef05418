"""What an operating point comes to in a hospital: expected cost, and expected numbers a day with 95 % intervals.

The intervals are those of the measured rates, carried over; that of a sum over children with and without pneumonia,
two independent samples, is MOVER's (Zou and Donner 2008). Chance from one day to the next comes on top of them.
"""

from typing import NamedTuple

import numpy as np

from model.metrics.estimate import Estimate
from model.metrics.intervals import proportion
from model.metrics.operating_points import OperatingPoints
from model.metrics.rates import mover, predictive_values


def expected_cost(points: OperatingPoints, prevalence: float, weight: float) -> np.ndarray:
    """Return the expected cost a patient at every threshold, in false alarms.

    Args:
        points: counts, from which recall and specificity are taken.
        prevalence: proportion of pneumonias among the patients to come, 0 to 1.
        weight: cost of a missed pneumonia in false alarms, not negative.

    Returns:
        float64 of shape (k + 1,), not negative.
    """
    missed = points.fn / (points.tp + points.fn)
    alarms = points.fp / (points.fp + points.tn)
    return prevalence * weight * missed + (1 - prevalence) * alarms


def least_cost_threshold(points: OperatingPoints, prevalence: float, weight: float) -> float:
    """Return the threshold of the lowest expected cost; of equal ones the lowest, which misses fewest."""
    return float(points.thresholds[np.argmin(expected_cost(points, prevalence, weight))])


class ExpectedOutcomes(NamedTuple):
    """Children a day: ``missed``, false ``alarms``, ``called`` pneumonia at all, ``referrals`` by the band.

    ``ppv`` and ``npv`` are the predictive values at the hospital's prevalence.
    """

    missed: Estimate[float]
    alarms: Estimate[float]
    called: Estimate[float]
    referrals: Estimate[float]
    ppv: Estimate[float]
    npv: Estimate[float]


def expected_outcomes(
    points: OperatingPoints, threshold: float, band: tuple[float, float], prevalence: float, patients: float
) -> ExpectedOutcomes:
    """Estimate the numbers of a day.

    Args:
        points: counts of both classes.
        threshold: from which on a child is called pneumonia.
        band: from its lower end to before its upper a child is referred to a human.
        prevalence: proportion of pneumonias among the patients, 0 to 1.
        patients: a day.
    """
    counts, kept = points.at(threshold), points.referral(*band).kept
    positives, negatives = counts.tp + counts.fn, counts.fp + counts.tn
    pneumonias, normals = patients * prevalence, patients * (1 - prevalence)
    recall, specificity = proportion(counts.tp, positives), proportion(counts.tn, negatives)
    missed, alarms = proportion(counts.fn, positives), proportion(counts.fp, negatives)
    referred = (
        proportion(positives - kept.tp - kept.fn, positives),
        proportion(negatives - kept.fp - kept.tn, negatives),
    )

    def children(of_pneumonias: float, of_normals: float) -> float:
        return pneumonias * of_pneumonias + normals * of_normals

    ppv, npv = predictive_values(recall, specificity, prevalence)
    return ExpectedOutcomes(
        missed=Estimate(*(pneumonias * end for end in missed)),
        alarms=Estimate(*(normals * end for end in alarms)),
        called=mover(children, recall, alarms),
        # A band without width refers nobody by what it is, not by chance.
        referrals=mover(children, *referred) if band[0] < band[1] else Estimate(0.0, 0.0, 0.0),
        ppv=ppv,
        npv=npv,
    )
