"""What each threshold costs: one count of right and wrong answers feeds every table and curve.

``score >= threshold`` means pneumonia, everywhere.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class OperatingPoints:
    """Counts at every threshold at which they can differ.

    ``thresholds``: the distinct scores, ascending, then infinity (nobody is called ill);
    float64 of shape (k + 1,). ``tp``, ``fp``, ``fn``, ``tn``: int64 of that shape.
    """

    thresholds: np.ndarray
    tp: np.ndarray
    fp: np.ndarray
    fn: np.ndarray
    tn: np.ndarray

    def index(self, threshold: ArrayLike) -> np.ndarray:
        """The row whose counts hold at a threshold: the first one not below it."""
        return np.minimum(np.searchsorted(self.thresholds, threshold), len(self.thresholds) - 1)

    def at(self, threshold: float) -> "ConfusionMatrix":
        """The counts at one threshold."""
        row = int(self.index(threshold))
        return ConfusionMatrix(int(self.tp[row]), int(self.fp[row]), int(self.fn[row]), int(self.tn[row]))


@dataclass(frozen=True)
class ConfusionMatrix:
    """A confusion matrix and the rates that follow from it; a rate of nothing is NaN."""

    tp: int
    fp: int
    fn: int
    tn: int

    @property
    def recall(self) -> float:
        """Share of the pneumonias that are found."""
        return _share(self.tp, self.tp + self.fn)

    @property
    def specificity(self) -> float:
        """Share of the normals that are left alone."""
        return _share(self.tn, self.tn + self.fp)

    @property
    def precision(self) -> float:
        """Share of the alarms that are pneumonias."""
        return _share(self.tp, self.tp + self.fp)

    @property
    def accuracy(self) -> float:
        """Share of all that are right."""
        return _share(self.tp + self.tn, self.tp + self.fp + self.fn + self.tn)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return _share(2 * self.tp, 2 * self.tp + self.fp + self.fn)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


def operating_points(labels: ArrayLike, scores: ArrayLike) -> OperatingPoints:
    """Count right and wrong answers at every distinct threshold, by one sort.

    Args:
        labels: 0 normal or 1 pneumonia, shape (n,).
        scores: finite numbers of the same shape.

    Raises:
        ValueError: shapes differ, no rows, a label that is neither, a score that is not finite.
    """
    labels, scores = _checked(np.asarray(labels), np.asarray(scores, float))
    order = np.argsort(scores)
    ascending, ill = scores[order], labels[order].astype(np.int64)
    first = np.flatnonzero(np.concatenate([[True], ascending[1:] != ascending[:-1]]))
    ill_below = np.concatenate([[0], np.cumsum(ill)])
    below = np.append(first, len(scores))
    fn = ill_below[below]
    tn = below - fn
    return OperatingPoints(
        thresholds=np.append(ascending[first], np.inf),
        tp=ill_below[-1] - fn,
        fp=len(scores) - ill_below[-1] - tn,
        fn=fn,
        tn=tn,
    )


class Ranked(NamedTuple):
    """The scores of each class, ascending: float64 of shapes (m,) and (n,), either may be empty."""

    pneumonia: np.ndarray
    normal: np.ndarray


def ranked(labels: ArrayLike, scores: ArrayLike) -> Ranked:
    """Sort each class; the arguments and errors are those of ``operating_points``."""
    labels, scores = _checked(np.asarray(labels), np.asarray(scores, float))
    if scores.min() < 0:
        ill = labels == 1
        # Sorting numbers is several times as fast as sorting their places, and places are not needed.
        return Ranked(np.sort(scores[ill]), np.sort(scores[~ill]))
    # One sort for both, the normals under a minus sign: picking a class out of a million takes longer than sorting.
    signed = np.sort(np.copysign(scores, labels - 0.5))
    normals = len(labels) - int(np.count_nonzero(labels))
    return Ranked(np.abs(signed[normals:]), np.abs(signed[:normals][::-1]))


def counted(classes: Ranked, thresholds: ArrayLike) -> OperatingPoints:
    """Counts at the given thresholds and above them all, where nobody is called ill; exact at each.

    Args:
        classes: by ``ranked``.
        thresholds: any finite numbers; they are put in order, each once.
    """
    chosen = np.unique(np.asarray(thresholds, float))
    fn, tn = (np.append(np.searchsorted(one, chosen), len(one)) for one in classes)
    return OperatingPoints(
        thresholds=np.append(chosen, np.inf),
        tp=len(classes.pneumonia) - fn,
        fp=len(classes.normal) - tn,
        fn=fn,
        tn=tn,
    )


def spread(classes: Ranked, most: int) -> np.ndarray:
    """At most ``most`` scores, at equally spaced ranks of each class, unordered.

    Few are all kept. Of many the lowest and the highest always are, and the counts at neighbouring ones differ by
    little in recall and in specificity alike.

    Args:
        classes: by ``ranked``.
        most: at least 4.
    """
    return np.concatenate([_spread(one, most // 2) for one in classes])


def _spread(ascending: np.ndarray, most: int) -> np.ndarray:
    """Numbers at equally spaced ranks, both ends among them."""
    if len(ascending) <= most:
        return ascending
    return ascending[np.linspace(0, len(ascending) - 1, most).round().astype(int)]


def youden(points: OperatingPoints) -> float:
    """The threshold with the largest recall + specificity - 1 (Youden 1950); of equal ones the lowest."""
    ill, normal = points.tp + points.fn, points.tn + points.fp
    return float(points.thresholds[np.argmax(points.tp / ill + points.tn / normal)])


def most_accurate(points: OperatingPoints) -> float:
    """The threshold with the largest share of right answers; of equal ones the lowest."""
    return float(points.thresholds[np.argmax(points.tp + points.tn)])


def _checked(labels: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if labels.ndim != 1 or labels.shape != scores.shape or not len(labels):
        raise ValueError(
            f"expected labels and scores of one shape (n,), n at least 1; "
            f"received {labels.shape} and {scores.shape}."
        )
    if not ((labels == 0) | (labels == 1)).all():
        raise ValueError(f"expected labels 0 and 1; received {np.unique(labels)[:5].tolist()}.")
    if not np.isfinite(scores).all():
        raise ValueError(f"expected finite scores; {int((~np.isfinite(scores)).sum())} are not.")
    return labels, scores


def conformal_threshold(pneumonia_scores: ArrayLike, recall: float) -> float:
    """The largest threshold at which a new pneumonia is found with at least this probability.

    Split conformal prediction (Vovk et al. 2005; Angelopoulos and Bates 2023, sec. 1): among n + 1
    exchangeable scores the new one's rank is uniform, so it falls below the k-th smallest of the n
    with probability at most k / (n + 1); k is the largest for which that is at most 1 - recall.

    Args:
        pneumonia_scores: scores of pneumonias that the network was not fitted on, shape (n,).
        recall: 0 to 1.

    Returns:
        One of the scores; minus infinity (everybody is called ill) where n is too small for the promise.
    """
    ascending = np.sort(np.asarray(pneumonia_scores, float))
    k = conformal_rank(len(ascending), recall)
    return float(ascending[k - 1]) if k else float("-inf")


def conformal_rank(n: int, recall: float) -> int:
    """The ``k`` of ``conformal_threshold`` among ``n`` scores, counted from 1; 0 where there is none."""
    # The margin keeps 0.05 * 20, which is 1.0000000000000009, and its like on the right side.
    return int(np.floor((1 - recall) * (n + 1) + 1e-9))
