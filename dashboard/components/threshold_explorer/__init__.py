"""The threshold under the reader's hand: while the slider moves, the browser looks up what it costs.

Python counts once, at every threshold at which an answer can change, and writes every figure as it
is to be shown; the browser searches the row and sets the text. Only a settled threshold comes back.
"""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from dashboard.components.threshold_explorer.table import Table

_HERE = Path(__file__).parent

_component = st.components.v2.component(
    "lungfield.threshold_explorer",
    html=(_HERE / "explorer.html").read_text(encoding="utf-8"),
    css=(_HERE / "explorer.css").read_text(encoding="utf-8"),
    js=(_HERE / "explorer.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def threshold_explorer(
    table: Table,
    *,
    default: float,
    start: float,
    provenance: str,
    on_settle: Callable[[float], None],
    key: str,
) -> None:
    """Draw the explorer.

    Args:
        table: every figure at every threshold, by ``table.explorer_table``.
        default: the threshold that "back to the default" returns to, 0 to 1.
        start: where the handle stands when the page opens; from then on the reader's hand alone moves it.
        provenance: where the default comes from, a sentence or two.
        on_settle: called with the threshold, exactly as the browser holds it, when the reader has let go.
        key: of the component.
    """

    def settled() -> None:
        on_settle(float(st.session_state[key].threshold))

    data = {**table, "default": default, "start": start, "provenance": provenance}
    # A callback, not a result: it runs even where the reader leaves the page at the same moment.
    _component(key=key, data=data, on_threshold_change=settled)
