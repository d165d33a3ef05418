"""Randomisation: whether the heat map shows what the network has learned."""

from dataclasses import asdict

import streamlit as st

from dashboard.model_card import charts
from dashboard.shared.charts import draw_chart
from dashboard.shared.formatting import format_signed
from model.network.card import Card


def draw_randomisation(card: Card) -> None:
    """Whether the heat map shows what the network has learned."""
    measured = card.randomisation
    assert measured is not None, "the shipped card has the test"
    last = measured.stages[-1]
    left = {name: format_signed(value, 2) for name, value in asdict(last.spearman).items()}
    elsewhere, largest = last.elsewhere.value, measured.largest
    st.markdown(
        f"The layers of the network are shuffled from the top, one group after the other, and the heat maps of "
        f"{measured.radiographs} validation pneumonias compared with the trained network's (Adebayo et al. "
        f"2018). A map that drew the radiograph's edges would stay as it is. With every layer shuffled the mean "
        f"rank correlation is **{left['value']}** (95 % interval {left['low']} to {left['high']}, "
        f"{measured.draws} shufflings; single ones {left['least']} to {left['most']}). The test, which "
        f"asks for an interval within {-largest:g} and {largest:g}, is "
        f"**{'passed' if measured.passed else 'not passed'}**."
    )
    st.markdown(
        f"A shuffled network favours some places of the frame whatever it is shown, so its map of *another* "
        f"radiograph is compared as well: **{format_signed(elsewhere, 2)}**. "
        f"{own_share(last.spearman.value - elsewhere)}"
    )
    chart = charts.randomisation(measured.stages)
    draw_chart(chart, key="randomisation")


def own_share(difference: float) -> str:
    """What more a map has in common with the trained network's of its own radiograph than with another's."""
    if round(difference, 3) <= 0:
        return (
            "What both have in common is place: of the radiograph itself, its edges and shadows, nothing is left "
            "in the map without learning."
        )
    return (
        f"What both have in common is place; the difference, {difference:.3f}, is what the radiograph itself, its "
        f"edges and shadows, still puts into the map without any learning."
    )
