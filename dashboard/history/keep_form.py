"""What the reader says of a reading, and keeping it in the history."""

from dataclasses import dataclass

import streamlit as st

from dashboard.history.database import UnusableDatabase
from dashboard.history.load_history import load_history
from dashboard.history.store import LONGEST_COMMENT, WORDS, InvalidReading, ModelResult
from dashboard.shared import session
from dashboard.shared.formatting import escape_markdown

WORD_TITLES = {"normal": "Normal", "pneumonia": "Pneumonia", "unsure": "Unsure"}


@dataclass(frozen=True)
class Kept:
    """A row of this session: its number and what the reader said in it."""

    number: int
    word: str | None
    comment: str


def keep_ui(result: ModelResult, key: str) -> None:
    """The reader's word and comment, and the button that keeps them with the model's result.

    Once kept, the same form corrects: what was said before stays in the history.
    """
    kept = session.kept.get().get(result)
    with st.form(f"{key}-verdict-{result.digest}", border=False):
        word = word_ui("Your own reading", f"{key}-word-{result.digest}", kept.word if kept else None)
        comment = st.text_input(
            "Comment",
            value=kept.comment if kept else "",
            max_chars=LONGEST_COMMENT,
            placeholder="Optional. No names, no dates of birth.",
            key=f"{key}-comment-{result.digest}",
        )
        title = "Keep the correction" if kept else "Keep this reading"
        pressed = st.form_submit_button(title, icon=":material/bookmark_add:", key=f"{key}-keep-{result.digest}")
    try:
        if pressed:
            keep(result, word, comment)
            # From here on the form corrects: it is drawn anew, with what was kept.
            st.rerun()
    except (InvalidReading, UnusableDatabase) as problem:
        st.error(escape_markdown(str(problem)), icon=":material/block:")
    if kept:
        st.success(kept_message(kept), icon=":material/bookmark_added:")


def word_ui(label: str, key: str, chosen: str | None = None) -> str | None:
    """Normal, pneumonia, unsure, or nothing."""
    return st.segmented_control(label, WORDS, default=chosen, format_func=WORD_TITLES.__getitem__, key=key)


def keep(result: ModelResult, word: str | None, comment: str, *, reader_first: bool = False) -> Kept:
    """Record a result with what the reader said of it, or correct the row of this session that has it.

    Pressed twice, the button keeps one row: nothing is written where nothing changed.

    Raises:
        InvalidReading, UnusableDatabase: nothing was kept.
    """
    kept, history = session.kept.get(), load_history()
    before = kept.get(result)
    if before and (before.word, before.comment) == (word, comment):
        return before
    # Nothing of Streamlit between the row and its number: a script that is stopped there would write it again.
    if before:
        number = history.correct(before.number, word=word, comment=comment)
    else:
        number = history.record(result, word=word, comment=comment, reader_first=reader_first)
    kept[result] = Kept(number, word, comment)
    return kept[result]


def corrected(number: int, by: Kept) -> None:
    """Tell that a row was corrected elsewhere: what this session kept in it goes on in the new one."""
    rows = session.kept.get()
    rows.update({result: by for result, kept in rows.items() if kept.number == number})


def kept_message(kept: Kept) -> str:
    said = f", with your word: {kept.word}" if kept.word else ", without a word of yours"
    return f"Kept as number {kept.number}{said}."
