"""The p-value of H0 and the threshold of a recall are one statement, and the promise holds."""

import numpy as np
import pytest

from model.metrics.conformal import conformal_threshold, count_no_higher, p_value


def test_a_rank_among_nineteen() -> None:
    known = np.arange(1, 20) / 20
    p_values = p_value([0.0, 0.05, 0.5, 1.0], known).tolist()
    assert p_values == [0.05, 0.1, 0.55, 1.0]
    assert [count_no_higher(p, len(known)) for p in p_values] == [0, 1, 10, 19]


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


@pytest.mark.parametrize(("number", "recall"), [(99, 0.95), (584, 0.95), (250, 0.9), (150, 0.99)])
def test_a_new_pneumonia_is_found_as_often_as_promised_and_no_oftener_than_need_be(
    number: int, recall: float
) -> None:
    # Of uniform scores the share 1 - t is found at a threshold t; 1 / (n + 1) is one rank.
    scores = np.random.default_rng(3).random((4000, number))
    found = 1 - np.array([conformal_threshold(row, recall) for row in scores])
    error = 4 * found.std() / np.sqrt(len(found))
    assert recall - error <= found.mean() < recall + 1 / (number + 1) + error


def test_the_conformal_threshold_is_the_rank_of_the_theorem() -> None:
    scores = np.arange(1, 100) / 100
    assert conformal_threshold(scores[::-1], 0.95) == 0.05
    assert conformal_threshold(scores[:19], 0.95) == 0.01


def test_too_few_pneumonias_promise_nothing() -> None:
    assert conformal_threshold(np.arange(18) / 18, 0.95) == -np.inf
    assert conformal_threshold([], 0.95) == -np.inf
