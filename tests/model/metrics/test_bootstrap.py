"""Bands against chance: at a place, 95 of 100 hold the curve that the images were drawn from."""

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.metrics import roc_curve

from model.metrics.bootstrap import PLACES, confidence_bands
from model.metrics.operating_points import counts_at, operating_points, sorted_by_class, thinned

AT = 20
"""The place, of 101, at which a simulation looks."""
TRIALS = 250


def _drawn(generator: np.random.Generator, positives: int, negatives: int) -> tuple[np.ndarray, np.ndarray]:
    labels = np.repeat([0, 1], [negatives, positives])
    return labels, generator.normal(1.5 * labels)


@pytest.mark.slow
def test_bands_cover_95_in_100() -> None:
    generator = np.random.default_rng(3)
    alarms, recall = PLACES[AT], PLACES[100 - AT]
    true_recall = norm.sf(norm.isf(alarms) - 1.5)
    called = norm.sf(norm.isf(recall, 1.5))
    true_precision = 200 * recall / (200 * recall + 150 * called)
    covered = np.zeros(2)
    for seed in range(TRIALS):
        found = confidence_bands(operating_points(*_drawn(generator, 200, 150)), 150, seed)
        covered += (
            found.roc.low[AT] <= true_recall <= found.roc.high[AT],
            found.precision.low[100 - AT] <= true_precision <= found.precision.high[100 - AT],
        )
    np.testing.assert_allclose(covered / TRIALS, 0.95, atol=0.04)


def test_the_same_seed_gives_the_same_bands() -> None:
    points = operating_points(*_drawn(np.random.default_rng(1), 30, 20))
    for one, other in zip(confidence_bands(points, 50), confidence_bands(points, 50), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_perfect_order_has_no_spread() -> None:
    roc, precision = confidence_bands(operating_points([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9]), 20)
    assert np.all(roc.low == 1) and np.all(precision.high == 1)


def test_the_value_is_the_measured_roc_curve() -> None:
    labels, scores = _drawn(np.random.default_rng(4), 60, 40)
    fpr, tpr, _ = roc_curve(labels, scores, drop_intermediate=False)
    roc = confidence_bands(operating_points(labels, scores), 20).roc
    np.testing.assert_allclose(roc.value[1:], np.interp(PLACES, fpr, tpr)[1:])


def test_a_thinned_curve_has_nearly_the_same_bands() -> None:
    labels, scores = _drawn(np.random.default_rng(2), 4000, 4000)
    classes = sorted_by_class(labels, scores)
    whole, thin = (
        confidence_bands(operating_points(labels, scores)),
        confidence_bands(counts_at(classes, thinned(classes, 300))),
    )
    np.testing.assert_allclose(whole.roc.low[5:], thin.roc.low[5:], atol=0.015)


def test_one_class_alone_has_no_curve() -> None:
    with pytest.raises(ValueError, match="both classes; received 3 pneumonias and 0 normals"):
        confidence_bands(operating_points([1, 1, 1], [0.1, 0.2, 0.3]))
