"""Every figure of the threshold explorer at every threshold, as the numbers that are to be shown.

What a page shows with one decimal of a per cent travels as a whole number of thousandths: at most
``MOST`` rows of them keep the table under 300 kB, whatever the number of images.
"""

from collections.abc import Sequence
from typing import TypedDict

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit

from model.metrics.bootstrap import PLACES, confidence_bands
from model.metrics.estimate import Estimate
from model.metrics.operating_points import OperatingPoints, SortedScores, counts_at, sorted_by_class, thinned
from model.metrics.rates import RATES, rates

MOST = 1000
"""Rows: a threshold a pixel of the slider."""
BINS = 50
"""Of the two histograms over 0 to 1: at the slider's width a bar is wide enough to be seen."""
ODDS_BINS = 48
"""Of the two histograms over log-odds."""
FARTHEST = 13.8
"""Log-odds beyond this, a probability within a millionth of 0 or 1, are drawn at the end of their axis."""


class Table(TypedDict):
    """k thresholds and, for the thresholds up to each and above them all, k + 1 rows of figures.

    ``thresholds`` ascend; ``exact`` says that they are all at which an answer can change, so that a row holds for
    any threshold up to its own; where not, only the thresholds themselves may be chosen. ``tp``, ``fp``, ``fn``,
    ``tn`` are counts. ``rates``, ``low``, ``high`` and ``lift`` (over the default threshold) hold thousandths of
    each of ``RATES``, None for a rate of nothing. ``kinds`` holds, by kind of pneumonia, how many there
    are and how many lie below each threshold. ``pneumonia`` and ``normal`` are the numbers of images in each of
    ``BINS`` equal parts of 0 to 1, ``odds`` the same over the log-odds from ``odds_axis[0]`` to ``odds_axis[1]``.
    """

    thresholds: list[float]
    exact: bool
    tp: list[int]
    fp: list[int]
    fn: list[int]
    tn: list[int]
    rates: dict[str, list[int | None]]
    low: dict[str, list[int | None]]
    high: dict[str, list[int | None]]
    lift: dict[str, list[int | None]]
    kinds: dict[str, list[int]]
    pneumonia: list[int]
    normal: list[int]
    odds: dict[str, list[int]]
    odds_axis: list[float]


def explorer_table(
    labels: ArrayLike,
    scores: ArrayLike,
    default: float,
    fixed: Sequence[float] = (),
    kinds: Sequence[str] | None = None,
) -> Table:
    """Count, and compute every rate, at every threshold.

    Args:
        labels: 0 normal or 1 pneumonia, shape (n,).
        scores: probabilities of pneumonia, 0 to 1, of that shape.
        default: the threshold that the lift is counted from.
        fixed: further thresholds that must have a row of their own, such as those of policies.
        kinds: of every image, n names; those of pneumonias get a count of their own.

    Raises:
        ValueError: see ``operating_points``; or a score outside 0 to 1, where the slider cannot go.
    """
    labels, scores = np.asarray(labels), np.asarray(scores, float)
    classes = sorted_by_class(labels, scores)
    _check(scores)
    points, exact = shown_points(classes, [default, *fixed])
    figures = rates(points)
    axis = odds_axis(classes)
    return Table(
        # The last threshold is infinity, which JSON has not: its row is that above all others.
        thresholds=points.thresholds[:-1].tolist(),
        exact=exact,
        tp=points.tp.tolist(),
        fp=points.fp.tolist(),
        fn=points.fn.tolist(),
        tn=points.tn.tolist(),
        rates={name: thousandths(figures[name].value) for name in RATES},
        low={name: thousandths(figures[name].low) for name in RATES},
        high={name: thousandths(figures[name].high) for name in RATES},
        lift={name: thousandths(lift(figures[name], points, default)) for name in RATES},
        kinds=_below_by_kind(points, labels, scores, kinds),
        pneumonia=_histogram(classes.pneumonia, np.linspace(0, 1, BINS + 1)),
        normal=_histogram(classes.normal, np.linspace(0, 1, BINS + 1)),
        odds={name: _odds_histogram(one, axis) for name, one in classes._asdict().items()},
        odds_axis=axis,
    )


def shown_points(classes: SortedScores, fixed: Sequence[float]) -> tuple[OperatingPoints, bool]:
    """Count at all scores where they are few, else at ``MOST`` and the fixed ones; and say whether at all."""
    exact = sum(map(len, classes)) <= MOST
    chosen = thinned(classes, MOST if not exact else 2 * MOST)
    if not exact:
        chosen = np.append(chosen, [one for one in fixed if np.isfinite(one)])
    return counts_at(classes, chosen), exact


class DrawnBand(TypedDict):
    """A band in thousandths, at places ``x`` from 0 to 1000."""

    x: list[int | None]
    low: list[int | None]
    high: list[int | None]


def drawn_bands(labels: ArrayLike, scores: ArrayLike) -> dict[str, DrawnBand]:
    """Compute the confidence bands of the ``roc`` and the ``precision`` curve; of many images, thinned."""
    points, _ = shown_points(sorted_by_class(labels, scores), [])
    return {
        name: DrawnBand(x=thousandths(PLACES), low=thousandths(band.low), high=thousandths(band.high))
        for name, band in confidence_bands(points)._asdict().items()
    }


def lift(figure: Estimate[np.ndarray], points: OperatingPoints, default: float) -> np.ndarray:
    """Return the gain of a rate over the default threshold, at every threshold."""
    return figure.value - figure.value[int(points.index(default))]


def thousandths(values: np.ndarray) -> list[int | None]:
    """Round to whole thousandths; None for an undefined rate."""
    known = ~np.isnan(values)
    # The page's percentages are Python's: rounded from the number itself, half to even.
    numbers = np.rint(1000 * np.where(known, values, 0)).astype(int).tolist()
    return [number if there else None for number, there in zip(numbers, known.tolist(), strict=True)]


def odds_axis(classes: SortedScores) -> list[float]:
    """Return the ends of the log-odds axis: beyond every score, and past even odds on both sides."""
    ends = [one[end] for one in classes for end in (0, -1) if len(one)]
    low, high = np.clip(logit([min(ends), max(ends)]), -FARTHEST, FARTHEST)
    return [float(min(low, -1) - 0.3), float(max(high, 1) + 0.3)]


def _check(scores: np.ndarray) -> None:
    if scores.min() < 0 or scores.max() > 1:
        raise ValueError(f"expected probabilities, 0 to 1; received {scores.min():g} to {scores.max():g}.")


def _below_by_kind(
    points: OperatingPoints, labels: np.ndarray, scores: np.ndarray, kinds: Sequence[str] | None
) -> dict[str, list[int]]:
    if kinds is None:
        return {}
    named = np.asarray(kinds)
    return {
        str(kind): np.searchsorted(np.sort(scores[(labels == 1) & (named == kind)]), points.thresholds).tolist()
        for kind in np.unique(named[labels == 1])
    }


def _histogram(ascending: np.ndarray, edges: np.ndarray) -> list[int]:
    """Count from each edge on and before the next; the last bin holds its upper edge too."""
    before = np.searchsorted(ascending, edges)
    before[-1] = len(ascending)
    return np.diff(before).tolist()


def _odds_histogram(ascending: np.ndarray, axis: list[float]) -> list[int]:
    low, high = axis
    edges = expit(np.linspace(low, high, ODDS_BINS + 1))
    # Whatever lies beyond the axis is drawn at its end.
    edges[0] = 0
    return _histogram(ascending, edges)
