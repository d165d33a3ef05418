"""Expected numbers against counting by hand, and their intervals against chance."""

import numpy as np
import pytest

from model.metrics.expected_outcomes import expected_cost, expected_outcomes, least_cost_threshold
from model.metrics.operating_points import OperatingPoints, operating_points

LABELS = np.repeat([1, 1, 0, 0], [90, 10, 160, 40])
SCORES = np.repeat([0.9, 0.2, 0.1, 0.6], [90, 10, 160, 40])
POINTS = operating_points(LABELS, SCORES)


def test_a_days_numbers_are_those_of_a_calculation_on_paper() -> None:
    """Recall 0.9, specificity 0.8; of 50 children a tenth have pneumonia."""
    found = expected_outcomes(POINTS, 0.5, (0.15, 0.7), 0.1, 50)
    assert found.missed.value == pytest.approx(5 * 0.1)
    assert found.alarms.value == pytest.approx(45 * 0.2)
    assert found.called.value == pytest.approx(5 * 0.9 + 45 * 0.2)
    assert found.referrals.value == pytest.approx(5 * 0.1 + 45 * 0.2), "those of 0.2 and of 0.6"
    assert found.ppv.value == pytest.approx(4.5 / 13.5)
    assert found.npv.value == pytest.approx(36 / 36.5)


def test_values_lie_within_their_intervals() -> None:
    for figure in expected_outcomes(POINTS, 0.5, (0.15, 0.7), 0.1, 50):
        assert figure.low < figure.value < figure.high


def test_intervals_of_sums_cover_95_in_100() -> None:
    generator = np.random.default_rng(8)
    tp, tn = generator.binomial(200, 0.93, 2000), generator.binomial(150, 0.85, 2000)
    truth, covered = 100 * (0.2 * 0.93 + 0.8 * 0.15), 0
    for found, alone in zip(tp, tn, strict=True):
        counts = (np.array([200, found, 0]), np.array([150, 150 - alone, 0]))
        points = OperatingPoints(
            np.array([0.1, 0.5, np.inf]), *counts, np.array([0, 200 - found, 200]), np.array([0, alone, 150])
        )
        called = expected_outcomes(points, 0.5, (0.5, 0.5), 0.2, 100).called
        covered += called.low <= truth <= called.high
    assert covered / 2000 == pytest.approx(0.95, abs=0.015)


def test_a_band_without_width_refers_nobody() -> None:
    assert expected_outcomes(POINTS, 0.5, (0.5, 0.5), 0.1, 50).referrals == (0, 0, 0)


DRAWN = np.random.default_rng(2)
CALIBRATED = DRAWN.random(4000).round(3)
OUTCOMES = (DRAWN.random(4000) < CALIBRATED).astype(int)
CALIBRATED_POINTS = operating_points(OUTCOMES, CALIBRATED)


def test_at_the_samples_own_prevalence_costs_are_counted() -> None:
    cost = expected_cost(CALIBRATED_POINTS, OUTCOMES.mean(), 7.0)
    np.testing.assert_allclose(cost, (7 * CALIBRATED_POINTS.fn + CALIBRATED_POINTS.fp) / len(OUTCOMES))


@pytest.mark.parametrize("weight", [1.0, 4.0, 19.0])
def test_where_probabilities_are_right_the_cheapest_threshold_is_one_in_one_plus_weight(weight: float) -> None:
    """Elkan 2001, theorem 1: act where p * weight >= 1 - p."""
    assert least_cost_threshold(CALIBRATED_POINTS, OUTCOMES.mean(), weight) == pytest.approx(
        1 / (1 + weight), abs=0.05
    )


def test_of_equal_costs_the_lowest_threshold_is_taken() -> None:
    points = operating_points([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9])
    assert least_cost_threshold(points, 0.5, 1.0) == 0.8
    assert least_cost_threshold(points, 0.5, 1e9) == 0.8
