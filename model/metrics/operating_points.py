"""Confusion matrices at every threshold, from one sort; they feed every table and curve.

``score >= threshold`` means pneumonia, everywhere.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class ConfusionMatrix:
    """Counts at one threshold, and the rates that follow from them; a rate of nothing is NaN."""

    tp: int
    fp: int
    fn: int
    tn: int

    @property
    def total(self) -> int:
        return self.tp + self.fp + self.fn + self.tn

    @property
    def recall(self) -> float:
        return _ratio(self.tp, self.tp + self.fn)

    @property
    def specificity(self) -> float:
        return _ratio(self.tn, self.tn + self.fp)

    @property
    def accuracy(self) -> float:
        return _ratio(self.tp + self.tn, self.total)

    @property
    def f1(self) -> float:
        return _ratio(2 * self.tp, 2 * self.tp + self.fp + self.fn)


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


class Referral(NamedTuple):
    """``referred`` is the number of images in a referral band, ``kept`` the confusion matrix of the others."""

    referred: int
    kept: ConfusionMatrix


@dataclass(frozen=True)
class OperatingPoints:
    """Counts at every threshold at which they can differ.

    ``thresholds``: the distinct scores, ascending, then infinity (no call is positive); float64 of shape (k + 1,).
    ``tp``, ``fp``, ``fn``, ``tn``: int64 of that shape.
    """

    thresholds: np.ndarray
    tp: np.ndarray
    fp: np.ndarray
    fn: np.ndarray
    tn: np.ndarray

    def index(self, threshold: ArrayLike) -> np.ndarray:
        """Return the row whose counts hold at a threshold: the first one not below it."""
        return np.minimum(np.searchsorted(self.thresholds, threshold), len(self.thresholds) - 1)

    def at(self, threshold: float) -> ConfusionMatrix:
        """Return the confusion matrix at one threshold."""
        row = int(self.index(threshold))
        return ConfusionMatrix(int(self.tp[row]), int(self.fp[row]), int(self.fn[row]), int(self.tn[row]))

    def referral(self, low: float, high: float) -> Referral:
        """Refer scores from ``low`` to below ``high`` to a human; below is normal, above pneumonia.

        Raises:
            ValueError: ``low`` above ``high``.
        """
        if low > high:
            raise ValueError(
                f"expected a band whose lower end is not above its upper; received {low:g} to {high:g}."
            )
        below, above = self.at(low), self.at(high)
        kept = ConfusionMatrix(tp=above.tp, fp=above.fp, fn=below.fn, tn=below.tn)
        return Referral(above.total - kept.total, kept)


class SortedScores(NamedTuple):
    """The scores of each class, ascending: float64 of shapes (m,) and (n,), either may be empty."""

    pneumonia: np.ndarray
    normal: np.ndarray


def sorted_by_class(labels: ArrayLike, scores: ArrayLike) -> SortedScores:
    """Sort the scores of each class.

    Args:
        labels: 0 normal or 1 pneumonia, shape (n,).
        scores: finite numbers of the same shape.

    Raises:
        ValueError: shapes differ, no rows, a label that is neither, a score that is not finite.
    """
    labels, scores = np.asarray(labels), np.asarray(scores, float)
    if labels.ndim != 1 or labels.shape != scores.shape or not len(labels):
        raise ValueError(
            f"expected labels and scores of one shape (n,), n at least 1; "
            f"received {labels.shape} and {scores.shape}."
        )
    if not ((labels == 0) | (labels == 1)).all():
        raise ValueError(f"expected labels 0 and 1; received {np.unique(labels)[:5].tolist()}.")
    if not np.isfinite(scores).all():
        raise ValueError(f"expected finite scores; {int((~np.isfinite(scores)).sum())} are not.")
    return SortedScores(np.sort(scores[labels == 1]), np.sort(scores[labels == 0]))


def operating_points(labels: ArrayLike, scores: ArrayLike) -> OperatingPoints:
    """Count at every distinct score; the arguments and errors are those of ``sorted_by_class``."""
    return counts_at(sorted_by_class(labels, scores), scores)


def counts_at(scores: SortedScores, thresholds: ArrayLike) -> OperatingPoints:
    """Count at the given thresholds and above them all, where no call is positive; exact at each.

    Args:
        scores: of both classes.
        thresholds: finite numbers in any order; repeated ones are taken once.
    """
    chosen = np.unique(np.asarray(thresholds, float))
    fn, tn = (np.append(np.searchsorted(ascending, chosen), len(ascending)) for ascending in scores)
    return OperatingPoints(np.append(chosen, np.inf), len(scores.pneumonia) - fn, len(scores.normal) - tn, fn, tn)


def thinned(scores: SortedScores, most: int) -> np.ndarray:
    """Return at most ``most`` scores, at equally spaced ranks of each class, unordered.

    A class of at most ``most // 2`` scores keeps them all. Of more the lowest and the highest are always kept, and
    neighbouring ones differ little in recall and in specificity.

    Args:
        scores: of both classes.
        most: at least 4.
    """

    def ranks(number: int) -> np.ndarray:
        return np.linspace(0, number - 1, min(number, most // 2)).round().astype(int)

    return np.concatenate([ascending[ranks(len(ascending))] for ascending in scores])


def youden_threshold(points: OperatingPoints) -> float:
    """Return the threshold of the largest recall + specificity - 1 (Youden 1950); of equal ones the lowest."""
    positives, negatives = points.tp + points.fn, points.tn + points.fp
    return float(points.thresholds[np.argmax(points.tp / positives + points.tn / negatives)])


def most_accurate_threshold(points: OperatingPoints) -> float:
    """Return the threshold of the highest accuracy; of equal ones the lowest."""
    return float(points.thresholds[np.argmax(points.tp + points.tn)])
