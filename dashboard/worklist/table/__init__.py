"""The table of the worklist: the browser filters its rows and sends back only the row to be opened.

A row is identified by its radiograph, not by its place: while results come and rows move, what is pressed opens.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypedDict

import streamlit as st

from dashboard.shared import session

FOLDER = Path(__file__).resolve().parent

_component = st.components.v2.component(
    "lungfield.worklist_table",
    html=(FOLDER / "table.html").read_text(encoding="utf-8"),
    css=(FOLDER / "table.css").read_text(encoding="utf-8"),
    js=(FOLDER / "table.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


class TableRow(TypedDict):
    """A row, every text as it is shown.

    ``group`` is one of ``worklist_table``'s groups. ``probability`` is its text and ``share`` the same from 0 to
    1; where the row has none, empty and None. ``note`` stands below the finding.
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
