"""The forms that keep a reading in the history and correct it."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.history.database import UnusableDatabase
from dashboard.history.load_history import load_history
from dashboard.history.store import (
    LONGEST_COMMENT,
    READER_FINDINGS,
    History,
    InvalidReading,
    KeptReading,
    ModelResult,
)
from dashboard.shared import session
from dashboard.shared.formatting import escape_markdown


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
        finding = reader_finding_ui("Your own reading", f"{key}-word-{result.digest}", given)
        comment = st.text_input(
            "Comment",
            value=entry.comment if entry else "",
            max_chars=LONGEST_COMMENT,
            placeholder="Optional. No names, no dates of birth.",
            key=f"{key}-comment-{result.digest}",
        )
        title = "Keep the correction" if entry else "Keep this reading"
        pressed = st.form_submit_button(title, icon=":material/bookmark_add:", key=f"{key}-keep-{result.digest}")
    try:
        if pressed:
            keep_reading(result, finding, comment)
            # From here on the form corrects: it is drawn anew, with what was kept.
            st.rerun()
    except (InvalidReading, UnusableDatabase) as problem:
        st.error(escape_markdown(str(problem)), icon=":material/block:")
    if entry:
        how = f"with your word: {entry.finding}" if entry.finding else "without a word of yours"
        st.success(f"Kept as number {entry.number}, {how}.", icon=":material/bookmark_added:")


def correction_ui(history: History, rows: Sequence[KeptReading]) -> None:
    """Draw the form that corrects one of these readings."""
    with st.expander("Correct a reading", icon=":material/edit_note:"):
        by_number = {row.id: row for row in rows}
        number = st.selectbox("Number", by_number, index=None, key="correct", width=140)
        if number is None:
            return
        row = by_number[number]
        with st.form("correction", border=False):
            finding = reader_finding_ui("The reader's word", f"corrected-word-{number}", row.reader_finding)
            comment = st.text_input("Comment", row.comment, LONGEST_COMMENT, key=f"corrected-comment-{number}")
            pressed = st.form_submit_button("Keep the correction", icon=":material/bookmark_add:")
        if pressed:
            correct_reading(history, number, finding, comment)


def reader_finding_ui(label: str, key: str, default: str | None = None) -> str | None:
    """Ask for the reader's finding and return it, or None as long as there is none."""
    return st.segmented_control(label, READER_FINDINGS, default=default, format_func=str.capitalize, key=key)


def keep_reading(result: ModelResult, finding: str | None, comment: str, *, reader_first: bool = False) -> None:
    """Record a result with the reader's finding, or correct the row in which this session kept it.

    Where nothing changed nothing is written, so that pressing the button twice keeps one row.

    Raises:
        InvalidReading, UnusableDatabase: nothing was kept.
    """
    entries, history = session.reader_entries.get(), load_history()
    entry = entries.get(result)
    if entry and (entry.finding, entry.comment) == (finding, comment):
        return
    # Nothing of Streamlit between the row and its number: a script that is stopped there would write it again.
    if entry:
        number = history.correct(entry.number, reader_finding=finding, comment=comment)
    else:
        number = history.record(result, reader_finding=finding, comment=comment, reader_first=reader_first)
    entries[result] = ReaderEntry(number, finding, comment)


def correct_reading(history: History, number: int, finding: str | None, comment: str) -> None:
    """Keep a correction and draw the page anew, or show why it cannot be kept."""
    try:
        new = history.correct(number, reader_finding=finding, comment=comment)
    except (InvalidReading, UnusableDatabase) as problem:
        st.error(escape_markdown(str(problem)), icon=":material/block:")
        return
    # On the page Read this session may still show the reading: its form goes on from the correction.
    entries = session.reader_entries.get()
    kept = [result for result, entry in entries.items() if entry.number == number]
    entries.update(dict.fromkeys(kept, ReaderEntry(new, finding, comment)))
    st.toast(f"Kept as number {new}, which corrects {number}.", icon=":material/bookmark_added:")
    st.rerun()
