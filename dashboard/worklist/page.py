"""Worklist: many radiographs at once, those that need a person first, each to be opened and read."""

from collections.abc import Iterable, Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.history.database import UnusableDatabase
from dashboard.reading.age_question import age_question_ui
from dashboard.reading.reader_first import mark_seen
from dashboard.reading.settings import settings_ui
from dashboard.shared import session
from dashboard.shared.elements.disclaimer import draw_safety_notice
from dashboard.shared.elements.empty_state import draw_empty_state
from dashboard.shared.elements.note import draw_note
from dashboard.shared.formatting import escape_markdown, format_count
from dashboard.shared.intake import intake_ui
from dashboard.shared.markup import render
from dashboard.shared.observability.activity import recorded
from dashboard.shared.policy import policy_in_force, policy_label
from dashboard.shared.resources import load_card
from dashboard.worklist.answer_panel import answer_ui
from dashboard.worklist.archive_panel import archive_ui
from dashboard.worklist.kept_lists import KEEP_SECONDS, keep_over_reload
from dashboard.worklist.listing import GROUPS, decimals, listed_rows, order_in_list, table_row
from dashboard.worklist.opened_row import close_row, draw_opened_row, open_row, opened_id
from dashboard.worklist.queue import UNDO_SECONDS, Entry, Progress, session_queue
from dashboard.worklist.rows import HIDDEN, UNREADABLE, Row, worklist_csv
from dashboard.worklist.status import Saved, row_status, saved_readings
from dashboard.worklist.table import worklist_table

TICK_SECONDS = 1.0


def main() -> None:
    """Draw the page."""
    st.title("Worklist")
    settings_ui()
    uploads_ui()
    archive_ui()
    session_queue().add(session.worklist_inbox.pop())
    undo_ui()
    progress = session_queue().progress()
    asked = [entry for entry in progress.entries if entry.reading and not entry.gives_age]
    age_question_ui(not asked, "worklist", "Some files give no age. Are all of these children")
    if progress.entries or progress.running:
        every = TICK_SECONDS if progress.running else None
        drawn = (opened_id(), session.worklist_order.get())
        st.fragment(draw_list, run_every=every)(running=progress.running, drawn=drawn)
        draw_opened_row(saved_ui(progress.entries))
        draw_safety_notice(load_card())
    else:
        draw_empty()
    keep_over_reload()


def uploads_ui() -> None:
    """Draw the uploaders of files and of a folder."""
    files, folder = st.columns([3, 2])
    with files:
        intake_ui(
            "Drop chest X-rays, or ZIP archives of them: DICOM, PNG, JPEG, BMP, TIFF or WebP.",
            "worklist-files",
            queue_uploads,
        )
    with folder:
        intake_ui("Or take a whole folder with all below it.", "worklist-folder", queue_uploads, "directory")


def queue_uploads(files: list[UploadedFile]) -> None:
    """Put what was dropped at the end of the queue."""
    session_queue().add((file.name, file.getvalue()) for file in files)


def draw_empty() -> None:
    """Draw what will stand here."""
    draw_empty_state(
        "No radiograph in the list",
        "Drop files, a folder or a ZIP archive. They are read one after another while you look at the first: what "
        "the model should not be trusted with stands on top, then the likeliest pneumonia.",
        "All of it stays in the memory of this machine until you clear the list, and after you close the page for "
        f"{KEEP_SECONDS // 60} minutes, so that a reload finds it. No picture and no name is stored.",
    )


