"""Worklist: many radiographs at once, the likeliest pneumonia first, each to be opened and read."""

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.reading.reader_first import is_hidden, mark_seen
from dashboard.reading.settings import settings_ui
from dashboard.reading.warning_text import warning_sentences
from dashboard.shared import session
from dashboard.shared.disclaimer import draw_safety_notice
from dashboard.shared.empty_state import draw_empty_state
from dashboard.shared.findings import FINDINGS
from dashboard.shared.formatting import decimals_apart, format_count, format_probability, format_thresholds
from dashboard.shared.intake import intake_ui
from dashboard.shared.markup import render
from dashboard.shared.policy import policy_in_force
from dashboard.shared.resources import load_card
from dashboard.worklist.opened_row import close_row, draw_opened_row, open_row, opened_id
from dashboard.worklist.queue import Progress, session_queue
from dashboard.worklist.rows import HIDDEN, UNREADABLE, Row, ordered, worklist_csv
from dashboard.worklist.table import TableRow, worklist_table
from model.network.classifier import Reading

TICK_SECONDS = 1.0
GROUPS = {
    HIDDEN: "Waiting for your word",
    **{finding.value: shown.group for finding, shown in FINDINGS.items()},
    UNREADABLE: "Not read",
}


def main() -> None:
    """Draw the page."""
    st.title("Worklist")
    settings_ui()
    uploads_ui()
    session_queue().add(session.worklist_inbox.pop())
    progress = session_queue().progress()
    if not progress.entries and not progress.running:
        draw_empty()
        return
    every = TICK_SECONDS if progress.running else None
    st.fragment(draw_list, run_every=every)(running=progress.running, opened=opened_id())
    draw_opened_row()
    draw_safety_notice(load_card())


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
        "Drop files, a folder or a ZIP archive. They are read one after another while you look at the first: the "
        "likeliest pneumonia stands on top, and what the model should not be trusted with stands apart.",
        "All of it stays in the memory of this machine until you clear the list or close the page: no picture and "
        "no name of a file is stored.",
    )


def draw_list(running: bool, opened: int | None) -> None:
    """Draw the rows as they stand, and what is done with all of them; a fragment, redrawn while they come."""
    session_queue().resume()
    progress = session_queue().progress()
    # A place of its own, empty or not: what stands below it must not move and be built anew.
    bar = st.empty()
    if progress.running and progress.total:
        bar.progress(
            progress.done / progress.total,
            f"{progress.done} of {format_count(progress.total, 'file')} read",
        )
    rows = ordered(
        progress.entries,
        finding_of=policy_in_force().finding,
        is_hidden=lambda reading, frame: is_hidden(reading.digest, frame),
    )
    mark_seen_results(rows)
    worklist_table(
        [table_row(row) for row in rows],
        GROUPS,
        threshold=policy_in_force().high,
        opened=opened,
        on_open=open_row,
        key="worklist-table",
    )
    draw_list_end(rows, progress)
    if progress.running != running or opened != session.worklist_opened.get():
        # The clock, and the reading below, are the page's.
        st.rerun()


def mark_seen_results(rows: list[Row]) -> None:
    """Mark the results in the list as seen: what a reader finds later is no first, blind finding."""
    for row in rows:
        if row.shown:
            mark_seen(row.shown.digest, row.entry.frame)


def table_row(row: Row) -> TableRow:
    """Return a row as the table shows it."""
    entry, reading = row.entry, row.shown
    return {
        "id": entry.id,
        "group": row.group,
        "name": entry.name,
        "detail": f"frame {entry.frame} of {entry.frames}" if entry.frames > 1 else "",
        "thumbnail": entry.thumbnail,
        "probability": format_probability(reading.probability, decimals(reading)) if reading else "",
        "share": reading.probability if reading else None,
        "finding": GROUPS[row.group],
        "note": entry.problem or (" ".join(warning_sentences(reading, load_card().input_size)) if reading else ""),
    }


def decimals(reading: Reading) -> int:
    """Return how many decimals the probability is written with, beside the thresholds in force."""
    policy = policy_in_force()
    return decimals_apart(reading.probability, policy.lower, policy.high)


def draw_list_end(rows: list[Row], progress: Progress) -> None:
    """Draw how many rows there are, their download, and the button that clears the list."""
    # The file is made when it is asked for, and then there is no session to ask for anything.
    version = load_card().version
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        draw_summary(rows)
        with st.container(horizontal=True, width="content", gap="small"):
            st.download_button(
                "Download the list",
                lambda: worklist_csv(rows, version),
                "lungfield_worklist.csv",
                "text/csv",
                key="worklist-csv",
                on_click="ignore",
                icon=":material/download:",
                help="A CSV file in the columns of python -m model.score, with the names of the files. "
                "The findings are this page's: doubtful is more likely pneumonia than not, yet below the threshold;"
                " between lies between two thresholds; review is not to be trusted.",
            )
            stop = "Stop and clear" if progress.running else "Clear the list"
            if st.button(stop, key="worklist-clear", icon=":material/delete_sweep:"):
                session_queue().clear()
                close_row()
                st.rerun()


def draw_summary(rows: list[Row]) -> None:
    """Draw how many rows there are, by which policy they are decided, and how many wait for the reader."""
    policy = policy_in_force()
    most = max((decimals(row.shown) for row in rows if row.shown), default=1)
    st.html(
        render(
            "worklist/summary.html",
            rows=format_count(len(rows), "row"),
            thresholds=format_thresholds(policy.lower, policy.high, "and", most),
            policy=policy.title,
            waiting=sum(row.group == HIDDEN for row in rows),
        )
    )


if __name__ == "__main__":
    main()
