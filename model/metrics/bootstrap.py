"""Percentile bootstrap confidence bands of the ROC and the precision-recall curve.

The images of each class are resampled with replacement (Efron and Tibshirani 1993, sec. 8.3; stratified by class,
as the curves are conditional on it) and counted at the same thresholds. Each resample's curve is interpolated at
``PLACES``: the bands are pointwise, 95 % of the resamples at each place by itself.
"""

from typing import NamedTuple

import numpy as np

from model.metrics.estimate import Estimate
from model.metrics.operating_points import OperatingPoints

RESAMPLES = 500
PLACES = np.linspace(0, 1, 101)


class ConfidenceBands(NamedTuple):
    """Both curves at ``PLACES`` with their bands; float64 of shape (101,).

    ``roc`` is recall by the false positive rate, ``precision`` is precision by recall.
    """

    roc: Estimate[np.ndarray]
    precision: Estimate[np.ndarray]


def confidence_bands(points: OperatingPoints, times: int = RESAMPLES, seed: int = 0) -> ConfidenceBands:
    """Bootstrap the ROC and the precision-recall curve.

    Between thresholds the ROC curve is a straight line, and precision follows the interpolated counts (Davis and
    Goadrich 2006).

    Args:
        points: counts of both classes.
        times: number of resamples.
        seed: the same gives the same bands.

    Raises:
        ValueError: one of the classes is missing.
    """
    positives, negatives = int(points.tp[0] + points.fn[0]), int(points.fp[0] + points.tn[0])
    if not positives or not negatives:
        raise ValueError(f"expected both classes; received {positives} pneumonias and {negatives} normals.")
    generator = np.random.default_rng(seed)
    tp, fp = _resampled(points.tp, times, generator), _resampled(points.fp, times, generator)
    recall = np.array([np.interp(PLACES, f / negatives, t / positives) for t, f in zip(tp, fp, strict=True)])
    precision = np.array([_precision(t, f) for t, f in zip(tp, fp, strict=True)])
    return ConfidenceBands(_percentiles(recall), _percentiles(precision))


def _resampled(above: np.ndarray, times: int, generator: np.random.Generator) -> np.ndarray:
    """Return counts at each threshold from the highest down: measured, then resampled; shape (1 + times, k)."""
    total = int(above[0])
    measured = -np.diff(np.append(above, 0))[::-1]
    return np.cumsum(np.vstack([measured, generator.multinomial(total, measured / total, times)]), axis=1)


def _precision(tp: np.ndarray, fp: np.ndarray) -> np.ndarray:
    # At recall 0 there are no positive calls: the precision is that of the first step.
    found = np.maximum(PLACES * tp[-1], 1e-9)
    # A recall is reached at its highest threshold; lower ones of equal recall only add false positives.
    reached, first = np.unique(np.append(0, tp), return_index=True)
    called = np.interp(found, reached, np.append(0, fp)[first])
    return found / (found + called)


def _percentiles(curves: np.ndarray) -> Estimate[np.ndarray]:
    return Estimate(curves[0], *np.quantile(curves[1:], [0.025, 0.975], axis=0))
