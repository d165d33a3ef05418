"""The model card's tables."""

from collections.abc import Callable

import streamlit as st

from dashboard.model_card.formatting import SPLITS


def draw_table(rows: list[dict[str, str]]) -> None:
    """Draw a table titled by the rows' keys."""
    st.table(rows, border="horizontal", hide_index=True)


def draw_split_table(heading: str, figures: Callable[[str], dict[str, str]]) -> None:
    """Draw a table with a row a figure and a column a split; ``figures`` returns a split's, by title."""
    columns = {name: figures(split) for split, name in SPLITS.items()}
    titles = next(iter(columns.values()))
    draw_table([{heading: title, **{name: own[title] for name, own in columns.items()}} for title in titles])
