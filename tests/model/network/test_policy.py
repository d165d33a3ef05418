from dataclasses import replace

import numpy as np
import pytest

from model.network.card import load_card
from model.network.card.sections import OperatingPoint
from model.network.classifier import Reading
from model.network.policy import (
    TITLES,
    Policy,
    card_policies,
    distinct_policies,
    fitted_policies,
    policy_at,
    policy_title,
)

CARD = replace(
    load_card(),
    operating_points={
        "default": OperatingPoint("r", "validation", 23, 17, 0.9, 0.9, target_recall=0.95),
        "most_accurate": OperatingPoint("largest share of right answers", "validation", 23, 17, 0.4, 0.4),
        "youden": OperatingPoint("largest recall + specificity - 1", "validation", 23, 17, 0.4, 0.4),
        "band": OperatingPoint("a human decides between", "validation", 23, 17, 0.1, 0.95),
    },
)
BAND = Policy("band", "rule", "air", 0.1, 0.95)


def read(probability: float, *warnings: str) -> Reading:
    return Reading(probability, 0.5, np.zeros((7, 7), np.float32), np.zeros((8, 8), np.float32), warnings, "1", "")


@pytest.mark.parametrize(
    ("probability", "finding"),
    [(0.0999, "normal"), (0.1, "review"), (0.9499, "review"), (0.95, "pneumonia"), (1.0, "pneumonia")],
)
def test_between_two_thresholds_a_human_decides(probability: float, finding: str) -> None:
    assert BAND.finding(read(probability)).decision == finding


def test_the_threshold_itself_is_pneumonia_and_one_threshold_leaves_nothing_to_a_human() -> None:
    single = policy_at(0.5, CARD)
    assert [single.finding(read(p)).decision for p in (0.4999, 0.5, 0.9)] == ["normal", "pneumonia", "pneumonia"]
    assert (single.thresholds, single.lower) == ((0.5,), None)
    assert (BAND.thresholds, BAND.lower) == ((0.1, 0.95), 0.1)


@pytest.mark.parametrize("probability", [0.01, 0.5, 0.999])
def test_what_should_not_be_trusted_is_for_a_human(probability: float) -> None:
    assert BAND.finding(read(probability, "resolution")) == "review"


def test_the_cards_policies_come_in_order_with_their_words() -> None:
    fixed = card_policies(CARD)
    assert list(fixed) == list(TITLES)[:4]
    assert fixed["default"].title == "Finds at least 95 % (default)"
    assert fixed["default"].provenance == "Default: at least 95 % of pneumonias found"
    assert fixed["most_accurate"].provenance == "Largest share of right answers, on validation"
    assert fixed["band"].thresholds == (0.1, 0.95)


def test_policies_that_coincide_are_one() -> None:
    found = distinct_policies(card_policies(CARD).values())
    assert [policy.name for policy in found] == ["default", "most_accurate", "band"]
    assert found[1].title == "Fewest errors on validation"
    assert found[1].rule == "largest share of right answers; largest recall + specificity - 1"


@pytest.mark.parametrize(
    ("threshold", "name"),
    [(0.9, "default"), (0.4 + 4e-7, "most_accurate"), (0.95, "own"), (0.1, "own"), (0.401, "own")],
)
def test_a_threshold_is_a_policys_where_it_lies_on_it(threshold: float, name: str) -> None:
    assert policy_at(threshold, CARD).name == name


@pytest.mark.parametrize(("low", "high"), [(0.6, 0.5), (98.2, 98.2), (-0.1, 0.5)])
def test_a_band_turned_round_or_beyond_probabilities_is_refused(low: float, high: float) -> None:
    with pytest.raises(ValueError, match=f"policy own: expected 0 <= low <= high <= 1; received {low} and {high}"):
        Policy("own", "rule", "air", low, high)


def test_every_policy_of_the_shipped_card_has_words() -> None:
    card = load_card()
    assert set(card_policies(card)) == set(card.operating_points)
    assert policy_title("own", card.target_recall) == "Own threshold"
    assert policy_title("from another version", card.target_recall) == "from another version"


def test_policies_are_fixed_on_labelled_scores() -> None:
    labels, scores = np.repeat([0, 1], [30, 40]), np.linspace(0, 1, 70)
    default, *others = fitted_policies(labels, scores, 0.9, "made-up images")
    assert np.mean(scores[labels == 1] >= default.high) >= 0.9
    assert (default.title, default.origin) == ("Finds at least 90 % (default)", "made-up images")
    assert {policy.name: policy.thresholds for policy in others} == {
        "most_accurate": (scores[30],),
        "youden": (scores[30],),
    }


def test_where_nobody_is_best_called_positive_the_threshold_is_one() -> None:
    policies = fitted_policies(np.array([0, 0, 0, 1]), np.array([0.9, 0.8, 0.7, 0.1]), 0.9, "made-up images")
    assert {policy.name: policy.high for policy in policies}["most_accurate"] == 1
