"""What a hospital has chosen on the page of thresholds: it fits into an address, so that it can be passed on."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

LIMITS = {
    "threshold": (0.0, 1.0),
    "low": (0.0, 1.0),
    "high": (0.0, 1.0),
    "target": (0.5, 1.0),
    "prevalence": (0.005, 0.9),
    "patients": (1.0, 10_000.0),
    "weight": (1.0, 200.0),
}
"""What each may be; an address that says otherwise is not followed."""


@dataclass(frozen=True)
class Choice:
    """``threshold`` is the probability from which on pneumonia is said; a human decides from ``low`` to ``high``.

    ``target`` is the recall that the hospital asks for, ``prevalence`` the share of pneumonias among its
    ``patients`` a day, ``weight`` how many false alarms weigh as much as a missed pneumonia.
    """

    threshold: float
    low: float
    high: float
    target: float
    prevalence: float = 0.1
    patients: float = 40
    weight: float = 20

    def told(self, said: Mapping[str, Any]) -> Self:
        """With what an address or the browser says, where that can be: the rest stays as it is."""
        heard = {field.name: _number(said.get(field.name), field.name) for field in fields(self)}
        known = asdict(self) | {name: value for name, value in heard.items() if value is not None}
        if known["low"] > known["high"]:
            known["low"], known["high"] = self.low, self.high
        return type(self)(**known)

    def address(self) -> dict[str, str]:
        """As an address carries it: every number to its last digit."""
        return {name: repr(float(value)).removesuffix(".0") for name, value in asdict(self).items()}


def _number(value: Any, name: str) -> float | None:
    """The number that was said, unless it is none or beyond what it may be."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    low, high = LIMITS[name]
    return number if low <= number <= high else None
