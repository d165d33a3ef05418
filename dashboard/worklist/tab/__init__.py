"""The browser's tab, which remembers a secret over a reload of the page: nothing of a patient, and no cookie."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from dashboard.shared import session

FOLDER = Path(__file__).resolve().parent

_component = st.components.v2.component(
    "lungfield.worklist_tab",
    html="<span hidden></span>",
    js=(FOLDER / "tab.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def remember_token(token: str, on_reload: Callable[[str], None], key: str) -> None:
    """Have the tab remember a secret until it is closed.

    Args:
        token: the session's.
        on_reload: called with the secret of the session before, once, where the page was loaded anew.
        key: of the component.
    """

    def told() -> None:
        if before := session.component_state(key).before:
            on_reload(str(before))

    _component(key=key, data={"token": token}, on_before_change=told)
