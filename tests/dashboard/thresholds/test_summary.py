import numpy as np
import pytest

from dashboard.thresholds.summary import exact_decimals, requirement, summarise
from model.metrics.estimate import Estimate
from model.metrics.operating_points import operating_points
from tests.dashboard.thresholds.examples import CHOICE, EVALUATION_SET, LABELS, SCORES


@pytest.mark.parametrize(
    ("recall", "state"),
    [
        (Estimate(0.97, 0.95, 0.99), "met"),
        (Estimate(0.95, 0.9, 0.97), "unsure"),
        (Estimate(0.94, 0.9, 0.99), "missed"),
    ],
)
def test_the_requirement_has_three_states(recall: Estimate[float], state: str) -> None:
    assert requirement(recall, 0.95) == state


def test_costs_are_the_definition() -> None:
    found, called = summarise(EVALUATION_SET, CHOICE), SCORES >= 0.4
    missed, alarms = np.mean(~called[LABELS == 1]), np.mean(called[LABELS == 0])
    assert found.cost == pytest.approx(0.1 * 20 * missed + 0.9 * alarms)
    assert found.least_cost <= found.cost


def test_a_threshold_is_written_as_precisely_as_its_counts_are_true() -> None:
    points = operating_points(np.array([0, 1, 1]), np.array([0.2, 0.5, 0.50004]))
    assert [exact_decimals(points, threshold) for threshold in (0.3, 0.5, 0.50002, 0.99999)] == [1, 1, 3, 3]