def draw_list(running: bool, drawn: tuple[int | None, Sequence[int]]) -> None:
    """Draw the rows as they stand, and what is done with all of them; a fragment, redrawn while they come.

    Args:
        running: whether files were being read when the page was drawn.
        drawn: the open row and the rows to step through when the page was drawn.
    """
    session_queue().resume()
    progress = session_queue().progress()
    # A place of its own, empty or not: what stands below it must not move and be built anew.
    bar = st.empty()
    if progress.running and progress.total:
        bar.progress(
            progress.done / progress.total,
            f"{progress.done} of {format_count(progress.total, 'file')} read",
        )
    rows = listed_rows(progress.entries)
    mark_seen_results(rows)
    saved, visited = saved_ui(progress.entries), session.worklist_visited.get()
    worklist_table(
        [table_row(row, row_status(row, row.entry.id in visited, saved)) for row in rows],
        GROUPS,
        threshold=policy_in_force().high,
        opened=drawn[0],
        order=session.worklist_sorted.get(),
        on_open=lambda id: open_row(id, order_in_list()),
        on_order=sort_rows,
        key="worklist-table",
    )
    draw_list_end(rows, progress)
    if progress.running != running or drawn != (session.worklist_opened.get(), session.worklist_order.get()):
        # The clock, and the reading below, are the page's.
        st.rerun()


def sort_rows(order: list[int] | None) -> None:
    """Step through the rows in the order that the reader has sorted them into; None is the list's own."""
    session.worklist_sorted.set(order)
    if order is not None:
        session.worklist_order.set(order)


def saved_ui(entries: Iterable[Entry]) -> Saved:
    """Return what the history holds of the list; where it cannot be read, say so and return nothing."""
    try:
        return saved_readings(entries)
    except UnusableDatabase as problem:
        st.warning(escape_markdown(str(problem)), icon=":material/database_off:")
        return {}


def mark_seen_results(rows: Iterable[Row]) -> None:
    """Mark the results in the list as seen: what a reader finds later is no first, blind finding."""
    for row in rows:
        if row.shown:
            mark_seen(row.shown.digest, row.entry.frame)


def draw_list_end(rows: list[Row], progress: Progress) -> None:
    """Draw how the rows are decided, their download, and the button that clears the list."""
    # The file is made when it is asked for, and then there is no session to ask for anything.
    version = load_card().version
    bar = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    below = st.container()
    with bar:
        draw_summary(rows)
        with st.container(horizontal=True, width="content", gap="small"):
            st.download_button(
                "Download the list",
                recorded("worklist (CSV)", lambda: worklist_csv(rows, version)),
                "lungfield_worklist.csv",
                "text/csv",
                key="worklist-csv",
                on_click="ignore",
                icon=":material/download:",
                help="A CSV file in the columns of python -m model.score, with the names of the files. "
                "The findings are this page's: doubtful is more likely pneumonia than not, yet below the threshold;"
                " between lies between two thresholds; review is not to be trusted.",
            )
            answer_ui([row.entry for row in rows if row.shown], "worklist-answer-all", below)
            stop = "Stop and clear" if progress.running else "Clear the list"
            if st.button(stop, key="worklist-clear", icon=":material/delete_sweep:"):
                session_queue().clear()
                close_row()
                st.rerun()


def undo_ui() -> None:
    """Draw what brings back the rows that were removed last, for as long as they are there."""
    if removed := session_queue().removed():
        with st.container(border=True, horizontal=True, vertical_alignment="center", key="worklist-undo"):
            gone = f"gone for good in {UNDO_SECONDS} seconds, or once you drop others"
            draw_note(f"{format_count(removed, 'row')} removed from the list; {gone}.")
            st.button("Undo", key="worklist-undo-button", icon=":material/undo:", on_click=session_queue().undo)


def draw_summary(rows: list[Row]) -> None:
    """Draw by which policy the rows are decided, and how many were not read or wait for the reader."""
    most = max((decimals(row.shown) for row in rows if row.shown), default=1)
    st.html(
        render(
            "worklist/summary.html",
            unread=sum(row.group == UNREADABLE for row in rows),
            policy=policy_label(policy_in_force(), most),
            waiting=sum(row.group == HIDDEN for row in rows),
        )
    )


if __name__ == "__main__":
    main()
