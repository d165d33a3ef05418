"""The threshold explorer, a browser component: the slider and all that changes while it moves.

Python counts once, at every threshold at which an answer can change; the browser looks the row up and draws it.
Only the threshold that the reader has let go of comes back. The script's parts are joined to one module: a part
uses what those before it define.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.shared import session
from dashboard.thresholds.explorer.table import Table

FOLDER = Path(__file__).resolve().parent
FOUNDATIONS = ("lookup", "wording", "intervals", "plot", "scale")
SECTIONS = ("slider", "verdict", "rates", "tour", "curves", "band", "hospital", "costs", "missed", "paired")


def _joined(suffix: str, parts: Sequence[str] = SECTIONS) -> str:
    return "\n".join((FOLDER / f"{part}.{suffix}").read_text(encoding="utf-8") for part in parts)


SCRIPT = _joined("js", (*FOUNDATIONS, *SECTIONS, "explorer"))

_component = st.components.v2.component(
    "lungfield.threshold_explorer",
    html=f'<section class="explorer">{_joined("html")}</section>',
    css=_joined("css", ("explorer", "plot", *SECTIONS)),
    js=SCRIPT,
    isolate_styles=False,
)


def threshold_explorer(
    table: Table,
    *,
    start: Mapping[str, float],
    about: Mapping[str, Any],
    on_settle: Callable[[Mapping[str, Any]], None],
    on_compare: Callable[[str], None],
    key: str,
) -> None:
    """Draw the explorer.

    Args:
        table: every figure at every threshold, by ``table.explorer_table``.
        start: where every handle stands when the page opens: the fields of ``choice.OperatingChoice``. From then
            on the reader's hand alone moves them, until ``about["name"]`` is another.
        about: what the sections show beside it: ``name`` of the evaluation set, ``default`` threshold, its
            ``provenance``, ``policies``, and more (``page.explorer_context``).
        on_settle: called with every handle, exactly as the browser holds it, when the reader has let go.
        on_compare: called with the name of the network to compare with, of ``about["others"]``, or with "".
        key: of the component.
    """

    def settled() -> None:
        on_settle(session.component_state(key).choice)

    def compared() -> None:
        on_compare(session.component_state(key).beside)

    # Callbacks, not results: they run even where the reader leaves the page at the same moment.
    _component(
        key=key,
        data={**table, **about, "start": dict(start)},
        on_choice_change=settled,
        on_beside_change=compared,
    )
