"""Two networks on the same radiographs: is one better, or is it luck?"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import binomtest, norm

from model.intervals import Z_95, auc_components


class Difference(NamedTuple):
    """Second minus first, with its 95 % interval and the two-sided p-value of no difference."""

    value: float
    low: float
    high: float
    p: float


def delong(labels: ArrayLike, first: ArrayLike, second: ArrayLike) -> Difference:
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
    error = float(np.sqrt(_variance_of_mean(positives) + _variance_of_mean(negatives)))
    if error == 0:
        return Difference(difference, difference, difference, 1.0 if difference == 0 else 0.0)
    p = float(2 * norm.sf(abs(difference) / error))
    return Difference(difference, difference - Z_95 * error, difference + Z_95 * error, p)


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


def _variance_of_mean(values: np.ndarray) -> float:
    return float(values.var(ddof=1)) / len(values) if len(values) > 1 else 0.0
