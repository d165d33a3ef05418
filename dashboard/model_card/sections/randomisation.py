"""Randomisation: whether the heat map shows what the network has learned."""

import streamlit as st

from dashboard.model_card.charts import randomisation_chart
from dashboard.shared.elements.charts import draw_chart
from dashboard.shared.formatting import format_signed
from dashboard.shared.markup import render_markdown
from model.network.card import Card


def draw_randomisation(card: Card) -> None:
    """Draw the randomisation test of the heat map."""
    measured = card.randomisation
    assert measured is not None, "the shipped card has the test"
    text = render_markdown(
        "model_card/sections/randomisation.md", measured=measured, last=measured.stages[-1], signed=format_signed
    )
    st.markdown(text)
    draw_chart(randomisation_chart(measured.stages), key="randomisation")
