"""The numbers that a chosen operating point comes to, for the committee's page."""

from dataclasses import dataclass

from dashboard.shared.formatting import MOST_DECIMALS
from dashboard.thresholds.choice import OperatingChoice
from dashboard.thresholds.evaluation_set import EvaluationSet
from model.metrics.estimate import Estimate
from model.metrics.expected_outcomes import (
    ExpectedOutcomes,
    expected_cost,
    expected_outcomes,
    least_cost_threshold,
)
from model.metrics.intervals import proportion
from model.metrics.operating_points import ConfusionMatrix, OperatingPoints, operating_points
from model.metrics.rates import rates
from model.network.policy import NEAR, Policy


@dataclass(frozen=True)
class Summary:
    """What a choice comes to on an evaluation set and in the hospital.

    ``rates`` holds one estimate for each of ``RATES``. ``requirement`` says whether the recall asked for is
    reached: ``met``, ``unsure`` (met, but the interval reaches below it) or ``missed``. ``referred`` is the share
    that the referral band leaves to a human, ``kept_accuracy`` the accuracy of the rest. Costs are in false alarms
    a child: ``cost`` at the chosen threshold, ``least_cost`` at the threshold ``cheapest``. ``policy`` is the one
    that the choice follows, if any. With ``decimals`` of the threshold, in per cent, its counts hold.
    """

    counts: ConfusionMatrix
    rates: dict[str, Estimate[float]]
    requirement: str
    referred: Estimate[float]
    kept_accuracy: Estimate[float]
    expected: ExpectedOutcomes
    cheapest: float
    cost: float
    least_cost: float
    policy: Policy | None
    decimals: int


def summarise(evaluation: EvaluationSet, choice: OperatingChoice) -> Summary:
    """Return the numbers of a choice."""
    points = operating_points(evaluation.labels, evaluation.scores)
    counts = points.at(choice.threshold)
    at_threshold = rates(counts)
    referred, kept = points.referral(choice.low, choice.high)
    total = len(evaluation.labels)
    costs = expected_cost(points, choice.prevalence, choice.weight)
    return Summary(
        counts=counts,
        rates=at_threshold,
        requirement=requirement(at_threshold["recall"], choice.target),
        referred=proportion(referred, total) if choice.low < choice.high else Estimate(0.0, 0.0, 0.0),
        kept_accuracy=proportion(kept.tp + kept.tn, total - referred),
        expected=expected_outcomes(
            points, choice.threshold, (choice.low, choice.high), choice.prevalence, choice.patients
        ),
        cheapest=least_cost_threshold(points, choice.prevalence, choice.weight),
        cost=float(costs[points.index(choice.threshold)]),
        least_cost=float(costs.min()),
        policy=followed_policy(evaluation.policies, choice),
        decimals=exact_decimals(points, choice.threshold),
    )


def exact_decimals(points: OperatingPoints, threshold: float) -> int:
    """Return with how few decimals, in per cent, a threshold keeps its counts; at most ``MOST_DECIMALS``."""
    row = points.index(threshold)
    exact = (
        decimals
        for decimals in range(1, MOST_DECIMALS)
        if points.index(round(threshold, decimals + 2)) == row and 0 < round(threshold, decimals + 2) < 1
    )
    return next(exact, MOST_DECIMALS)


def requirement(recall: Estimate[float], target: float) -> str:
    """Return whether a recall reaches its target: ``met``, ``unsure`` or ``missed``, as ``Summary`` has it."""
    if recall.low >= target:
        return "met"
    return "unsure" if recall.value >= target else "missed"


def followed_policy(policies: list[Policy], choice: OperatingChoice) -> Policy | None:
    """Return the policy whose threshold, or both of whose thresholds, were chosen, as ``verdict.js`` does."""
    for policy in policies:
        ends = [(policy.high, choice.threshold)]
        if policy.lower is not None:
            ends += [(policy.low, choice.low), (policy.high, choice.high)]
        if all(abs(fixed - chosen) < NEAR for fixed, chosen in ends):
            return policy
    return None
