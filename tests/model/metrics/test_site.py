"""A site's threshold and calibration keep what their intervals promise."""

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import binom

from model.metrics.site import site_calibration, site_threshold


def test_the_threshold_is_the_conformal_one_and_its_recall_beta() -> None:
    found = site_threshold(np.arange(1, 100) / 100, 0.95)
    assert found is not None
    assert found.threshold.value == 0.05
    assert found.recall.value == pytest.approx(0.95), "the mean of Beta(95, 5)"
    # Beta(95, 5) lies below x where at least 95 of 99 draws of chance x succeed.
    assert binom.sf(94, 99, [found.recall.low, found.recall.high]) == pytest.approx([0.025, 0.975])


def test_too_few_pneumonias_promise_nothing() -> None:
    assert site_threshold(np.linspace(0, 1, 18), 0.95) is None


def test_intervals_of_threshold_and_recall_cover_95_in_100() -> None:
    generator = np.random.default_rng(2)
    quantile, recall = 0, 0
    for _ in range(800):
        found = site_threshold(generator.random(200), 0.9)
        assert found is not None
        quantile += found.threshold.low <= 0.1 <= found.threshold.high
        # Of uniform scores the share at or above a threshold is one minus it.
        recall += found.recall.low <= 1 - found.threshold.value <= found.recall.high
    assert quantile / 800 == pytest.approx(0.955, abs=0.025)
    assert recall / 800 == pytest.approx(0.95, abs=0.025)


@pytest.mark.parametrize("n", [20, 50])
def test_the_thresholds_interval_covers_with_few_pneumonias_too(n: int) -> None:
    generator = np.random.default_rng(3)
    covered = 0
    for _ in range(800):
        found = site_threshold(generator.random(n), 0.95)
        assert found is not None
        covered += found.threshold.low <= 0.05 <= found.threshold.high
    assert covered / 800 >= 0.94


def test_an_end_that_no_score_bounds_is_the_end_of_the_scale() -> None:
    scores = np.linspace(0.4, 0.6, 20)
    low_end, high_end = site_threshold(scores, 0.95), site_threshold(scores, 0.05)
    assert low_end is not None and high_end is not None
    assert (low_end.threshold.value, low_end.threshold.low) == (0.4, 0.0)
    assert (high_end.threshold.value, high_end.threshold.high) == (pytest.approx(scores[18]), 1.0)


def test_intervals_of_the_calibration_cover_95_in_100() -> None:
    generator = np.random.default_rng(5)
    covered = np.zeros(2)
    for _ in range(80):
        odds = generator.normal(0, 2, 400)
        labels = (generator.random(400) < expit(0.7 * odds - 0.4)).astype(int)
        slope, intercept = site_calibration(labels, expit(odds))
        covered += (slope.low <= 0.7 <= slope.high, intercept.low <= -0.4 <= intercept.high)
    np.testing.assert_allclose(covered / 80, 0.95, atol=0.06)


def test_a_calibration_needs_both_labels() -> None:
    with pytest.raises(ValueError, match=r"both labels, 0 and 1; received only \[1\]"):
        site_calibration([1, 1], [0.2, 0.3])
