"""Do probabilities mean what they say? Among readings of 80 %, do 80 of 100 have pneumonia?

Measured here, and mended: ``platt`` fits the calibration that a network ships with.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

from model.metrics.calibration import Calibration
from model.metrics.intervals import wilson

BINS = 10
NEAREST = 1e-6
"""Probabilities are kept this far from 0 and 1 before their log-odds are taken."""


@dataclass(frozen=True)
class Reliability:
    """Readings sorted into bins of equally many, rarest first; arrays of shape (bins,).

    ``predicted`` is a bin's mean probability, ``observed`` its share of pneumonias with Wilson's 95 %
    interval ``low`` to ``high``, ``count`` how many readings it holds.
    """

    predicted: np.ndarray
    observed: np.ndarray
    low: np.ndarray
    high: np.ndarray
    count: np.ndarray

    @property
    def expected_error(self) -> float:
        """Expected calibration error: mean distance of predicted and observed, weighted by count."""
        return float(np.sum(self.count * np.abs(self.predicted - self.observed)) / self.count.sum())


def reliability(labels: ArrayLike, probabilities: ArrayLike, bins: int = BINS) -> Reliability:
    """The reliability diagram's points, with equally many readings in each bin (Nguyen, O'Connor 2015).

    Args:
        labels: 0 or 1, shape (n,).
        probabilities: 0 to 1, shape (n,).
        bins: how many, at most n.
    """
    labels, probabilities = np.asarray(labels), np.asarray(probabilities, float)
    groups = np.array_split(np.argsort(probabilities, kind="stable"), min(bins, len(labels)))
    count = np.array([len(group) for group in groups])
    ill = np.array([labels[group].sum() for group in groups])
    low, high = wilson(ill, count)
    predicted = np.array([probabilities[group].mean() for group in groups])
    return Reliability(predicted, ill / count, low, high, count)


def brier(labels: ArrayLike, probabilities: ArrayLike) -> float:
    """Mean squared distance of probability and truth (Brier 1950): 0 perfect, 0.25 for always one half."""
    return float(np.mean((np.asarray(probabilities, float) - np.asarray(labels)) ** 2))


class Recalibration(NamedTuple):
    """How probabilities would have to be bent to fit (Cox 1958; Van Calster et al. 2019).

    ``intercept`` is what is missing from all log-odds at slope 1: above 0 pneumonia was more frequent than
    said. ``slope`` below 1 says that probabilities are too extreme.
    """

    intercept: float
    slope: float


def recalibration(labels: ArrayLike, probabilities: ArrayLike) -> Recalibration:
    """Calibration in the large, and the calibration slope.

    Args:
        labels: 0 or 1, both of them there, shape (n,).
        probabilities: 0 to 1, shape (n,).

    Raises:
        ValueError: one of the classes is missing.
    """
    labels = np.asarray(labels)
    if len(np.unique(labels)) < 2:
        raise ValueError(f"expected both labels, 0 and 1; received only {np.unique(labels).tolist()}.")
    odds = logit(np.clip(np.asarray(probabilities, float), NEAREST, 1 - NEAREST))
    intercept = brentq(lambda shift: float(np.sum(expit(odds + shift) - labels)), -50, 50)
    return Recalibration(float(intercept), platt(odds, labels).slope)


def platt(log_odds: ArrayLike, labels: ArrayLike) -> Calibration:
    """The slope and intercept that make these log-odds their labels' likeliest probabilities.

    Args:
        log_odds: shape (n,).
        labels: 0 or 1, both of them there, shape (n,).
    """
    fitted = LogisticRegression(C=np.inf).fit(np.asarray(log_odds, float)[:, None], np.asarray(labels))
    return Calibration(float(fitted.coef_[0, 0]), float(fitted.intercept_[0]))
