"""The p-value of H0 and the threshold of a recall are one statement, and the promise holds."""

import numpy as np
import pytest

from model.metrics.hypothesis import p_value
from model.metrics.operating_points import conformal_threshold


def test_a_rank_among_nineteen() -> None:
    known = np.arange(1, 20) / 20
    assert p_value([0.0, 0.05, 0.5, 1.0], known).tolist() == [0.05, 0.1, 0.55, 1.0]


@pytest.mark.parametrize("level", [0.01, 0.05, 0.1, 0.25])
@pytest.mark.parametrize("number", [7, 99, 501])
def test_rejecting_is_falling_below_the_threshold_of_that_recall(level: float, number: int) -> None:
    generator = np.random.default_rng(number)
    known = np.sort(generator.random(number).round(2))
    readings = np.concatenate([known, generator.random(300)])
    rejected = p_value(readings, known) <= level + 1e-12
    assert np.array_equal(rejected, readings < conformal_threshold(known, 1 - level))


def test_a_true_h0_is_rejected_no_more_often_than_the_level_says() -> None:
    generator = np.random.default_rng(11)
    trials = [p_value(generator.beta(8, 1), np.sort(generator.beta(8, 1, 60))) for _ in range(8000)]
    for level in (0.05, 0.2):
        assert np.mean(np.array(trials) <= level) < level + 0.01
