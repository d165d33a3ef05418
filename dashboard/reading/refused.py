"""Refused readings: no figure of one that should not be trusted is shown until its reader asks for it."""

import streamlit as st

from dashboard.shared import session
from model.network.classifier import Reading


def has_figures(reading: Reading, frame: int) -> bool:
    """Return whether the figures of a frame's reading may be shown: it is trusted, or they were asked for."""
    return not reading.warnings or (reading.digest, frame) in session.shown_anyway.get()


def show_anyway_ui(reading: Reading, frame: int, key: str) -> None:
    """Draw the button that asks for the figures, for as long as this session lasts."""
    st.button(
        "Show anyway",
        key=f"{key}-show-anyway-{reading.digest}",
        icon=":material/visibility:",
        help="The probability and the heat map of a reading that should not be trusted.",
        on_click=session.shown_anyway.get().add,
        args=((reading.digest, frame),),
    )
