"""A table that may be wider than a narrow screen: it scrolls by itself, and the keyboard reaches it.

Streamlit's own scrolls too, but only under a finger or a mouse (WCAG 2.1.1).
"""

from collections.abc import Sequence

import streamlit as st

from dashboard.shared.markup import render


def draw_wide_table(rows: Sequence[dict[str, str]], label: str) -> None:
    """Draw at least one row, titled by its keys; the first cell of a row names it, and ``label`` the table."""
    st.html(render("shared/elements/wide_table.html", rows=rows, label=label))
