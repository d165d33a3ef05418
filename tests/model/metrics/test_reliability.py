"""Probabilities drawn so that they are right, and bent so that they are not."""

import numpy as np
import pytest
from scipy.special import expit, logit
from sklearn.calibration import calibration_curve

from model.metrics.reliability import recalibration, reliability_diagram


def _right(number: int = 40_000) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(3)
    probabilities = expit(generator.normal(0.5, 1.5, number))
    return (generator.random(number) < probabilities).astype(int), probabilities


def test_bins_are_scikit_learns() -> None:
    labels, probabilities = _right(1000)
    curve = reliability_diagram(labels, probabilities)
    observed, predicted = calibration_curve(labels, probabilities, n_bins=10, strategy="quantile")
    np.testing.assert_allclose(curve.observed.value, observed)
    np.testing.assert_allclose(curve.predicted, predicted)
    assert curve.count.tolist() == [100] * 10
    assert np.all((curve.observed.low <= curve.observed.value) & (curve.observed.value <= curve.observed.high))


def test_right_probabilities_need_no_bending() -> None:
    labels, probabilities = _right()
    intercept, slope = recalibration(labels, probabilities)
    assert intercept == pytest.approx(0, abs=0.04)
    assert slope == pytest.approx(1, abs=0.04)
    assert reliability_diagram(labels, probabilities).expected_calibration_error < 0.01


def test_bent_probabilities_are_bent_back() -> None:
    labels, probabilities = _right()
    assert recalibration(labels, expit(2 * logit(probabilities))).slope == pytest.approx(0.5, abs=0.02)
    assert recalibration(labels, expit(logit(probabilities) + 1)).intercept == pytest.approx(-1, abs=0.04)


def test_the_expected_error_of_a_network_that_is_always_sure() -> None:
    assert reliability_diagram(
        [1, 0, 1, 0], [1.0, 1.0, 1.0, 1.0], bins=2
    ).expected_calibration_error == pytest.approx(0.5)


def test_one_class_alone_says_nothing_of_calibration() -> None:
    with pytest.raises(ValueError, match=r"expected both labels, 0 and 1; received only \[1\]"):
        recalibration([1, 1], [0.5, 0.6])
