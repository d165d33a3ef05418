"""Paired comparisons of two networks on the same radiographs: DeLong's and McNemar's tests."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import binom, norm

from model.metrics.estimate import Estimate
from model.metrics.intervals import Z_95, auc_components, variance_of_mean, wald


class PairedTest(NamedTuple):
    """The difference, second minus first, and the two-sided p-value of no difference."""

    difference: Estimate[float]
    p: float


def delong(labels: ArrayLike, first: ArrayLike, second: ArrayLike) -> PairedTest:
    """Test the difference of two areas under the ROC curve, measured on the same radiographs.

    The structural components of one radiograph under both networks are subtracted, so that what makes it hard for
    both cancels (DeLong, DeLong, Clarke-Pearson 1988, eq. 4 to 6).

    Args:
        labels: 0 or 1, shape (n,).
        first, second: higher means more likely 1, shape (n,).

    Raises:
        ValueError: one of the classes is missing.
    """
    pairs = zip(auc_components(labels, second), auc_components(labels, first), strict=True)
    positives, negatives = (ours - theirs for ours, theirs in pairs)
    difference = float(positives.mean())
    error = float(np.sqrt(variance_of_mean(positives) + variance_of_mean(negatives)))
    p = float(2 * norm.sf(abs(difference) / error)) if error else float(difference == 0)
    return PairedTest(wald(difference, error), p)


def mcnemar(only_first: ArrayLike, only_second: ArrayLike) -> np.ndarray:
    """Return exact two-sided p-values that two networks err equally often (Fagerland et al. 2013, eq. 3).

    Args:
        only_first, only_second: number of radiographs on which only that network is right, any shape.

    Returns:
        float64 of that shape; 1 where both counts are 0.
    """
    b, c = np.asarray(only_first), np.asarray(only_second)
    return np.minimum(1.0, 2 * binom.cdf(np.minimum(b, c), b + c, 0.5))


def accuracy_difference(only_first: ArrayLike, only_second: ArrayLike, number: int) -> Estimate[np.ndarray]:
    """Estimate the difference, second minus first, of two accuracies on the same radiographs.

    Wald's interval after half a radiograph is added to each of the four cells (Agresti and Min 2005, sec. 3.2),
    which keeps its coverage where the networks rarely disagree.

    Args:
        only_first, only_second: number of radiographs on which only that network is right, any shape.
        number: of radiographs.
    """
    b, c = np.asarray(only_first, float), np.asarray(only_second, float)
    total = number + 2
    centre = (c - b) / total
    half = Z_95 * np.sqrt((b + c + 1) / total - centre**2) / np.sqrt(total)
    return Estimate((c - b) / max(number, 1), np.maximum(centre - half, -1), np.minimum(centre + half, 1))
