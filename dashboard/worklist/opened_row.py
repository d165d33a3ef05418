"""The row of the worklist that is open: its reading, as on the page Read, and the way to the next."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from dashboard.history.store import model_result
from dashboard.reading.panel import draw_reading
from dashboard.reading.reader_first import is_hidden, mark_seen
from dashboard.shared import session
from dashboard.shared.markup import render
from dashboard.shared.policy import policy_in_force
from dashboard.shared.resources import load_card
from dashboard.worklist.answer_panel import answer_ui
from dashboard.worklist.listing import as_listed, order_in_list
from dashboard.worklist.queue import Entry, session_queue
from dashboard.worklist.reader_bar import reader_bar
from dashboard.worklist.side_by_side import draw_side_by_side, side_by_side_ui
from dashboard.worklist.status import Saved, saved_row
from model.io.radiograph import Radiograph

NEXT, PREVIOUS = "j", "k"
"""Their keys, as in a mailbox."""


def opened_id() -> int | None:
    """Return which row is open, if it is still in the list."""
    id = session.worklist_opened.get()
    if id is not None and session_queue().entry(id) is None:
        close_row()
        return None
    return id


def open_row(id: int, order: Sequence[int]) -> None:
    """Open a row; ``order`` holds the rows that the reader steps through from it."""
    session.worklist_opened.set(id)
    session.worklist_order.set(order)
    session.worklist_visited.get().add(id)


def close_row() -> None:
    """Close the open row, and keep nothing of it beside the list."""
    session.worklist_opened.pop()
    session.worklist_scan.pop()


def draw_opened_row(saved: Saved) -> None:
    """Draw the reading of the open row, or where to begin; ``saved`` is what the history holds of the list."""
    id = opened_id()
    queued = None if id is None else session_queue().entry(id)
    entry = queued and as_listed(queued)
    if entry is None or entry.reading is None:
        begin_ui(saved)
        return
    with st.container(key=f"worklist-{entry.id}-opened"):
        result = model_result(entry.reading, load_card(), policy_in_force(), entry.frame)
        if not is_hidden(result.digest, result.frame):
            mark_seen(result.digest, result.frame)
        following = step_ui(entry, saved)
        to_next = None if following is None else partial(open_row, following, session.worklist_order.get())
        reader_bar(entry.id, result, to_next)
        scan, data = load_scan(entry)
        if earlier := side_by_side_ui(entry):
            draw_side_by_side((entry, scan), earlier)
        else:
            draw_reading(scan, entry.reading, data, f"worklist-{entry.id}", keep=False)


def begin_ui(saved: Saved) -> None:
    """Draw the button that opens the first row without a saved reading, else the first."""

    def begin() -> None:
        order = order_in_list()
        entries = (session_queue().entry(id) for id in order)
        unsaved = (entry.id for entry in entries if entry and not saved_row(entry, saved))
        if order:
            open_row(next(unsaved, order[0]), order)

    st.button(
        "Read from the top",
        key="worklist-begin",
        icon=":material/play_arrow:",
        type="primary",
        shortcut=NEXT,
        help="Opens the first radiograph without a saved reading.",
        on_click=begin,
    )


def step_ui(entry: Entry, saved: Saved) -> int | None:
    """Draw the way from one radiograph to the next, send, remove and close it; return which is next, if any."""
    entries = [one for id in session.worklist_order.get() if (one := session_queue().entry(id))]
    order = [one.id for one in entries]
    # A row that the filter has left out since stands before the first of those that it left.
    at = order.index(entry.id) if entry.id in order else -1
    following = order[at + 1] if at + 1 < len(order) else None
    before = order[at - 1] if at > 0 else None
    bar = st.container(horizontal=True, vertical_alignment="center", gap="small", key="worklist-steps")
    below = st.container()
    with bar:
        for label, icon, to, key in (
            ("Previous", "chevron_left", before, PREVIOUS),
            ("Next", "chevron_right", following, NEXT),
        ):
            st.button(
                label,
                key=f"worklist-{label.lower()}",
                icon=f":material/{icon}:",
                shortcut=key,
                disabled=to is None,
                on_click=open_row,
                args=(to, order),
            )
        done = sum(saved_row(one, saved) is not None for one in entries)
        st.html(render("worklist/place.html", number=at + 1, count=len(order), saved=done))
        if entry.reading and not is_hidden(entry.reading.digest, entry.frame):
            answer_ui([entry], "worklist-answer", below)
        st.button(
            "Remove from the list",
            key="worklist-remove",
            icon=":material/delete:",
            on_click=remove_source,
            args=(entry,),
        )
        st.button("Close", key="worklist-close", icon=":material/close:", on_click=close_row)
    return following


def remove_source(entry: Entry) -> None:
    """Take the file that a row came from out of the list, with all that came from it."""
    session_queue().remove(entry.source)
    close_row()


def load_scan(entry: Entry) -> tuple[Radiograph, bytes]:
    """Decode a row's radiograph anew and return it with its file's bytes; one at a time is kept."""
    kept = session.worklist_scan.get()
    if kept is None or kept[0] != entry.id:
        kept = (entry.id, *session_queue().decode(entry))
        session.worklist_scan.set(kept)
    return kept[1], kept[2]
