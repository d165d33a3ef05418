"""What a reading was worth, in words: from the shipped scores, in the bin where the reading lies."""

import pytest

from dashboard.shared.resources import load_card, load_scores
from dashboard.shared.similar_scores import format_bin, similar_scores, similar_scores_text
from model.metrics.score_bins import BinCount, ScoreBin, score_bin
from model.network.policy import card_policies

DEFAULT = card_policies(load_card())["default"]


def test_counts_are_those_of_the_scores_file() -> None:
    test = load_scores("test")
    probability = DEFAULT.high * 0.999
    low, high = score_bin(probability, DEFAULT.thresholds, test.probabilities)
    assert high == DEFAULT.high
    there = test.labels[(test.probabilities >= low) & (test.probabilities < high)]
    shown = similar_scores(probability, DEFAULT)
    assert shown.startswith(f"Of {len(there)} test radiographs between ")
    assert f"{there.sum() or 'none'} had pneumonia" in shown


def test_validation_stands_beside_and_chance_is_not_hidden() -> None:
    shown = similar_scores_text(ScoreBin(0.5, 0.9684), BinCount(7, 29), BinCount(16, 18))
    assert shown == (
        "Of 29 test radiographs between 50 % and 96.8 %, 7 had pneumonia (95 % CI 12 to 42 %); "
        "in validation, 16 of 18."
    )
    none = similar_scores_text(ScoreBin(0, 0.1), BinCount(0, 145), BinCount(0, 3))
    assert none.startswith("Of 145 test radiographs below 10 %, none had pneumonia (95 % CI 0 to 3 %); ")
    assert none.endswith("in validation, none of 3.")


def test_an_empty_bin_says_so() -> None:
    shown = similar_scores_text(ScoreBin(0.61, 0.62), BinCount(0, 0), BinCount(1, 2))
    assert shown == "No test radiograph scored between 61.0 % and 62.0 %; in validation, 1 of 2."


@pytest.mark.parametrize(
    ("ends", "decimals", "shown"),
    [
        ((0, 0.9684), 1, "below 96.8 %"),
        ((0.9684, 1), 2, "at 96.84 % or above"),
        ((0.99, 0.999), 1, "between 99 % and 99.9 %"),
        ((0, 1), 1, "at any probability"),
    ],
)
def test_a_bin_in_words(ends: tuple[float, float], decimals: int, shown: str) -> None:
    assert format_bin(ScoreBin(*ends), decimals) == shown
