"""Dubious cases for a human: what a band of probabilities costs, and how good the rest becomes."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from model.operating_points import Counts, OperatingPoints


class Referral(NamedTuple):
    """What two thresholds leave: ``referred`` of them go to a human, ``kept`` counts the rest."""

    referred: int
    kept: Counts


def referral(points: OperatingPoints, low: float, high: float) -> Referral:
    """Below ``low`` normal, from ``high`` on pneumonia, between them a human decides.

    Raises:
        ValueError: ``low`` above ``high``.
    """
    if low > high:
        raise ValueError(f"expected a band whose lower end is not above its upper; received {low:g} to {high:g}.")
    below, above = points.at(low), points.at(high)
    kept = Counts(tp=above.tp, fp=above.fp, fn=below.fn, tn=below.tn)
    total = above.tp + above.fp + above.fn + above.tn
    return Referral(total - (kept.tp + kept.fp + kept.fn + kept.tn), kept)


class RiskCoverage(NamedTuple):
    """By how many are kept: ``coverage`` (share kept, ascending) and ``risk`` (share of these that are wrong)."""

    coverage: np.ndarray
    risk: np.ndarray


def risk_coverage(labels: ArrayLike, probabilities: ArrayLike, threshold: float) -> RiskCoverage:
    """Error among the kept when those nearest to the threshold are referred first (El-Yaniv, Wiener 2010).

    Nearness is counted in radiographs, on either side: the k-th above the threshold is as near as the
    k-th below it, so that the curve does not depend on how probabilities are spread.

    Args:
        labels: 0 or 1, shape (n,).
        probabilities: shape (n,).
        threshold: from which on pneumonia is said.

    Returns:
        Arrays of shape (n,): keeping the 1, 2, ... n that are farthest from the threshold.
    """
    labels, probabilities = np.asarray(labels), np.asarray(probabilities, float)
    called_ill = probabilities >= threshold
    distance = np.empty(len(labels))
    for side in (called_ill, ~called_ill):
        order = np.argsort(np.abs(probabilities[side] - threshold), kind="stable")
        ranks = np.empty(len(order))
        ranks[order] = (np.arange(len(order)) + 0.5) / max(len(order), 1)
        distance[side] = ranks
    farthest_first = np.argsort(-distance, kind="stable")
    wrong = np.cumsum((called_ill != labels)[farthest_first])
    kept = np.arange(1, len(labels) + 1)
    return RiskCoverage(kept / len(labels), wrong / kept)
