"""How far chance may have moved a whole curve: bootstrap bands of the ROC and the precision-recall curve.

The images of each class are drawn anew with replacement (Efron and Tibshirani 1993, sec. 8.3; by class, as the
curves are conditional on it), counted at the same thresholds, and the curve of each draw is read off at the same
places: 95 % of the draws lie within the band at each place by itself, not along the whole curve at once.
"""

from typing import NamedTuple

import numpy as np

from model.metrics.operating_points import OperatingPoints

TIMES = 500
PLACES = np.linspace(0, 1, 101)


class Band(NamedTuple):
    """``low`` to ``high`` at the places ``x``, 0 to 1; float64 of shape (101,)."""

    x: np.ndarray
    low: np.ndarray
    high: np.ndarray


class Bands(NamedTuple):
    """``roc``: recall by the share of false alarms. ``precision``: precision by recall."""

    roc: Band
    precision: Band


def bands(points: OperatingPoints, times: int = TIMES, seed: int = 0) -> Bands:
    """Both bands; between thresholds a curve runs straight, precision by its counts (Davis and Goadrich 2006).

    Args:
        points: counts, of both classes.
        times: how often images are drawn anew.
        seed: the same gives the same bands.

    Raises:
        ValueError: one of the classes is missing.
    """
    ill, normal = int(points.tp[0] + points.fn[0]), int(points.fp[0] + points.tn[0])
    if not ill or not normal:
        raise ValueError(f"expected both classes; received {ill} pneumonias and {normal} normals.")
    generator = np.random.default_rng(seed)
    found, alarms = _redrawn(points.tp, times, generator), _redrawn(points.fp, times, generator)
    recall = np.array([np.interp(PLACES, a / normal, f / ill) for a, f in zip(alarms, found, strict=True)])
    precision = np.array([_precision(f, a) for f, a in zip(found, alarms, strict=True)])
    return Bands(_middle(recall), _middle(precision))


def _redrawn(above: np.ndarray, times: int, generator: np.random.Generator) -> np.ndarray:
    """Counts at each threshold from the highest down, of one class drawn anew; shape (times, k)."""
    total = int(above[0])
    steps = -np.diff(np.append(above, 0))[::-1]
    return np.cumsum(generator.multinomial(total, steps / total, times), axis=1)


def _precision(found: np.ndarray, alarms: np.ndarray) -> np.ndarray:
    # At recall 0 nobody is called ill: the precision is that of the first step.
    places = np.maximum(PLACES * found[-1], 1e-9)
    # A recall is reached at its highest threshold; lower ones that find nobody more only raise alarms.
    reached, first = np.unique(np.append(0, found), return_index=True)
    called = np.interp(places, reached, np.append(0, alarms)[first])
    return places / (places + called)


def _middle(drawn: np.ndarray) -> Band:
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    return Band(PLACES, low, high)
