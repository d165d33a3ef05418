"""The operating choice: every setting of the page Thresholds, short enough for an address."""

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
"""Lowest and highest value of each setting; an address beyond them is ignored."""


@dataclass(frozen=True)
class OperatingChoice:
    """A threshold, a referral band from ``low`` to ``high``, and the hospital that they are chosen for.

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

    def updated_from(self, values: Mapping[str, Any]) -> Self:
        """Return the choice with the valid ones of the values that an address or the browser gives."""
        valid = {field.name: _number(values.get(field.name), field.name) for field in fields(self)}
        known = asdict(self) | {name: value for name, value in valid.items() if value is not None}
        if known["low"] > known["high"]:
            known["low"], known["high"] = self.low, self.high
        return type(self)(**known)

    def address(self) -> dict[str, str]:
        """Return the parameters of an address: every number to its last digit."""
        return {name: repr(float(value)).removesuffix(".0") for name, value in asdict(self).items()}


def _number(value: Any, name: str) -> float | None:
    """Return the number, or None where it is none or beyond its limits."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    low, high = LIMITS[name]
    return number if low <= number <= high else None
