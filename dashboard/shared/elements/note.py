"""A paragraph in small type, below what it explains."""

import streamlit as st

from dashboard.shared.markup import render


def draw_note(text: str, test_id: str = "", css_class: str = "") -> None:
    """Draw a paragraph in small type; ``Markup`` is HTML, all else plain text."""
    st.html(render("shared/elements/note.html", text=text, test_id=test_id, css_class=css_class))
