import numpy as np
import pytest

from dashboard.thresholds.summary import requirement, summarise
from model.metrics.estimate import Estimate
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
