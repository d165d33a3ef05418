"""From the network's log-odds to a probability that means what it says."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Calibration:
    """Platt scaling (Platt 1999): P(pneumonia) = 1 / (1 + exp(-(slope * z + intercept)))."""

    slope: float
    intercept: float

    def probability(self, log_odds: ArrayLike) -> np.ndarray:
        """Calibrated probabilities, float64 of the shape of ``log_odds``, 0 to 1."""
        z = self.slope * np.asarray(log_odds, float) + self.intercept
        return np.exp(-np.logaddexp(0, -z))


def log_odds(logits: ArrayLike) -> np.ndarray:
    """Pneumonia's log-odds from logits: log (1 - P(normal)) / P(normal).

    Args:
        logits: shape (..., classes): normal, then one or several kinds of pneumonia.

    Returns:
        float64 of shape (...).
    """
    logits = np.asarray(logits, float)
    return np.logaddexp.reduce(logits[..., 1:], axis=-1) - logits[..., 0]
