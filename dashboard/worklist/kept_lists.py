"""Lists that outlive a reload of their page: in this server's memory, each found by a secret of its browser's tab.

A reload ends Streamlit's session and begins another. What the list needs is handed from one to the other: files,
readings, what was opened, chosen and saved, and how readings are decided. Nothing of it is written to disk.
"""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.shared import session
from dashboard.worklist.queue import session_queue
from dashboard.worklist.tab import remember_token

KEEP_SECONDS = 600
"""After its page is gone: long enough for a browser to start anew, short enough to leave no patient behind."""
SWEEP_SECONDS = 30
HANDED_ON = (
    *(session.worklist, session.worklist_visited, session.worklist_opened, session.worklist_order),
    *(session.worklist_chosen, session.worklist_comments, session.worklist_beside),
    *(session.seen_results, session.shown_anyway),
    *(session.reader_first, session.reader_name, session.threshold, session.policy, session.own_threshold),
    *(session.prevalence_percent, session.children, session.reader_entries),
)
"""The part of the session that goes with the list. Without what was seen, a later finding would count as blind."""


@dataclass
class KeptList:
    """The part of a session's state by key, the session, and when it was last there, in seconds of a clock."""

    state: dict[str, Any]
    session_id: str
    last_there: float


class KeptLists:
    """The lists of a server by their secrets; each is forgotten once its session is gone for ``KEEP_SECONDS``."""

    def __init__(self, is_active: Callable[[str], bool], clock: Callable[[], float] = time.monotonic) -> None:
        """Keep lists while ``is_active`` says that their session has a browser."""
        self._is_active = is_active
        self._clock = clock
        self._lock = threading.Lock()
        self._lists: dict[str, KeptList] = {}
        self._timer: threading.Timer | None = None

    def keep(self, token: str, session_id: str, state: dict[str, Any]) -> None:
        """Keep a session's state under its secret."""
        with self._lock:
            self._lists[token] = KeptList(state, session_id, self._clock())
            self._sweep_later()

    def find(self, token: str) -> dict[str, Any] | None:
        """Return the state under a secret, if it is still there."""
        self.sweep()
        with self._lock:
            found = self._lists.get(token)
            return found.state if found else None

    def sweep(self) -> None:
        """Forget every list whose session is gone for too long."""
        now = self._clock()
        with self._lock:
            for kept in self._lists.values():
                if self._is_active(kept.session_id):
                    kept.last_there = now
            self._lists = {
                token: kept for token, kept in self._lists.items() if now - kept.last_there < KEEP_SECONDS
            }

    def _sweep_later(self) -> None:
        if self._timer is None and self._lists:
            self._timer = threading.Timer(SWEEP_SECONDS, self._swept)
            self._timer.daemon = True
            self._timer.start()

    def _swept(self) -> None:
        self.sweep()
        with self._lock:
            self._timer = None
            self._sweep_later()


@st.cache_resource(show_spinner=False)
def server_lists() -> KeptLists:
    """Return the lists that this server keeps."""
    # Without a server, as in a test, there is nobody to leave.
    return KeptLists(lambda id: not runtime.exists() or runtime.get_instance().is_active_session(id))


def keep_over_reload() -> None:
    """Keep this session's list for a reload, and take up the one from before it."""
    token = session.worklist_token.get() or secrets.token_urlsafe(16)
    session.worklist_token.set(token)
    context = get_script_run_ctx()
    state = {key.name: st.session_state[key.name] for key in HANDED_ON if key.name in st.session_state}
    server_lists().keep(token, context.session_id if context else "", state)
    remember_token(token, take_up, "worklist-tab")


def take_up(token: str) -> None:
    """Go on with the list of the session before; what was done in this one since is added to it."""
    state = server_lists().find(token)
    if state is None:
        return
    seen, entries, files = session.seen_results.get(), session.reader_entries.get(), session_queue().files()
    for name, value in state.items():
        st.session_state[name] = value
    session.seen_results.get().update(seen)
    session.reader_entries.get().update(entries)
    session_queue().add(files)
    session.worklist_token.set(token)
