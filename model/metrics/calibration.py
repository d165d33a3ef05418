"""Calibrated probabilities: Platt scaling of log-odds, and the shift to another prevalence."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit

SMALLEST = 1e-6
"""Probabilities are kept this far from 0 and 1 before their log-odds are taken."""


@dataclass(frozen=True)
class Calibration:
    """Platt scaling (Platt 1999): P(pneumonia) = 1 / (1 + exp(-(slope * z + intercept)))."""

    slope: float
    intercept: float

    def probability(self, log_odds: ArrayLike) -> np.ndarray:
        """Return calibrated probabilities, float64 of the shape of ``log_odds``, 0 to 1."""
        return expit(self.slope * np.asarray(log_odds, float) + self.intercept)


def log_odds(logits: ArrayLike) -> np.ndarray:
    """Return pneumonia's log-odds, log (1 - P(normal)) / P(normal), from the network's logits.

    Args:
        logits: shape (..., classes): normal, then one or several kinds of pneumonia.

    Returns:
        float64 of shape (...).
    """
    logits = np.asarray(logits, float)
    return np.logaddexp.reduce(logits[..., 1:], axis=-1) - logits[..., 0]


def clipped_logit(probability: ArrayLike, smallest: float = SMALLEST) -> np.ndarray:
    """Return log-odds of probabilities clipped to ``smallest`` and ``1 - smallest``; float64 of their shape."""
    return logit(np.clip(np.asarray(probability, float), smallest, 1 - smallest))


def fit_platt(log_odds: ArrayLike, labels: ArrayLike, prevalence: float | None = None) -> Calibration:
    """Fit Platt scaling by maximum likelihood.

    Args:
        log_odds: shape (n,).
        labels: 0 or 1, shape (n,).
        prevalence: share of pneumonias that the probabilities are to hold at, above 0 and below 1: each class is
            weighted up or down to it. None leaves it as it is among the labels.

    Raises:
        ValueError: one of the classes is missing.
    """
    # Imported here: the command line reads radiographs without an optimiser, and starts twice as fast.
    from scipy.optimize import minimize

    z, labels = np.asarray(log_odds, float), np.asarray(labels)
    if len(np.unique(labels)) < 2:
        raise ValueError(f"expected both labels, 0 and 1; received only {np.unique(labels).tolist()}.")

    found_share = labels.mean()
    share = found_share if prevalence is None else prevalence
    weights = np.where(labels == 1, share / found_share, (1 - share) / (1 - found_share))

    def loss(parameters: np.ndarray) -> tuple[float, list[float]]:
        fitted = parameters[0] * z + parameters[1]
        residual = weights * (expit(fitted) - labels)
        likelihood = np.mean(weights * (np.logaddexp(0, fitted) - labels * fitted))
        return likelihood, [np.mean(residual * z), np.mean(residual)]

    # Stops where scikit-learn's logistic regression does: a repeated fit gives the card's numbers again.
    found = minimize(loss, [0, 0], jac=True, method="L-BFGS-B", options={"gtol": 1e-4, "ftol": 1e-14})
    return Calibration(float(found.x[0]), float(found.x[1]))


def at_prevalence(probability: ArrayLike, calibrated_at: float, prevalence: float) -> np.ndarray:
    """Return calibrated probabilities for another prevalence, by Bayes' rule.

    The odds are multiplied by the ratio of the prevalences' odds (Saerens et al. 2002, eq. 4). This holds where
    the images of each class are distributed alike in both places and only the prevalence differs.

    Args:
        probability: calibrated P(pneumonia), 0 to 1, any shape.
        calibrated_at: prevalence among the radiographs of the calibration, between 0 and 1.
        prevalence: prevalence among the patients to come, between 0 and 1.

    Returns:
        float64 of the shape of ``probability``, 0 to 1.

    Raises:
        ValueError: a prevalence that is not between 0 and 1, both excluded.
    """
    for name, proportion in (("calibrated_at", calibrated_at), ("prevalence", prevalence)):
        if not 0 < proportion < 1:
            raise ValueError(f"{name}: expected a share between 0 and 1, both excluded; received {proportion}.")
    return expit(logit(np.asarray(probability, float)) + logit(prevalence) - logit(calibrated_at))
