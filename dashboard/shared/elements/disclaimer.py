"""The safety notice: on whom the model was trained, on what it has not been tested, and what it is not."""

import streamlit as st

from dashboard.shared.markup import render
from model.network.card import Card

TITLE = "Not a medical device."
HEAT_MAP = "The heat map shows what moved the model, not where the disease is."
PURPOSE = "A reading supports a radiologist's and never replaces it."


def population(card: Card) -> str:
    """Return whom the model was trained on, as the card names them: age, hospital and view."""
    return card.data.population


def limits(card: Card) -> str:
    """Return on whom the model was trained and on what it has not been tested."""
    return (
        f"The model was trained on {population(card)}. It has not been tested on adults, other hospitals, lateral "
        f"views or other diseases; where pneumonia is rarer than in its data, so is its chance."
    )


def safety_notice(card: Card) -> str:
    """Return the whole notice below ``TITLE``, for a page or a report that shows a heat map."""
    return f"{limits(card)} {HEAT_MAP} {PURPOSE}"


def short_notice(card: Card) -> str:
    """Return the notice in one line, for a DICOM comment."""
    return f"Trained on {population(card)}. {TITLE.removesuffix('.')}; not for diagnosis."


def draw_safety_notice(card: Card) -> None:
    """Draw the notice at the foot of a page."""
    st.html(render("shared/elements/disclaimer.html", title=TITLE, notice=safety_notice(card)))
