"""Figures in words that stay true."""

import numpy as np


def percent(probability: float) -> str:
    """A probability, 0 to 1, with one decimal; nothing is rounded to certainty."""
    if probability < 0.001:
        return "below 0.1 %"
    return "above 99.9 %" if probability > 0.999 else f"{100 * probability:.1f} %"


def cut(threshold: float) -> str:
    """A threshold, 0 to 1, with one decimal, or as many as keep it from 0 and from 100 %."""
    for decimals in range(1, 6):
        shown = f"{100 * threshold:.{decimals}f}"
        if 0 < float(shown) < 100:
            return f"{shown} %"
    return f"{100 * threshold:.0f} %"


def thresholds(lower: float | None, upper: float, between: str = "to") -> str:
    """A policy's threshold, or both of them; ``lower`` is None where there is one."""
    return cut(upper) if lower is None else f"{cut(lower)} {between} {cut(upper)}"


def deciding(finding: str, lower: float | None, upper: float) -> str:
    """The threshold that a finding follows from; of two, both where it lies between them."""
    if lower is None or finding == "pneumonia":
        return cut(upper)
    return cut(lower) if finding in ("normal", "doubtful") else thresholds(lower, upper, "and")


def place(heat: np.ndarray) -> str:
    """Where a heat map of shape (rows, columns) is hottest."""
    if not heat.max() > 0:
        return "no evidence of pneumonia"
    row, column = np.unravel_index(heat.argmax(), heat.shape)
    vertical = ("upper", "middle", "lower")[3 * int(row) // heat.shape[0]]
    horizontal = ("left", "central", "right")[3 * int(column) // heat.shape[1]]
    return f"strongest evidence in the {vertical} {horizontal} part of the picture"
