import numpy as np
import pytest

from model.metrics.decision_curve import cheapest, expected_cost, net_benefit
from model.metrics.operating_points import operating_points

GENERATOR = np.random.default_rng(2)
PROBABILITIES = GENERATOR.random(4000).round(3)
LABELS = (GENERATOR.random(4000) < PROBABILITIES).astype(int)
POINTS = operating_points(LABELS, PROBABILITIES)


def test_at_the_samples_own_prevalence_costs_are_counted() -> None:
    cost = expected_cost(POINTS, LABELS.mean(), 7.0)
    np.testing.assert_allclose(cost, (7 * POINTS.fn + POINTS.fp) / len(LABELS))


@pytest.mark.parametrize("weight", [1.0, 4.0, 19.0])
def test_where_probabilities_are_right_the_cheapest_threshold_is_one_in_one_plus_weight(weight: float) -> None:
    """Elkan 2001, theorem 1: act where p * weight >= 1 - p."""
    assert cheapest(POINTS, LABELS.mean(), weight) == pytest.approx(1 / (1 + weight), abs=0.05)


def test_of_equal_costs_the_lowest_threshold_is_taken() -> None:
    points = operating_points([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9])
    assert cheapest(points, 0.5, 1.0) == 0.8
    assert cheapest(points, 0.5, 1e9) == 0.8


def test_net_benefit_is_its_definition() -> None:
    """Vickers and Elkin 2006: true positives less weighted false positives, over all."""
    treatment = np.array([0.05, 0.2, 0.5])
    found = PROBABILITIES[:, None] >= treatment
    tp, fp = found[LABELS == 1].sum(axis=0), found[LABELS == 0].sum(axis=0)
    expected = (tp - fp * treatment / (1 - treatment)) / len(LABELS)
    np.testing.assert_allclose(net_benefit(POINTS, LABELS.mean(), treatment), expected)


def test_a_model_with_right_probabilities_is_never_worse_than_all_or_none() -> None:
    treatment = np.linspace(0.01, 0.95, 40)
    ill = LABELS.mean()
    treat_all = ill - (1 - ill) * treatment / (1 - treatment)
    assert np.all(net_benefit(POINTS, ill, treatment) >= np.maximum(treat_all, 0) - 0.01)
