"""The safety notice, its population the card's."""

from dataclasses import replace

from dashboard.shared.elements.disclaimer import limits, safety_notice, short_notice
from dashboard.shared.resources import load_card


def test_whom_the_model_was_trained_on_comes_from_the_card() -> None:
    card = load_card()
    card = replace(card, data=replace(card.data, population="children of nowhere"))
    assert limits(card).startswith("The model was trained on children of nowhere. It has not been tested on adults")
    assert short_notice(card) == "Trained on children of nowhere. Not a medical device; not for diagnosis."


def test_the_shipped_model_is_for_children_of_one_to_five() -> None:
    notice = safety_notice(load_card())
    assert "trained on children of one to five years" in notice
    assert notice.endswith("A reading supports a radiologist's and never replaces it.")
