"""What measured recall and specificity come to in a hospital: expected numbers a day, with 95 % intervals.

The intervals are those of the measured rates, carried over; that of a sum over ill and normal children, two
independent samples, is MOVER's (Zou and Donner 2008). Chance from one day to the next comes on top of them.
"""

from typing import NamedTuple

import numpy as np

from model.metrics.estimate import Estimate
from model.metrics.operating_points import OperatingPoints
from model.metrics.rates import mover, predictive_values, share
from model.metrics.referral import referral


class Expectations(NamedTuple):
    """Children a day: ``missed``, false ``alarms``, all who are ``called`` ill, ``referrals`` by the band.

    ``ppv`` and ``npv`` are the predictive values at the hospital's prevalence.
    """

    missed: Estimate[float]
    alarms: Estimate[float]
    called: Estimate[float]
    referrals: Estimate[float]
    ppv: Estimate[float]
    npv: Estimate[float]


def expectations(
    points: OperatingPoints, threshold: float, band: tuple[float, float], prevalence: float, patients: float
) -> Expectations:
    """Expected numbers a day.

    Args:
        points: counts, of both classes.
        threshold: from which on pneumonia is said.
        band: from its lower to before its upper end a human decides.
        prevalence: share of pneumonias among the patients, 0 to 1.
        patients: a day.
    """
    counts, kept = points.at(threshold), referral(points, *band).kept
    positives, negatives = counts.tp + counts.fn, counts.fp + counts.tn
    ill, normal = patients * prevalence, patients * (1 - prevalence)
    recall, specificity = _share(counts.tp, positives), _share(counts.tn, negatives)
    missed, alarms = _share(counts.fn, positives), _share(counts.fp, negatives)
    doubtful = _share(positives - kept.tp - kept.fn, positives), _share(negatives - kept.fp - kept.tn, negatives)
    if band[0] == band[1]:
        # Nobody is referred by what such a band is, not by chance.
        doubtful = (Estimate(*np.zeros((3, 1))),) * 2

    def both(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        return ill * one + normal * other

    ppv, npv = predictive_values(recall, specificity, prevalence)
    return Expectations(
        missed=_interval(Estimate(*(ill * end for end in missed))),
        alarms=_interval(Estimate(*(normal * end for end in alarms))),
        called=_interval(mover(both, recall, alarms)),
        referrals=_interval(mover(both, *doubtful)),
        ppv=_interval(ppv),
        npv=_interval(npv),
    )


def _share(part: int, whole: int) -> Estimate[np.ndarray]:
    return share(np.array([part], float), np.array([whole], float))


def _interval(rate: Estimate[np.ndarray]) -> Estimate[float]:
    return Estimate(*(float(end[0]) for end in rate))
