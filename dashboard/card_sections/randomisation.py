"""Randomisation: whether the heat map shows what the network has learned."""

import streamlit as st

from dashboard import charts, charts_randomisation
from model.card import Card


def draw_randomisation(card: Card) -> None:
    """Whether the heat map shows what the network has learned."""
    measured = card.data["randomisation"]
    last = measured["stages"][-1]["spearman"]
    st.markdown(
        f"The layers of the network are shuffled from the top, one group after the other, and the heat maps of "
        f"{measured['radiographs']} validation pneumonias compared with the trained network's (Adebayo et al. "
        f"2018). A map that drew the radiograph's edges would stay as it is. With every layer shuffled the rank "
        f"correlation is **{last['value']:.2f}** ({last['low']:.2f} to {last['high']:.2f} in {measured['draws']} "
        f"draws); the test, which asks for at most {measured['largest']:g} on either side of 0, is "
        f"**{'passed' if measured['passed'] else 'not passed'}**."
    )
    chart = charts_randomisation.randomisation(measured["stages"])
    st.plotly_chart(chart, config=charts.plotly_options(), key="randomisation")
