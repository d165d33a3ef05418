"""Two networks on the same radiographs: is one better, or is it luck?"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import binom, binomtest, norm

from model.metrics.estimate import Estimate
from model.metrics.intervals import Z_95, auc_components, variance_of_mean


class PairedTest(NamedTuple):
    """The difference, second minus first, and the two-sided p-value of no difference."""

    difference: Estimate[float]
    p: float


def delong(labels: ArrayLike, first: ArrayLike, second: ArrayLike) -> PairedTest:
    """Difference of two areas under the ROC curve, measured on the same radiographs.

    DeLong, DeLong, Clarke-Pearson 1988, eq. 4 to 6: the components of one radiograph under both networks
    are differenced, so what makes it hard for both cancels.

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
    if error == 0:
        return PairedTest(Estimate(difference, difference, difference), 1.0 if difference == 0 else 0.0)
    p = float(2 * norm.sf(abs(difference) / error))
    return PairedTest(Estimate(difference, difference - Z_95 * error, difference + Z_95 * error), p)


def mcnemar(first_right: ArrayLike, second_right: ArrayLike) -> float:
    """Two-sided p-value that two networks err equally often, exact (McNemar 1947; Fagerland et al. 2013, eq. 3).

    Only radiographs on which one is right and the other wrong count; without such, 1.

    Args:
        first_right, second_right: whether each decision was right, bool of shape (n,).
    """
    first, second = np.asarray(first_right, bool), np.asarray(second_right, bool)
    if first.shape != second.shape:
        raise ValueError(f"expected decisions on the same radiographs; received {first.shape} and {second.shape}.")
    only_first, only_second = int((first & ~second).sum()), int((second & ~first).sum())
    if not only_first + only_second:
        return 1.0
    return float(binomtest(only_first, only_first + only_second).pvalue)


def exact_mcnemar(only_first: ArrayLike, only_second: ArrayLike) -> np.ndarray:
    """The p-value of ``mcnemar`` from its two counts, for many pairs of them at once; float64 of their shape."""
    one, other = np.asarray(only_first), np.asarray(only_second)
    return np.minimum(1.0, 2 * binom.cdf(np.minimum(one, other), one + other, 0.5))


def paired_difference(only_first: ArrayLike, only_second: ArrayLike, number: int) -> Estimate[np.ndarray]:
    """Estimate the difference, second minus first, of two accuracies on the same ``number`` of radiographs.

    Its interval is Wald's after half an answer was added to each of the four cells (Agresti and Min 2005,
    sec. 3.2), which holds its level where few answers differ.

    Args:
        only_first, only_second: on how many one is right and the other wrong, any shape.
        number: of radiographs.
    """
    b, c = np.asarray(only_first, float), np.asarray(only_second, float)
    total = number + 2
    centre = (c - b) / total
    half = Z_95 * np.sqrt((b + c + 1) / total - centre**2) / np.sqrt(total)
    return Estimate((c - b) / max(number, 1), np.maximum(centre - half, -1), np.minimum(centre + half, 1))
