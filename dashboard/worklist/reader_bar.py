"""The reader's bar above a radiograph of the worklist: what the reader sees, saved by mouse or by key."""

from collections.abc import Callable

import streamlit as st

from dashboard.history.database import UnusableDatabase
from dashboard.history.keep_form import comment_ui, keep_reading, reader_name_ui, saved_text
from dashboard.history.store import READER_FINDINGS, InvalidReading, ModelResult
from dashboard.reading.reader_first import is_hidden, mark_seen
from dashboard.shared import session
from dashboard.shared.elements.note import draw_note
from dashboard.shared.formatting import escape_markdown

KEYS = {finding: finding[0] for finding in READER_FINDINGS}
"""Of the findings: n, p and u, which the viewer leaves alone."""
SAVE_AND_NEXT, SAVE = "s", "e"


@st.fragment
def reader_bar(id: int, result: ModelResult, to_next: Callable[[], None] | None) -> None:
    """Draw the bar; it redraws nothing else of the page until something is saved.

    Args:
        id: of the row.
        result: the model's, which the reader's finding is saved with.
        to_next: opens the next row; None at the last.
    """
    if session.worklist_saved.pop():
        # The list, and the row that is open now, are the page's.
        st.rerun()
    chosen, entry = chosen_finding(id, result), session.reader_entries.get().get(result)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="reader-bar"):
        for finding, key in KEYS.items():
            st.button(
                finding.capitalize(),
                key=f"worklist-finding-{finding}",
                shortcut=key,
                icon=f":material/{'check_circle' if finding == chosen else 'radio_button_unchecked'}:",
                type="primary" if finding == chosen else "secondary",
                on_click=session.worklist_chosen.get().__setitem__,
                args=(id, finding),
            )
        with st.container(width=220):
            comment_ui(
                session.worklist_comments.get().get(id, entry.comment if entry else ""),
                session.worklist_comment(id).name,
                labelled=False,
                on_change=lambda: keep_comment(id),
            )
        with st.container(width=140):
            reader_name_ui(session.worklist_reader(id).name, labelled=False)
        if to_next:
            st.button(
                "Save and next",
                key="worklist-save-and-next",
                shortcut=SAVE_AND_NEXT,
                icon=":material/skip_next:",
                on_click=save,
                args=(id, result, to_next),
            )
        st.button(
            "Save and show the result" if is_hidden(result.digest, result.frame) else "Save",
            key="worklist-save",
            # At the last one there is no next: its key saves all the same.
            shortcut=SAVE if to_next else SAVE_AND_NEXT,
            icon=":material/bookmark_add:",
            on_click=save,
            args=(id, result),
        )
    if problem := session.worklist_problem.pop():
        st.warning(escape_markdown(problem), icon=":material/touch_app:")
    else:
        draw_note(saved_text(entry) if entry else "Not saved by you yet.", test_id="saved")


def chosen_finding(id: int, result: ModelResult) -> str | None:
    """Return what the reader has chosen for a row and not saved yet, else what they have saved."""
    entry = session.reader_entries.get().get(result)
    return session.worklist_chosen.get().get(id, entry.finding if entry else None)


def keep_comment(id: int) -> None:
    """Keep what was typed of a row, which may be left before it is saved."""
    session.worklist_comments.get()[id] = session.worklist_comment(id).get()


def save(id: int, result: ModelResult, then: Callable[[], None] = lambda: None) -> None:
    """Save the reader's finding, then do what follows, or leave the reason why it cannot be saved.

    A callback: a key that is pressed right after stops the drawing of a page, but no callback.
    """
    finding = chosen_finding(id, result)
    if finding is None:
        keys = ", ".join(f"{finding} ({key})" for finding, key in KEYS.items())
        session.worklist_problem.set(f"Choose what you see first: {keys}.")
        return
    session.reader_name.set(session.worklist_reader(id).get())
    blind = is_hidden(result.digest, result.frame)
    try:
        keep_reading(result, finding, session.worklist_comment(id).get(), reader_first=blind)
    except (InvalidReading, UnusableDatabase) as problem:
        session.worklist_problem.set(str(problem))
        return
    session.worklist_chosen.get().pop(id, None)
    session.worklist_comments.get().pop(id, None)
    mark_seen(result.digest, result.frame)
    then()
    session.worklist_saved.set(True)
