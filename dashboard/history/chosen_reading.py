"""The reading chosen in the table: all that was saved of it, and the form that corrects it."""

from collections.abc import Sequence

import streamlit as st

from dashboard.history.keep_form import correction_ui
from dashboard.history.store import History, KeptReading
from dashboard.shared.elements.note import draw_note
from dashboard.shared.findings import FINDINGS
from dashboard.shared.formatting import decimals_apart, format_probability, format_thresholds
from dashboard.shared.markup import render
from model.network.finding import doubted


def draw_chosen(history: History, row: KeptReading | None, every: Sequence[KeptReading]) -> None:
    """Draw a reading and the form that corrects it, or how to choose one; ``every`` also holds corrected rows."""
    if row is None:
        draw_note("Choose a row to read its whole comment and to correct it.")
        return
    correction = next((other.id for other in every if other.corrects == row.id), None)
    decimals = decimals_apart(row.probability, row.lower_threshold, row.threshold)
    with st.container(border=True, key="chosen"):
        st.html(
            render(
                "history/chosen.html",
                row=row,
                finding=FINDINGS[doubted(row.finding, row.probability)].short,
                probability=format_probability(row.probability, decimals),
                threshold=format_thresholds(row.lower_threshold, row.threshold, decimals=decimals),
                correction=correction,
            )
        )
        if correction is None:
            correction_ui(history, row)
