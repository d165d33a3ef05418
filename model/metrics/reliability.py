"""Reliability diagrams and the recalibration of probabilities: of readings of 80 %, 80 in 100 have pneumonia."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import expit

from model.metrics.calibration import clipped_logit, fit_platt
from model.metrics.estimate import Estimate
from model.metrics.intervals import proportion

BINS = 10


@dataclass(frozen=True)
class ReliabilityDiagram:
    """Readings in bins of equally many, lowest probabilities first; arrays of shape (bins,).

    ``predicted`` is a bin's mean probability, ``observed`` its proportion of pneumonias, ``count`` its readings.
    """

    predicted: np.ndarray
    observed: Estimate[np.ndarray]
    count: np.ndarray

    @property
    def expected_calibration_error(self) -> float:
        """The mean distance of predicted and observed, weighted by count."""
        return float(np.average(np.abs(self.predicted - self.observed.value), weights=self.count))


def reliability_diagram(labels: ArrayLike, probabilities: ArrayLike, bins: int = BINS) -> ReliabilityDiagram:
    """Compute the points of a reliability diagram with equally filled bins (Nguyen, O'Connor 2015).

    Args:
        labels: 0 or 1, shape (n,).
        probabilities: 0 to 1, shape (n,).
        bins: at most n are made.
    """
    labels, probabilities = np.asarray(labels), np.asarray(probabilities, float)
    groups = np.array_split(np.argsort(probabilities, kind="stable"), min(bins, len(labels)))
    count = np.array([len(group) for group in groups])
    positives = np.array([labels[group].sum() for group in groups])
    predicted = np.array([probabilities[group].mean() for group in groups])
    return ReliabilityDiagram(predicted, proportion(positives, count), count)


class Recalibration(NamedTuple):
    """Calibration-in-the-large and the calibration slope (Cox 1958; Van Calster et al. 2019).

    ``intercept`` is what all log-odds lack at slope 1: above 0, probabilities are too low. A ``slope`` below 1
    means that they are too extreme.
    """

    intercept: float
    slope: float


def recalibration(labels: ArrayLike, probabilities: ArrayLike) -> Recalibration:
    """Fit calibration-in-the-large and the calibration slope.

    Args:
        labels: 0 or 1, shape (n,).
        probabilities: 0 to 1, shape (n,).

    Raises:
        ValueError: one of the classes is missing.
    """
    odds = clipped_logit(probabilities)
    slope = fit_platt(odds, labels).slope
    intercept = brentq(lambda shift: float(np.sum(expit(odds + shift) - labels)), -50, 50)
    return Recalibration(float(intercept), slope)
