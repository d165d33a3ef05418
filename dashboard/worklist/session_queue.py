"""The worklist of a session: it lives as long as its reader stays, on whatever page."""

from collections.abc import Callable

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.shared import session
from dashboard.shared.resources import load_classifier
from dashboard.worklist.queue import Worklist


def worklist() -> Worklist:
    """This session's list."""
    kept = session.worklist.get()
    if kept is None:
        kept = Worklist(load_classifier(), _alive())
        session.worklist.set(kept)
    return kept


def _alive() -> Callable[[], bool]:
    """Whether the session has a browser; its thread rests while there is none, and ends with it."""
    context = get_script_run_ctx()
    session_id = context.session_id if context else ""
    # Without a server, as in a test, there is nobody to leave.
    return lambda: not runtime.exists() or runtime.get_instance().is_active_session(session_id)
