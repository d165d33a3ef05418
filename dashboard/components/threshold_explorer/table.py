"""Every figure of the threshold explorer at every threshold, in the words it is shown in."""

from math import isnan
from typing import TypedDict

import numpy as np
from numpy.typing import ArrayLike

from model.intervals import wilson
from model.operating_points import Counts, OperatingPoints, operating_points

BINS = 50
"""Of the two histograms over 0 to 1: at the slider's width a bar is wide enough to be seen."""

RATES = ("recall", "specificity", "precision", "accuracy", "f1")
NOTHING = "\N{EN DASH}"
"""Stands for a rate of nothing, such as the precision where no alarm is raised."""


class Table(TypedDict):
    """k distinct scores and, for the thresholds up to each and above them all, k + 1 rows of figures.

    ``thresholds`` ascend. ``tp``, ``fp``, ``fn``, ``tn`` are counts; ``rates`` and ``intervals`` hold the
    text of each of ``RATES``; ``requirement`` is ``met``, ``unsure`` (met, but the interval reaches
    below) or ``missed``. ``target`` is the required recall as text. ``pneumonia`` and ``normal`` are the
    numbers of images in each of ``BINS`` equal parts of 0 to 1.
    """

    thresholds: list[float]
    tp: list[int]
    fp: list[int]
    fn: list[int]
    tn: list[int]
    rates: dict[str, list[str]]
    intervals: dict[str, list[str]]
    requirement: list[str]
    target: str
    pneumonia: list[int]
    normal: list[int]


def explorer_table(labels: ArrayLike, scores: ArrayLike, target_recall: float) -> Table:
    """Count, rate and phrase.

    Args:
        labels: 0 normal or 1 pneumonia, shape (n,).
        scores: probabilities of pneumonia, 0 to 1, of that shape.
        target_recall: the recall that is asked for, 0 to 1.

    Raises:
        ValueError: see ``operating_points``; or a score outside 0 to 1, where the slider cannot go.
    """
    labels, scores = np.asarray(labels), np.asarray(scores, float)
    points = operating_points(labels, scores)
    if scores.min() < 0 or scores.max() > 1:
        raise ValueError(f"expected probabilities, 0 to 1; received {scores.min():g} to {scores.max():g}.")
    ends = intervals(points)
    return Table(
        # The last threshold is infinity, which JSON has not: its row is that above all others.
        thresholds=points.thresholds[:-1].tolist(),
        tp=points.tp.tolist(),
        fp=points.fp.tolist(),
        fn=points.fn.tolist(),
        tn=points.tn.tolist(),
        rates={name: [percent(value) for value in values] for name, values in rates(points).items()},
        intervals={name: _ranges(low, high) for name, (low, high) in ends.items()},
        requirement=requirement(points, target_recall),
        target=f"{100 * target_recall:g} %",
        pneumonia=_histogram(scores[labels == 1]),
        normal=_histogram(scores[labels == 0]),
    )


def rates(points: OperatingPoints) -> dict[str, list[float]]:
    """Each of ``RATES`` at every threshold, by the definitions of ``Counts``."""
    rows = zip(points.tp.tolist(), points.fp.tolist(), points.fn.tolist(), points.tn.tolist(), strict=True)
    counts = [Counts(*row) for row in rows]
    return {name: [getattr(row, name) for row in counts] for name in RATES}


def intervals(points: OperatingPoints) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Wilson's 95 % interval of each of ``RATES`` at every threshold, lower and upper ends.

    F1 is no share, but it grows with one: F1 = 2 F* / (1 + F*), F* = TP / (TP + FP + FN) (Hand,
    Christen, Kirielle 2021). Its interval is that of F*, carried over.
    """
    tp, fp, fn, tn = points.tp, points.fp, points.fn, points.tn
    low, high = wilson(tp, tp + fp + fn)
    return {
        "recall": wilson(tp, tp + fn),
        "specificity": wilson(tn, tn + fp),
        "precision": wilson(tp, tp + fp),
        "accuracy": wilson(tp + tn, tp + fp + fn + tn),
        "f1": (2 * low / (1 + low), 2 * high / (1 + high)),
    }


def requirement(points: OperatingPoints, target_recall: float) -> list[str]:
    """Whether the recall reaches the target, and whether its interval does too, at every threshold."""
    low, _ = wilson(points.tp, points.tp + points.fn)
    recall = np.array(rates(points)["recall"])
    return np.select([low >= target_recall, recall >= target_recall], ["met", "unsure"], "missed").tolist()


def percent(value: float) -> str:
    """``97.4 %``; an en dash for what is not known."""
    return NOTHING if isnan(value) else f"{100 * value:.1f} %"


def _ranges(low: np.ndarray, high: np.ndarray) -> list[str]:
    return [f"{100 * a:.1f} to {100 * b:.1f} %" for a, b in zip(low.tolist(), high.tolist(), strict=True)]


def _histogram(scores: np.ndarray) -> list[int]:
    return np.histogram(scores, bins=BINS, range=(0, 1))[0].tolist()
