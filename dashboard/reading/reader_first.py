"""Reader first: the reader commits to a finding of their own before the model's result is shown.

Whoever has seen a machine's answer tends to repeat it (automation bias); a finding given before shows how well the
two agree. It is kept at once, so that nobody, not even its reader, can change it unseen.
"""

import streamlit as st

from dashboard.history.database import UnusableDatabase
from dashboard.history.keep_form import keep_reading, reader_finding_ui
from dashboard.history.store import ModelResult
from dashboard.shared import session
from dashboard.shared.formatting import escape_markdown
from dashboard.shared.markup import render
from model.network.finding import Finding


def reader_first_ui() -> None:
    """Draw the switch, which holds for the session on whatever page."""
    st.toggle(
        "Reader first",
        key=session.reader_first.name,
        persist_state="session",
        help="You say what you see before the model's result is shown. Your reading is saved in the history at "
        "once; you may correct it afterwards, and both stay.",
    )


def is_hidden(digest: str, frame: int) -> bool:
    """Return whether a frame's result must not be shown yet.

    A result that was shown once in this session stays shown: a finding given after it would not be the first.
    """
    return session.reader_first.get() and (digest, frame) not in session.seen_results.get()


def mark_seen(digest: str, frame: int) -> None:
    """Record that a frame's result was shown: no later finding on it counts as the reader's first."""
    session.seen_results.get().add((digest, frame))


def reveal_ui(result: ModelResult, key: str, *, ask: bool = True) -> bool:
    """Return whether a result may be shown; where it is hidden, say so, and ``ask`` in a form that reveals it."""
    hidden = is_hidden(result.digest, result.frame)
    if hidden:
        st.html(render("reading/reader_first.html"))
    if hidden and not (ask and commit_ui(result, key)):
        return False
    mark_seen(result.digest, result.frame)
    if hidden:
        # Drawn anew, without the form.
        st.rerun()
    return True


def commit_ui(result: ModelResult, key: str) -> bool:
    """Draw the form that keeps the answer; return True once that is in the history."""
    with st.form(f"{key}-first-{result.digest}", border=False):
        finding = reader_finding_ui("Your reading", f"{key}-first-word-{result.digest}")
        pressed = st.form_submit_button(
            "Commit and show the model's result", icon=":material/visibility:", key=f"{key}-commit-{result.digest}"
        )
    if not pressed:
        return False
    if finding is None:
        st.warning("Choose normal, pneumonia or unsure; then commit.", icon=":material/touch_app:")
        return False
    try:
        keep_reading(result, finding, "", reader_first=True)
    except UnusableDatabase as problem:
        st.error(escape_markdown(str(problem)), icon=":material/block:")
        return False
    return True


def own_finding(result: ModelResult) -> str | None:
    """Return the finding that the reader has saved with a result in this session, if any."""
    entry = session.reader_entries.get().get(result)
    return entry.finding if entry else None


def agreement_text(own: str | None, finding: Finding) -> str:
    """Return how the reader's own finding compares with the model's; empty where there is none.

    Args:
        own: ``normal``, ``pneumonia`` or ``unsure``.
        finding: the model's.
    """
    if own is None:
        return ""
    yours = f"Your reading: {own}."
    if finding.decision is Finding.REVIEW:
        return f"{yours} The model leaves it to you."
    if own == "unsure":
        return yours
    if finding is Finding.DOUBTFUL:
        return f"{yours} The model is in doubt: look again."
    return f"{yours} The model agrees." if own == finding else f"{yours} The model differs: look again."
