"""The worklist under the reader's eyes: the browser filters it; only the row to be opened comes back.

A row is known by its radiograph, not by its place: while results come and rows move, what is pressed is opened.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypedDict

import streamlit as st

from dashboard.shared import session

_HERE = Path(__file__).parent

_component = st.components.v2.component(
    "lungfield.worklist_table",
    html=(_HERE / "table.html").read_text(encoding="utf-8"),
    css=(_HERE / "table.css").read_text(encoding="utf-8"),
    js=(_HERE / "table.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


class TableRow(TypedDict):
    """A row, every word as it is to be shown.

    ``group`` is one of ``worklist_table``'s groups. ``probability`` is its text and ``share`` the same from 0 to
    1; where the row has none, empty and None. ``note`` is what is to be said below the finding.
    """

    id: int
    group: str
    name: str
    detail: str
    thumbnail: str
    probability: str
    share: float | None
    finding: str
    note: str


def worklist_table(
    rows: Sequence[TableRow],
    groups: dict[str, str],
    *,
    threshold: float,
    opened: int | None,
    on_open: Callable[[int, list[int]], None],
    key: str,
) -> None:
    """Draw the rows in the order given.

    Args:
        rows: the radiographs.
        groups: a title for each group, in the order of the buttons that filter by it.
        threshold: marked on every probability, 0 to 1.
        opened: the row that is open.
        on_open: called with the row that the reader opens, and all rows that the filter left, in order.
        key: of the component.
    """

    def pressed() -> None:
        asked = session.component_state(key).open
        if asked:
            on_open(int(asked["id"]), [int(id) for id in asked["order"]])

    data = {"rows": list(rows), "groups": groups, "threshold": threshold, "opened": opened}
    _component(key=key, data=data, on_open_change=pressed)
