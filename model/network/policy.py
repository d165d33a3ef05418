"""Ways to decide: one threshold, or two with a human between them; the card fixes them on validation.

``probability >= threshold`` means pneumonia, everywhere.
"""

from dataclasses import dataclass

from model.network.card import Card
from model.network.classifier import Reading
from model.network.finding import Finding, decide

TITLES = {
    "default": "Recall of at least {recall:g} % (default)",
    "most_accurate": "Most accurate",
    "youden": "Youden's",
    "band": "Two thresholds, a human between them",
}
"""What the card's policies are called, in the order in which they are shown."""
OWN = "own"
OWN_TITLE = "Own threshold"
NEAR = 1e-6
"""Thresholds closer than this are one: a browser rounds what it hands on."""


@dataclass(frozen=True)
class Policy:
    """Below ``low`` normal, from ``high`` on pneumonia, between them a human decides.

    ``name`` is a key of ``TITLES`` or ``OWN``; ``title`` names it in words, and ``rule`` says where it comes
    from. ``low`` and ``high`` are probabilities, 0 to 1, and the same where there is one threshold.

    Raises:
        ValueError: ``low`` above ``high``, or either beyond 0 to 1.
    """

    name: str
    title: str
    rule: str
    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high <= 1:
            raise ValueError(
                f"policy {self.name}: expected 0 <= low <= high <= 1; received {self.low} and {self.high}."
            )

    @property
    def thresholds(self) -> tuple[float, ...]:
        """One, or the lower and the upper."""
        return (self.low,) if self.low == self.high else (self.low, self.high)

    @property
    def lower(self) -> float | None:
        """The lower of two thresholds; None where there is one."""
        return self.low if self.low < self.high else None

    def finding(self, reading: Reading) -> Finding:
        """Decide a reading; one with a warning is for a human whatever its probability."""
        return decide(reading.probability, self.low, self.high, trusted=not reading.warnings)


def title(name: str, card: Card) -> str:
    """A policy's name in words; the name itself where the card's network knows no such policy."""
    if name == OWN:
        return OWN_TITLE
    return TITLES.get(name, name).format(recall=100 * card.target_recall)


def fixed(card: Card) -> dict[str, Policy]:
    """The card's policies by name, in the order of ``TITLES``."""
    points = card.data["operating_points"]
    return {name: _fixed(name, card) for name in TITLES if name in points}


def _fixed(name: str, card: Card) -> Policy:
    point = card.data["operating_points"][name]
    low, high = (float(point[end] if end in point else point["threshold"]) for end in ("low", "high"))
    rule = f"{point['rule'][0].upper()}{point['rule'][1:]}, on {point['split']}"
    if name == "default":
        rule = f"Default: at least {100 * card.target_recall:g} % of pneumonias found"
    return Policy(name, title(name, card), rule, low, high)


def at(threshold: float, card: Card) -> Policy:
    """The policy of one threshold: the card's where it lies on one of them, else the reader's own."""
    for policy in fixed(card).values():
        if policy.lower is None and abs(policy.high - threshold) < NEAR:
            return policy
    return own(threshold)


def own(threshold: float) -> Policy:
    """The policy of a threshold that a reader has set."""
    return Policy(OWN, OWN_TITLE, "Set by hand on the page Thresholds", threshold, threshold)
