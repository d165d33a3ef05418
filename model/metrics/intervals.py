"""How sure a measured figure is: intervals for shares and for the area under the ROC curve."""

import numpy as np
from numpy.typing import ArrayLike

from model.metrics.estimate import Estimate

Z_95 = 1.959963984540054
"""The 97.5 % point of the standard normal: two-sided 95 % intervals."""


def wilson(successes: ArrayLike, trials: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Wilson's 95 % score interval of a share (Wilson 1927; Brown, Cai, DasGupta 2001, eq. 4).

    Args:
        successes: counts, any shape.
        trials: counts of the same shape; where zero, nothing is known and the interval is 0 to 1.

    Returns:
        The lower and upper ends, float64 of that shape, within 0 to 1.
    """
    k, n = np.broadcast_arrays(np.asarray(successes, float), np.asarray(trials, float))
    known = n > 0
    n = np.where(known, n, 1)
    share, z2 = k / n, Z_95**2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z_95 / (1 + z2 / n) * np.sqrt(share * (1 - share) / n + z2 / (4 * n**2))
    # At none and at all the end is exactly 0 or 1; rounding would leave it a hair off.
    low = np.where(known & (k > 0), centre - half, 0.0)
    high = np.where(known & (k < n), centre + half, 1.0)
    return low, high


def share(successes: int, trials: int) -> Estimate[float]:
    """One share with its Wilson interval; NaN where there are no trials."""
    low, high = wilson(successes, trials)
    return Estimate(successes / trials if trials else float("nan"), float(low), float(high))


def auc(labels: ArrayLike, scores: ArrayLike) -> Estimate[float]:
    """Area under the ROC curve with DeLong's 95 % interval.

    DeLong, DeLong, Clarke-Pearson 1988, by midranks as in Sun and Xu 2014, eq. 5-7. The interval is
    laid on the log-odds of the area, so that it stays within 0 to 1.

    Args:
        labels: 0 or 1, shape (n,).
        scores: higher means more likely 1, shape (n,).

    Raises:
        ValueError: one of the classes is missing.
    """
    above, below = auc_components(labels, scores)
    area = float(above.mean())
    variance = variance_of_mean(above) + variance_of_mean(below)
    if not 0 < area < 1:
        # A perfect order has no variance to go by, which is not certainty: the rarer class bounds it.
        trials = min(len(above), len(below))
        return share(int(area) * trials, trials)
    odds, half = np.log(area / (1 - area)), Z_95 * np.sqrt(variance) / (area * (1 - area))
    low, high = 1 / (1 + np.exp(-(odds + np.array([-half, half]))))
    return Estimate(area, float(low), float(high))


def auc_components(labels: ArrayLike, scores: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """What each radiograph adds to the area under the ROC curve (Sun and Xu 2014, eq. 5 and 6).

    Returns:
        For each of the m positives the share of negatives below it, shape (m,), and for each of the n
        negatives the share of positives above it, shape (n,); ties count half. The mean of either is the area.

    Raises:
        ValueError: one of the classes is missing.
    """
    labels, scores = np.asarray(labels, bool), np.asarray(scores, float)
    positive, negative = scores[labels], scores[~labels]
    m, n = len(positive), len(negative)
    if not m or not n:
        raise ValueError(f"expected both classes among the labels; received {m} positive and {n} negative.")
    ranks = midranks(np.concatenate([positive, negative]))
    return (ranks[:m] - midranks(positive)) / n, 1 - (ranks[m:] - midranks(negative)) / m


def midranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 1, ties sharing the mean of theirs; float64 of shape (n,)."""
    _, group, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[group]


def variance_of_mean(values: np.ndarray) -> float:
    """Of numbers of shape (n,); of a single one nothing is known, and 0 said."""
    return float(values.var(ddof=1)) / len(values) if len(values) > 1 else 0.0
