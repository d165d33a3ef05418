"""The menu on a phone, where it lies over the page: it folds once a page was chosen."""

from pathlib import Path

import streamlit as st

_component = st.components.v2.component(
    "lungfield.menu",
    html="<span hidden></span>",
    js=(Path(__file__).resolve().parent / "menu.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def fold_menu(address: str) -> None:
    """Fold the menu once the page at this address is drawn for the first time, or after another."""
    _component(key="menu", data={"address": address})
