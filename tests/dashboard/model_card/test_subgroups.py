"""Parts of a split, on made-up scores."""

import numpy as np
import pytest

from dashboard.model_card.subgroups import auc_against_normals, by_patient, overlap
from model.metrics import intervals
from model.metrics.estimate import Estimate
from model.network.split_scores import Scores

SCORES = Scores(
    images=[f"{number}.jpeg" for number in range(8)],
    labels=np.array([0, 0, 0, 1, 1, 1, 1, 1]),
    subtypes=["normal"] * 3 + ["bacteria"] * 3 + ["virus"] * 2,
    patients=["z", "z", "a", "b", "b", "c", "d", "e"],
    probabilities=np.array([0.1, 0.6, 0.3, 0.2, 0.9, 0.7, 0.4, 0.5]),
)


def test_each_kind_is_compared_with_all_normals() -> None:
    assert auc_against_normals(SCORES, "virus").value == pytest.approx(4 / 6)
    assert auc_against_normals(SCORES, "bacteria").value == pytest.approx(7 / 9)


def test_a_patient_has_the_highest_probability_of_the_radiographs() -> None:
    patients = by_patient(SCORES)
    assert sorted(patients.probabilities[patients.labels == 1]) == [0.4, 0.5, 0.7, 0.9]
    assert sorted(patients.probabilities[patients.labels == 0]) == [0.3, 0.6]
    assert patients.several == 2
    assert patients.recall(0.5) == intervals.proportion(3, 4)
    assert patients.specificity(0.6) == intervals.proportion(1, 2)
    assert patients.auc().value == pytest.approx(6 / 8)


@pytest.mark.parametrize(("low", "high", "shared"), [(0.1, 0.3, True), (0.3, 0.4, True), (0.31, 0.4, False)])
def test_intervals_that_touch_overlap(low: float, high: float, shared: bool) -> None:
    first, second = Estimate(0.2, 0.1, 0.3), Estimate(0.3, low, high)
    assert overlap(first, second) is overlap(second, first) is shared
