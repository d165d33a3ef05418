import numpy as np
import pytest

from model.network import card as cards
from model.network import policy
from model.network.card import Card
from model.network.classifier import Reading
from model.network.policy import Policy

CARD = Card(
    {
        "operating_points": {
            "default": {"threshold": 0.9, "target_recall": 0.95, "rule": "r", "split": "validation"},
            "most_accurate": {"threshold": 0.4, "rule": "largest share of right answers", "split": "validation"},
            "youden": {"threshold": 0.4, "rule": "largest recall + specificity - 1", "split": "validation"},
            "band": {"low": 0.1, "high": 0.95, "rule": "a human decides between", "split": "validation"},
        }
    }
)
BAND = Policy("band", "Two", "rule", 0.1, 0.95)


def read(probability: float, *warnings: str) -> Reading:
    return Reading(probability, 0.5, np.zeros((7, 7), np.float32), warnings, "1", "")


@pytest.mark.parametrize(
    ("probability", "finding"),
    [(0.0999, "normal"), (0.1, "review"), (0.9499, "review"), (0.95, "pneumonia"), (1.0, "pneumonia")],
)
def test_between_two_thresholds_a_human_decides(probability: float, finding: str) -> None:
    assert BAND.finding(read(probability)).decision == finding


def test_the_threshold_itself_is_pneumonia_and_one_threshold_leaves_nothing_to_a_human() -> None:
    single = policy.at(0.5, CARD)
    assert [single.finding(read(p)).decision for p in (0.4999, 0.5, 0.9)] == ["normal", "pneumonia", "pneumonia"]
    assert (single.thresholds, single.lower) == ((0.5,), None)
    assert (BAND.thresholds, BAND.lower) == ((0.1, 0.95), 0.1)


@pytest.mark.parametrize("probability", [0.01, 0.5, 0.999])
def test_what_should_not_be_trusted_is_for_a_human(probability: float) -> None:
    assert BAND.finding(read(probability, "resolution")) == "review"


def test_the_cards_policies_come_in_order_with_their_words() -> None:
    fixed = policy.fixed(CARD)
    assert list(fixed) == list(policy.TITLES)
    assert fixed["default"].title == "Recall of at least 95 % (default)"
    assert fixed["default"].rule == "Default: at least 95 % of pneumonias found"
    assert fixed["most_accurate"].rule == "Largest share of right answers, on validation"
    assert fixed["band"].thresholds == (0.1, 0.95)


@pytest.mark.parametrize(
    ("threshold", "name"),
    [(0.9, "default"), (0.4 + 4e-7, "most_accurate"), (0.95, "own"), (0.1, "own"), (0.401, "own")],
)
def test_a_threshold_is_a_policys_where_it_lies_on_it(threshold: float, name: str) -> None:
    assert policy.at(threshold, CARD).name == name


def test_a_band_turned_round_is_refused() -> None:
    with pytest.raises(ValueError, match=r"policy own: expected 0 <= low <= high <= 1; received 0\.6 and 0\.5"):
        Policy("own", "Own", "rule", 0.6, 0.5)


def test_every_policy_of_the_shipped_card_has_words() -> None:
    card = cards.load()
    assert set(policy.fixed(card)) == set(card.data["operating_points"])
    assert policy.title("own", card) == "Own threshold"
    assert policy.title("from another version", card) == "from another version"
