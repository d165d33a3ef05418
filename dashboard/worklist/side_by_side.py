"""A radiograph of the list beside an earlier one of the same patient."""

from collections.abc import Iterable

import streamlit as st

from dashboard.reading.viewer import draw_viewer
from dashboard.reading.viewer_arguments import viewer_arguments
from dashboard.shared import session
from dashboard.shared.markup import render
from dashboard.worklist.listing import GROUPS, listed_rows, shown_probability
from dashboard.worklist.patient import is_same
from dashboard.worklist.queue import Entry, session_queue
from model.io.radiograph import Radiograph

BESIDE = "b"
"""Its key."""


def others_of_patient(entry: Entry, entries: Iterable[Entry]) -> list[Entry]:
    """Return the other radiographs of the same patient: the latest before this one first, later ones last."""
    if entry.patient is None:
        return []
    date = entry.patient.study_date
    dated = [
        (other.patient.study_date, other)
        for other in entries
        if other.id != entry.id and other.reading and other.patient and is_same(entry.patient, other.patient)
    ]
    latest_first = sorted(dated, key=lambda pair: pair[0], reverse=True)
    return [other for _, other in sorted(latest_first, key=lambda pair: pair[0] > date)]


def side_by_side_ui(entry: Entry) -> Entry | None:
    """Draw what puts another radiograph of the same patient beside this one; return it while it is there."""
    others = others_of_patient(entry, session_queue().progress().entries)
    if not others:
        return None
    is_beside = session.worklist_beside.get() == entry.id
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="worklist-beside"):
        st.button(
            "One alone" if is_beside else "Side by side",
            key="worklist-beside-toggle",
            icon=":material/compare:",
            shortcut=BESIDE,
            on_click=session.worklist_beside.set,
            args=(None if is_beside else entry.id,),
        )
        if not is_beside:
            st.html(render("worklist/others.html", count=len(others)))
            return None
        by_id = {other.id: other for other in others}
        id = st.selectbox(
            "Of the same patient",
            by_id,
            format_func=lambda id: study_title(by_id[id]),
            key=f"worklist-beside-{entry.id}",
            width=320,
        )
        return by_id[id]


def study_title(entry: Entry) -> str:
    """Return when and for what a radiograph was taken, as far as its header says, and its file."""
    patient = entry.patient
    known = (patient.study_date, patient.study, entry.name) if patient else (entry.name,)
    return ", ".join(part for part in known if part)


def time_title(entry: Entry, other: Entry) -> str:
    """Return whether another radiograph of the patient is the earlier or the later one, as far as it is known."""
    this, that = (one.patient.study_date if one.patient else "" for one in (entry, other))
    if not this or not that or this == that:
        return "Another of the patient"
    return "Earlier" if that < this else "Later"


def draw_side_by_side(this: tuple[Entry, Radiograph], other: Entry) -> None:
    """Draw two radiographs of one patient, each in a viewer of its own, with what is shown of their results."""
    pair = (this, (other, session_queue().decode(other)[0]))
    titles = "This radiograph", time_title(this[0], other)
    for column, (entry, scan), title in zip(st.columns(2), pair, titles, strict=True):
        with column:
            (row,) = listed_rows([entry])
            st.html(
                render(
                    "worklist/beside.html",
                    title=title,
                    study=study_title(entry),
                    patient=entry.patient,
                    finding=GROUPS[row.group],
                    probability=shown_probability(row),
                )
            )
            draw_viewer(viewer_arguments(scan, None), f"worklist-beside-{this[0].id}-{entry.id}")
