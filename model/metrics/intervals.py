"""95 % confidence intervals of proportions and of the area under the ROC curve."""

from typing import overload

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit
from scipy.stats import rankdata

from model.metrics.estimate import Estimate

Z_95 = 1.959963984540054
"""The 97.5 % point of the standard normal: two-sided 95 % intervals."""


@overload
def proportion(successes: int, trials: int) -> Estimate[float]: ...
@overload
def proportion(successes: np.ndarray, trials: np.ndarray) -> Estimate[np.ndarray]: ...
def proportion(successes: int | np.ndarray, trials: int | np.ndarray) -> Estimate[float] | Estimate[np.ndarray]:
    """Estimate a proportion, with Wilson's score interval (Wilson 1927; Brown, Cai, DasGupta 2001, eq. 4).

    Args:
        successes: counts, any shape.
        trials: counts of the same shape; where 0, the value is NaN and the interval 0 to 1.
    """
    k, n = np.asarray(successes, float), np.asarray(trials, float)
    known = n > 0
    n = np.where(known, n, 1)
    share, z2 = k / n, Z_95**2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z_95 / (1 + z2 / n) * np.sqrt(share * (1 - share) / n + z2 / (4 * n**2))
    # At none and at all the end is exactly 0 or 1; rounding would leave it a hair off.
    low = np.where(known & (k > 0), centre - half, 0.0)
    high = np.where(known & (k < n), centre + half, 1.0)
    value = np.where(known, share, np.nan)
    return Estimate(value, low, high) if value.ndim else Estimate(float(value), float(low), float(high))


def wald(value: float, error: float) -> Estimate[float]:
    """Return a value with Wald's interval from its standard error."""
    return Estimate(value, float(value - Z_95 * error), float(value + Z_95 * error))


def auc(labels: ArrayLike, scores: ArrayLike) -> Estimate[float]:
    """Estimate the area under the ROC curve, with DeLong's interval.

    DeLong, DeLong, Clarke-Pearson 1988, by midranks as in Sun and Xu 2014, eq. 5-7. The interval is taken on the
    log-odds of the area, so that it stays within 0 to 1.

    Args:
        labels: 0 or 1, shape (n,).
        scores: higher means more likely 1, shape (n,).

    Raises:
        ValueError: one of the classes is missing.
    """
    positive, negative = auc_components(labels, scores)
    area = float(positive.mean())
    if not 0 < area < 1:
        # A perfect order has no variance, which is not certainty: the rarer class bounds it.
        trials = min(len(positive), len(negative))
        return proportion(int(area) * trials, trials)
    error = np.sqrt(variance_of_mean(positive) + variance_of_mean(negative))
    low, high = expit(logit(area) + np.array([-1, 1]) * Z_95 * error / (area * (1 - area)))
    return Estimate(area, float(low), float(high))


def auc_components(labels: ArrayLike, scores: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return DeLong's structural components of the area under the ROC curve (Sun and Xu 2014, eq. 5 and 6).

    Returns:
        For each of the m positives the proportion of negatives below it, shape (m,), and for each of the n
        negatives the proportion of positives above it, shape (n,); ties count half. The mean of either is the area.

    Raises:
        ValueError: one of the classes is missing.
    """
    labels, scores = np.asarray(labels, bool), np.asarray(scores, float)
    positive, negative = scores[labels], scores[~labels]
    m, n = len(positive), len(negative)
    if not m or not n:
        raise ValueError(f"expected both classes among the labels; received {m} positive and {n} negative.")
    ranks = rankdata(np.concatenate([positive, negative]))
    return (ranks[:m] - rankdata(positive)) / n, 1 - (ranks[m:] - rankdata(negative)) / m


def variance_of_mean(values: np.ndarray) -> float:
    """Return the variance of the mean of n values, shape (n,); 0 where n is 1."""
    return float(values.var(ddof=1)) / len(values) if len(values) > 1 else 0.0
