"""Worklist: many radiographs at once, the likeliest pneumonia first, each to be opened and read."""

from typing import Any

import streamlit as st

from dashboard.reading.panel import draw_reading
from dashboard.reading.reader_first import is_hidden, mark_seen
from dashboard.reading.settings import settings_ui
from dashboard.reading.warning_text import warning_sentences
from dashboard.shared import session
from dashboard.shared.disclaimer import draw_safety_notice
from dashboard.shared.empty_state import draw_empty_state
from dashboard.shared.findings import FINDINGS
from dashboard.shared.formatting import decimals_apart, format_count, format_probability, format_thresholds
from dashboard.shared.policy import in_force
from dashboard.shared.resources import load_card
from dashboard.shared.uploads import forget
from dashboard.worklist.queue import Entry, Progress, session_queue
from dashboard.worklist.rows import HIDDEN, UNREADABLE, Row, ordered, worklist_csv
from dashboard.worklist.table import TableRow, worklist_table
from model.io import radiograph
from model.io.radiograph import Radiograph
from model.network.classifier import Reading

TICK_SECONDS = 1.0
GROUPS = {
    HIDDEN: "Waiting for your word",
    **{finding.value: shown.group for finding, shown in FINDINGS.items()},
    UNREADABLE: "Not read",
}


def main() -> None:
    """The page."""
    st.title("Worklist")
    settings_ui()
    uploads_ui()
    session_queue().add(session.worklist_inbox.pop())
    progress = session_queue().progress()
    if not progress.entries and not progress.running:
        draw_empty()
        return
    every = TICK_SECONDS if progress.running else None
    st.fragment(draw_list, run_every=every)(running=progress.running, opened=opened())
    draw_opened()
    draw_safety_notice(load_card())


def uploads_ui() -> None:
    """Two ways in; what comes goes to the list at once and leaves the way free for more."""
    files, folder = st.columns([3, 2])
    with files:
        intake_ui("Drop chest X-rays, or ZIP archives of them: DICOM, PNG, JPEG, BMP, TIFF or WebP.", "files", True)
    with folder:
        intake_ui("Or take a whole folder with all below it.", "folder", "directory")


def intake_ui(label: str, name: str, multiple: Any) -> None:
    """An uploader that is emptied, by being another, as soon as the list has its files."""
    intake = session.worklist_intake(name)

    def take() -> None:
        # A browser may tell of the same files twice, before it knows that their uploader is gone.
        taken = session.worklist_taken.get()
        files = [file for file in intake.get() if file.file_id not in taken]
        taken.update(file.file_id for file in files)
        session_queue().add((file.name, file.getvalue()) for file in files)
        forget(file.file_id for file in files)
        session.worklist_intakes.get()[name] += 1

    st.file_uploader(label, accept_multiple_files=multiple, key=intake.name, on_change=take)


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
    """The rows as they stand, and what is done with all of them; drawn anew while they come."""
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
        finding_of=in_force().finding,
        is_hidden=lambda reading, frame: is_hidden(reading.digest, frame),
    )
    mark_shown(rows)
    worklist_table(
        [table_row(row) for row in rows],
        GROUPS,
        threshold=in_force().high,
        opened=opened,
        on_open=open_row,
        key="worklist-table",
    )
    draw_list_end(rows, progress)
    if progress.running != running or opened != session.worklist_opened.get():
        # The clock, and the reading below, are the page's.
        st.rerun()


def mark_shown(rows: list[Row]) -> None:
    """A result that stands in the list was shown: no later word on it is the reader's first."""
    for row in rows:
        if row.shown:
            mark_seen(row.shown.digest, row.entry.frame)


def table_row(row: Row) -> TableRow:
    """A row in the table's words."""
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
    """Of its probability, beside the thresholds in force."""
    policy = in_force()
    return decimals_apart(reading.probability, policy.lower, policy.high)


def draw_list_end(rows: list[Row], progress: Progress) -> None:
    """How many there are, the way out to a spreadsheet, and the way to an empty list."""
    # The file is made when it is asked for, and then there is no session to ask for anything.
    version = load_card().version
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.html(f'<p class="lf-note" data-testid="listed">{summary(rows)}</p>')
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


def summary(rows: list[Row]) -> str:
    """How many, and by which policy they are called what they are called."""
    waiting = sum(row.group == HIDDEN for row in rows)
    policy = in_force()
    most = max((decimals(row.shown) for row in rows if row.shown), default=1)
    limits = format_thresholds(policy.lower, policy.high, "and", most)
    listed = f"{format_count(len(rows), 'row')}. Decided at <b>{limits}</b>: {policy.title}."
    if waiting:
        listed += (
            f" <b>{waiting}</b> wait{'s' if waiting == 1 else ''} for your word: until then no result is shown, "
            f"here or in the file, and the order is that in which they came."
        )
    return listed


def opened() -> int | None:
    """The row that is open, if it is still there."""
    id = session.worklist_opened.get()
    if id is not None and session_queue().entry(id) is None:
        close_row()
        return None
    return id


def open_row(id: int, order: list[int]) -> None:
    """Open a row; ``order`` is what the reader goes through with it."""
    session.worklist_opened.set(id)
    session.worklist_order.set(order)


def close_row() -> None:
    """No row is open, and nothing of the last one is kept beside the list."""
    session.worklist_opened.pop()
    session.worklist_scan.pop()


def draw_opened() -> None:
    """The reading of the row that is open, as on the page Read."""
    id = opened()
    entry = None if id is None else session_queue().entry(id)
    if entry is None or entry.reading is None:
        return
    with st.container(key=f"worklist-{entry.id}-opened"):
        step_ui(entry)
        scan, data = load_scan(entry)
        draw_reading(scan, entry.reading, data, f"worklist-{entry.id}")


def step_ui(entry: Entry) -> None:
    """From one radiograph to the next without the way back to the list."""
    order = [id for id in session.worklist_order.get() if session_queue().entry(id)]
    at = order.index(entry.id) if entry.id in order else 0
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for label, icon, to in (("Previous", "chevron_left", at - 1), ("Next", "chevron_right", at + 1)):
            there = 0 <= to < len(order)
            st.button(
                label,
                key=f"worklist-{label.lower()}",
                icon=f":material/{icon}:",
                disabled=not there,
                on_click=open_row,
                args=(order[to] if there else entry.id, order),
            )
        st.html(f'<p class="lf-note">{at + 1} of {len(order)}</p>')
        st.button(
            "Remove from the list", key="worklist-remove", icon=":material/delete:", on_click=remove, args=(entry,)
        )
        st.button("Close", key="worklist-close", icon=":material/close:", on_click=close_row)


def remove(entry: Entry) -> None:
    """Take the file that a row came from out of the list, with all that came from it."""
    session_queue().remove(entry.source)
    close_row()


def load_scan(entry: Entry) -> tuple[Radiograph, bytes]:
    """A row's radiograph, decoded anew, and its file; one at a time is kept."""
    kept = session.worklist_scan.get()
    if kept is None or kept[0] != entry.id:
        file = session_queue().file(entry)
        scan = next(one for one in radiograph.frames(file.data, file.name) if one.frame == entry.frame)
        kept = (entry.id, scan, file.data)
        session.worklist_scan.set(kept)
    return kept[1], kept[2]


if __name__ == "__main__":
    main()
