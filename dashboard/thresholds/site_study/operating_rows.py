"""The thresholds of a study's report: those that reach round recalls, and the one chosen, with what each costs."""

from typing import NamedTuple

from model.metrics.estimate import Estimate
from model.metrics.expected_outcomes import expected_cost
from model.metrics.operating_points import ConfusionMatrix, OperatingPoints
from model.metrics.rates import rates

RECALLS = (0.99, 0.975, 0.95, 0.9, 0.8)


class OperatingRow(NamedTuple):
    """A threshold with its confusion matrix and rates, and its cost a child in false alarms."""

    threshold: float
    counts: ConfusionMatrix
    rates: dict[str, Estimate[float]]
    cost: float


def operating_rows(points: OperatingPoints, chosen: float, prevalence: float, weight: float) -> list[OperatingRow]:
    """Return rows at the highest thresholds that reach each of ``RECALLS``, and at the chosen one, ascending.

    Args:
        points: counts on the study's images.
        chosen: the threshold that is proposed, 0 to 1.
        prevalence: share of pneumonias among the children to come, 0 to 1.
        weight: of a missed pneumonia, in false alarms.
    """
    recall = points.tp / (points.tp + points.fn)
    reaching = {float(points.thresholds[:-1][recall[:-1] >= target].max(initial=0.0)) for target in RECALLS}
    costs = expected_cost(points, prevalence, weight)
    return [
        OperatingRow(at, points.at(at), rates(points.at(at)), float(costs[points.index(at)]))
        for at in sorted(reaching | {chosen})
    ]
