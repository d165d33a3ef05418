"""The forms that keep a reading in the history and correct it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from dashboard.history.database import UnusableDatabase
from dashboard.history.load_history import load_history
from dashboard.history.store import (
    LONGEST_COMMENT,
    LONGEST_NAME,
    READER_FINDINGS,
    History,
    InvalidReading,
    KeptReading,
    ModelResult,
)
from dashboard.shared import session
from dashboard.shared.formatting import escape_markdown
from dashboard.shared.observability.activity import Action, record


@dataclass(frozen=True)
class ReaderEntry:
    """The reader's part of a row that this session kept: its number, the finding and the comment."""

    number: int
    finding: str | None
    comment: str


def keep_ui(result: ModelResult, key: str) -> None:
    """Draw the form that keeps the reader's finding with the model's result, or corrects what was kept."""
    entry = session.reader_entries.get().get(result)
    with st.form(f"{key}-verdict-{result.digest}", border=False):
        given = entry.finding if entry else None
        finding = reader_finding_ui("Your reading", f"{key}-word-{result.digest}", given)
        comment = comment_ui(entry.comment if entry else "", f"{key}-comment-{result.digest}")
        reader = reader_name_ui(f"{key}-reader-{result.digest}")
        title = "Save correction" if entry else "Save reading"
        pressed = st.form_submit_button(title, icon=":material/bookmark_add:", key=f"{key}-keep-{result.digest}")
    try:
        if pressed:
            session.reader_name.set(reader)
            keep_reading(result, finding, comment)
            # From here on the form corrects: it is drawn anew, with what was kept.
            st.rerun()
    except (InvalidReading, UnusableDatabase) as problem:
        st.error(escape_markdown(str(problem)), icon=":material/block:")
    if entry:
        st.success(saved_text(entry), icon=":material/bookmark_added:")


def saved_text(entry: ReaderEntry) -> str:
    """Return under which number a reading was saved, and with which finding of the reader's."""
    return f"Saved as number {entry.number}. Your reading: {entry.finding or 'none given'}."


def comment_ui(
    comment: str, key: str, *, labelled: bool = True, on_change: Callable[[], None] | None = None
) -> str:
    """Ask for a comment and return it; where it is not ``labelled``, its label is read out alone."""
    return st.text_input(
        "Comment",
        value=comment,
        max_chars=LONGEST_COMMENT,
        placeholder="Optional. No names, no dates of birth." if labelled else "Comment without names",
        key=key,
        on_change=on_change,
        label_visibility="visible" if labelled else "collapsed",
    )


def reader_name_ui(key: str, *, labelled: bool = True) -> str:
    """Ask who reads, once a session, and return the answer; ``labelled`` as for a comment."""
    return st.text_input(
        "Reader",
        value=session.reader_name.get(),
        max_chars=LONGEST_NAME,
        placeholder="Optional: your name or initials" if labelled else "Your initials",
        key=key,
        label_visibility="visible" if labelled else "collapsed",
    )


def correction_ui(history: History, row: KeptReading) -> None:
    """Draw the form that corrects a reading."""
    with st.form(f"correction-{row.id}", border=False):
        finding = reader_finding_ui("Reader's finding", f"corrected-word-{row.id}", row.reader_finding)
        comment = comment_ui(row.comment, f"corrected-comment-{row.id}")
        reader = reader_name_ui(f"corrected-reader-{row.id}")
        pressed = st.form_submit_button("Save correction", icon=":material/bookmark_add:")
    if pressed:
        session.reader_name.set(reader)
        correct_reading(history, row, finding, comment)


def reader_finding_ui(label: str, key: str, default: str | None = None) -> str | None:
    """Ask for the reader's finding and return it, or None as long as there is none."""
    return st.segmented_control(label, READER_FINDINGS, default=default, format_func=str.capitalize, key=key)


def keep_reading(result: ModelResult, finding: str | None, comment: str, *, reader_first: bool = False) -> None:
    """Record a result with the reader's finding, or correct the row in which this session kept it.

    Where nothing changed nothing is written, so that pressing the button twice keeps one row.

    Raises:
        InvalidReading, UnusableDatabase: nothing was kept.
    """
    entries, history, reader = session.reader_entries.get(), load_history(), session.reader_name.get()
    entry = entries.get(result)
    if entry and (entry.finding, entry.comment) == (finding, comment):
        return
    # Nothing of Streamlit between the row and its number: a script that is stopped there would write it again.
    if entry:
        number = history.correct(entry.number, reader_finding=finding, comment=comment, reader=reader)
    else:
        # The same moment at every attempt: one whose answer was lost is not kept twice.
        attempts, attempt = session.unconfirmed_saves.get(), (result, finding, comment, reader, reader_first)
        again = attempt in attempts
        number = history.record(
            result,
            reader_finding=finding,
            comment=comment,
            reader=reader,
            reader_first=reader_first,
            moment=attempts.setdefault(attempt, datetime.now(UTC)),
            again=again,
        )
        attempts.clear()
    entries[result] = ReaderEntry(number, finding, comment)
    record(Action.CORRECTED if entry else Action.SAVED, f"reading {number}", result.digest)


def correct_reading(history: History, row: KeptReading, finding: str | None, comment: str) -> None:
    """Keep a correction and draw the page anew, or show why it cannot be kept."""
    try:
        new = history.correct(row.id, reader_finding=finding, comment=comment, reader=session.reader_name.get())
    except (InvalidReading, UnusableDatabase) as problem:
        st.error(escape_markdown(str(problem)), icon=":material/block:")
        return
    # On the page Read this session may still show the reading: its form goes on from the correction.
    entries = session.reader_entries.get()
    kept = [result for result, entry in entries.items() if entry.number == row.id]
    entries.update(dict.fromkeys(kept, ReaderEntry(new, finding, comment)))
    record(Action.CORRECTED, f"reading {new}", row.digest)
    st.toast(f"Saved as number {new}, which corrects {row.id}.", icon=":material/bookmark_added:")
    st.rerun()
