"""What somebody who is logged in does, for the audit; without a login nothing of it is kept."""

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.shared import session


class Action(StrEnum):
    """What was done."""

    LOGGED_IN = "logged in"
    LOGGED_OUT = "logged out"
    TIMED_OUT = "timed out"
    REFUSED = "was refused"
    READ = "read"
    SAVED = "saved"
    CORRECTED = "corrected"
    DOWNLOADED = "downloaded"
    SENT = "sent to the archive"


class Recorder(Protocol):
    """What keeps the actions of one person."""

    def record(self, action: Action, what: str = "", digest: str = "") -> None:
        """Keep an action.

        Args:
            action: what was done.
            what: a page's title, a kind of document, a reading's number; never the name of a file or a patient.
            digest: SHA-256 of the file that it concerns, if it concerns one.
        """


def current_recorder() -> Recorder | None:
    """Return what keeps the actions of the session's person, None without a login or a session."""
    return session.recorder.get() if get_script_run_ctx(suppress_warning=True) else None


def record(action: Action, what: str = "", digest: str = "") -> None:
    """Keep an action of the session's person, as ``Recorder.record`` does."""
    if recorder := current_recorder():
        recorder.record(action, what, digest)


def recorded(document: str, make: Callable[[], bytes], digest: str = "") -> Callable[[], bytes]:
    """Return what makes a document and keeps who downloaded it; it is called outside the session.

    Args:
        document: its kind, such as ``PDF report``.
        make: makes it.
        digest: as in ``Recorder.record``.
    """
    recorder = current_recorder()

    def make_recorded() -> bytes:
        if recorder:
            recorder.record(Action.DOWNLOADED, document, digest)
        return make()

    return make_recorded
