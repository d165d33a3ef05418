"""What a page shows while it has nothing to show: what will stand here, and what is kept of it."""

import streamlit as st

from dashboard.shared.markup import render


def draw_empty_state(title: str, text: str, note: str) -> None:
    """Draw a heading, a paragraph and a note in small type; ``Markup`` among them is HTML, all else plain text."""
    st.html(render("shared/elements/empty_state.html", title=title, text=text, note=note))
