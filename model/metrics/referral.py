"""Dubious cases for a human: how many a band of probabilities refers, and how good the rest becomes."""

from typing import NamedTuple

from model.metrics.operating_points import ConfusionMatrix, OperatingPoints


class Referral(NamedTuple):
    """What two thresholds leave: ``referred`` of them go to a human, ``kept`` counts the rest."""

    referred: int
    kept: ConfusionMatrix


def referral(points: OperatingPoints, low: float, high: float) -> Referral:
    """Below ``low`` normal, from ``high`` on pneumonia, between them a human decides.

    Raises:
        ValueError: ``low`` above ``high``.
    """
    if low > high:
        raise ValueError(f"expected a band whose lower end is not above its upper; received {low:g} to {high:g}.")
    below, above = points.at(low), points.at(high)
    kept = ConfusionMatrix(tp=above.tp, fp=above.fp, fn=below.fn, tn=below.tn)
    total = above.tp + above.fp + above.fn + above.tn
    return Referral(total - (kept.tp + kept.fp + kept.fn + kept.tn), kept)
