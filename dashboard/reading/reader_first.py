"""Reader first: a radiologist commits to a word before the model's result is shown.

Who has seen a machine's answer tends to give it back (automation bias); a word said before says how well the two
agree. It is kept at once, so that nobody, not even its reader, can take it back unseen.
"""

import streamlit as st

from dashboard.history.database import UnusableDatabase
from dashboard.history.keep_form import keep, word_ui
from dashboard.history.store import ModelResult
from dashboard.shared import session
from dashboard.shared.formatting import escape_markdown


def switch_ui() -> None:
    """The switch, which holds for the session on whatever page."""
    st.toggle(
        "Reader first",
        key=session.reader_first.name,
        persist_state="session",
        help="You say what you see before the model's result is shown. Your word is kept in the history at once; "
        "you may correct it afterwards, and both stay.",
    )


def is_on() -> bool:
    """Whether the reader's word comes first."""
    return session.reader_first.get()


def hides(result: ModelResult, key: str) -> bool:
    """Whether the model's result must not be shown yet; then the reader is asked for a word here.

    A result that was shown once in this session hides no more: a word after it would not be the first.
    """
    seen = session.seen_results.get()
    frame = (result.digest, result.frame)
    if frame in seen or not is_on():
        seen.add(frame)
        return False
    if commit_ui(result, key):
        seen.add(frame)
        st.rerun()
    return True


def is_hidden(digest: str, frame: int) -> bool:
    """Whether a result must not be shown yet, asking for nothing."""
    return is_on() and (digest, frame) not in session.seen_results.get()


def mark_seen(digest: str, frame: int) -> None:
    """Tell that a result was shown elsewhere: no later word on it counts as the first."""
    session.seen_results.get().add((digest, frame))


def commit_ui(result: ModelResult, key: str) -> bool:
    """The question and its button; True once the word is on the disk."""
    st.html(
        '<div class="lf-verdict"><p class="lf-file">Reader first</p>'
        '<h2 data-testid="reader-first">What do you see?</h2>'
        '<p class="lf-note">The model has read this radiograph and says nothing until you have. Your word is kept '
        "in the history as the first.</p></div>"
    )
    with st.form(f"{key}-first-{result.digest}", border=False):
        word = word_ui("Your own reading", f"{key}-first-word-{result.digest}")
        pressed = st.form_submit_button(
            "Commit and show the model's result", icon=":material/visibility:", key=f"{key}-commit-{result.digest}"
        )
    if not pressed:
        return False
    if word is None:
        st.warning("Choose normal, pneumonia or unsure; then commit.", icon=":material/touch_app:")
        return False
    try:
        keep(result, word, "", reader_first=True)
    except UnusableDatabase as problem:
        st.error(escape_markdown(str(problem)), icon=":material/block:")
        return False
    return True
