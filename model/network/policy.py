"""Ways to decide: one threshold, or two with a human between them; the card fixes them on validation.

``probability >= threshold`` means pneumonia, everywhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from model.metrics.conformal import conformal_threshold
from model.metrics.operating_points import most_accurate_threshold, operating_points, youden_threshold
from model.network.card import Card
from model.network.classifier import Reading
from model.network.finding import Finding, decide

TITLES = {
    "default": "Finds at least {recall:g} % (default)",
    "most_accurate": "Fewest errors on {origin}",
    "youden": "Youden index on {origin}",
    "band": "Two thresholds, a human between them",
    "own": "Own threshold",
}
"""In the order in which policies are shown."""
OWN = "own"
"""The policy of a threshold that a reader has set."""
NEAR = 1e-6
"""Thresholds closer than this are one: a browser rounds what it sends back."""


@dataclass(frozen=True)
class Policy:
    """A way to decide: below ``low`` normal, from ``high`` on pneumonia, between them a human decides.

    ``name`` is a key of ``TITLES``. ``rule`` says how the thresholds were chosen, on the images that ``origin``
    names; both are empty for a threshold set by hand. ``low`` and ``high`` are probabilities, 0 to 1, the same
    where there is one threshold. ``target_recall``, 0 to 1, is what the default promises.

    Raises:
        ValueError: ``low`` above ``high``, or either beyond 0 to 1.
    """

    name: str
    rule: str
    origin: str
    low: float
    high: float
    target_recall: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high <= 1:
            raise ValueError(
                f"policy {self.name}: expected 0 <= low <= high <= 1; received {self.low} and {self.high}."
            )

    @property
    def title(self) -> str:
        """The name in words."""
        return policy_title(self.name, self.target_recall, self.origin)

    @property
    def provenance(self) -> str:
        """Where the thresholds come from, for a report."""
        if self.name == OWN:
            return "Set by hand on the page Thresholds"
        if self.name == "default":
            return f"Default: at least {100 * self.target_recall:g} % of pneumonias found"
        return f"{self.rule[0].upper()}{self.rule[1:]}, on {self.origin}"

    @property
    def thresholds(self) -> tuple[float, ...]:
        """The one threshold, or the lower and the upper."""
        return (self.low,) if self.low == self.high else (self.low, self.high)

    @property
    def lower(self) -> float | None:
        """The lower of two thresholds; None where there is one."""
        return self.low if self.low < self.high else None

    def finding(self, reading: Reading) -> Finding:
        """Decide a reading; one with a warning is for a human whatever its probability."""
        return decide(reading.probability, self.low, self.high, trusted=not reading.warnings)


def policy_title(name: str, target_recall: float, origin: str = "validation") -> str:
    """Return a policy's name in words; the name itself where this version knows no such policy."""
    return TITLES.get(name, name).format(recall=100 * target_recall, origin=origin)


def card_policies(card: Card) -> dict[str, Policy]:
    """Return the card's policies by name, in the order of ``TITLES``."""
    points = card.operating_points
    known = [(name, points[name]) for name in TITLES if name in points]
    return {
        name: Policy(name, point.rule, point.split, point.low, point.high, point.target_recall)
        for name, point in known
    }


def distinct_policies(policies: Iterable[Policy]) -> list[Policy]:
    """Join policies whose thresholds coincide: the first keeps its name, and follows the rules of all."""
    found: list[Policy] = []
    for policy in policies:
        same = next((n for n, other in enumerate(found) if _coincide(policy, other)), None)
        if same is None:
            found.append(policy)
        else:
            found[same] = replace(found[same], rule=f"{found[same].rule}; {policy.rule}")
    return found


def _coincide(one: Policy, other: Policy) -> bool:
    return abs(one.low - other.low) < NEAR and abs(one.high - other.high) < NEAR


def policy_at(threshold: float, card: Card) -> Policy:
    """Return the card's policy whose one threshold this is, else the reader's own."""
    for policy in card_policies(card).values():
        if policy.lower is None and abs(policy.high - threshold) < NEAR:
            return policy
    return own_policy(threshold)


def own_policy(threshold: float) -> Policy:
    """Return the policy of a threshold that a reader has set."""
    return Policy(OWN, "", "", threshold, threshold)


def fitted_policies(labels: np.ndarray, scores: np.ndarray, target_recall: float, origin: str) -> list[Policy]:
    """Fix the policies of one threshold on labelled scores, the default first.

    Where there are too few pneumonias to promise a recall of ``target_recall``, the default calls everybody
    positive; where the best threshold lies above all scores, it is 1.

    Args:
        labels: shape (n,), 0 normal or 1 pneumonia.
        scores: shape (n,), 0 to 1.
        target_recall: 0 to 1.
        origin: what the images are.
    """
    points = operating_points(labels, scores)
    fixed = {
        "default": (
            max(conformal_threshold(scores[labels == 1], target_recall), 0.0),
            "largest threshold that finds a new pneumonia with at least the target probability "
            "(split-conformal quantile)",
        ),
        "most_accurate": (min(most_accurate_threshold(points), 1.0), "largest share of right answers"),
        "youden": (min(youden_threshold(points), 1.0), "largest recall + specificity - 1"),
    }
    return [
        Policy(name, rule, origin, threshold, threshold, target_recall) for name, (threshold, rule) in fixed.items()
    ]
