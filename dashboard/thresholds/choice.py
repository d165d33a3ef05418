"""The operating choice: every setting of the page Thresholds, short enough for an address."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

LIMITS = {
    "threshold": (0.0, 1.0),
    "low": (0.0, 1.0),
    "high": (0.0, 1.0),
    "target": (0.5, 1.0),
    "prevalence": (0.001, 0.99),
    "patients": (1.0, 10_000.0),
    "weight": (1.0, 200.0),
}
"""Lowest and highest value of each setting; an address beyond them is ignored."""
HOSPITAL = ("target", "prevalence", "patients", "weight")
"""The settings that belong to the hospital: the same for every set of images."""


@dataclass(frozen=True)
class OperatingChoice:
    """A threshold, a referral band from ``low`` to ``high``, and the hospital that they are chosen for.

    ``target`` is the recall that the hospital requires, ``prevalence`` the share of pneumonias among its
    ``patients`` a day, ``weight`` how many false alarms weigh as much as a missed pneumonia.
    """

    threshold: float
    low: float
    high: float
    target: float
    prevalence: float
    patients: float = 40
    weight: float = 20

    def updated_from(self, values: Mapping[str, Any]) -> Self:
        """Return the choice with the valid ones of the values that an address or the browser gives."""
        known = asdict(self) | valid_settings(values)
        if known["low"] > known["high"]:
            known["low"], known["high"] = self.low, self.high
        return type(self)(**known)

    def hospital(self) -> dict[str, float]:
        """Return the settings that belong to the hospital."""
        return {name: getattr(self, name) for name in HOSPITAL}

    def address(self) -> dict[str, str]:
        """Return the parameters of an address: every number to its last digit."""
        return {field.name: repr(float(getattr(self, field.name))).removesuffix(".0") for field in fields(self)}


def valid_settings(values: Mapping[str, Any]) -> dict[str, float]:
    """Return those of an address' values that are settings within their limits."""
    found = {name: number_between(values.get(name), *limits) for name, limits in LIMITS.items()}
    return {name: value for name, value in found.items() if value is not None}


def number_between(value: Any, low: float, high: float) -> float | None:
    """Return the number, or None where it is none or beyond its limits."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if low <= number <= high else None
