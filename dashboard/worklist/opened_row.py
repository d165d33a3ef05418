"""The row of the worklist that is open: its reading, as on the page Read, and the way to the next."""

import streamlit as st

from dashboard.reading.panel import draw_reading
from dashboard.shared import session
from dashboard.worklist.queue import Entry, session_queue
from model.io import radiograph
from model.io.radiograph import Radiograph


def opened_id() -> int | None:
    """Return which row is open, if it is still in the list."""
    id = session.worklist_opened.get()
    if id is not None and session_queue().entry(id) is None:
        close_row()
        return None
    return id


def open_row(id: int, order: list[int]) -> None:
    """Open a row; ``order`` holds the rows that the reader steps through from it."""
    session.worklist_opened.set(id)
    session.worklist_order.set(order)


def close_row() -> None:
    """Close the open row, and keep nothing of it beside the list."""
    session.worklist_opened.pop()
    session.worklist_scan.pop()


def draw_opened_row() -> None:
    """Draw the reading of the row that is open."""
    id = opened_id()
    entry = None if id is None else session_queue().entry(id)
    if entry is None or entry.reading is None:
        return
    with st.container(key=f"worklist-{entry.id}-opened"):
        step_ui(entry)
        scan, data = load_scan(entry)
        draw_reading(scan, entry.reading, data, f"worklist-{entry.id}")


def step_ui(entry: Entry) -> None:
    """Draw the buttons that lead from one radiograph to the next, remove it and close it."""
    order = [id for id in session.worklist_order.get() if session_queue().entry(id)]
    at = order.index(entry.id) if entry.id in order else 0
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for label, icon, to in (("Previous", "chevron_left", at - 1), ("Next", "chevron_right", at + 1)):
            exists = 0 <= to < len(order)
            st.button(
                label,
                key=f"worklist-{label.lower()}",
                icon=f":material/{icon}:",
                disabled=not exists,
                on_click=open_row,
                args=(order[to] if exists else entry.id, order),
            )
        st.html(f'<p class="lf-note">{at + 1} of {len(order)}</p>')
        st.button(
            "Remove from the list",
            key="worklist-remove",
            icon=":material/delete:",
            on_click=remove_source,
            args=(entry,),
        )
        st.button("Close", key="worklist-close", icon=":material/close:", on_click=close_row)


def remove_source(entry: Entry) -> None:
    """Take the file that a row came from out of the list, with all that came from it."""
    session_queue().remove(entry.source)
    close_row()


def load_scan(entry: Entry) -> tuple[Radiograph, bytes]:
    """Decode a row's radiograph anew and return it with its file's bytes; one at a time is kept."""
    kept = session.worklist_scan.get()
    if kept is None or kept[0] != entry.id:
        file = session_queue().file(entry)
        scan = next(scan for scan in radiograph.frames(file.data, file.name) if scan.frame == entry.frame)
        kept = (entry.id, scan, file.data)
        session.worklist_scan.set(kept)
    return kept[1], kept[2]
