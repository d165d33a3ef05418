"""The table of the worklist: the browser sorts and filters its rows, and sends back their order and the row opened.

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
    1; where the row has none, empty and None. ``note`` stands below the finding, as every ``detail`` stands below
    what it belongs to. ``status_rank`` sorts by status: 0 new, 1 opened, 2 saved.
    """

    id: int
    group: str
    name: str
    detail: str
    thumbnail: str
    patient: str
    patient_detail: str
    study: str
    study_detail: str
    probability: str
    share: float | None
    finding: str
    note: str
    status: str
    status_detail: str
    status_rank: int


def worklist_table(
    rows: Sequence[TableRow],
    groups: dict[str, str],
    *,
    threshold: float,
    opened: int | None,
    order: Sequence[int] | None,
    on_open: Callable[[int], None],
    on_order: Callable[[list[int] | None], None],
    key: str,
) -> None:
    """Draw the rows, in the order given until the reader sorts them otherwise.

    Args:
        rows: the radiographs.
        groups: a title for each group, in the order of the buttons that filter by it.
        threshold: marked on every probability, 0 to 1.
        opened: the row that is open.
        order: what ``on_order`` was told last.
        on_open: called with the row that the reader opens.
        on_order: called with all rows that the reader's filter left, in the reader's order; None where both are
            the table's own.
        key: of the component.
    """

    def pressed() -> None:
        if asked := session.component_state(key).open:
            on_open(int(asked["id"]))

    def moved() -> None:
        if told := session.component_state(key).order:
            on_order(None if told["ids"] is None else [int(id) for id in told["ids"]])

    data = {
        "rows": list(rows),
        "groups": groups,
        "threshold": threshold,
        "opened": opened,
        "order": None if order is None else list(order),
    }
    _component(key=key, data=data, on_open_change=pressed, on_order_change=moved)
