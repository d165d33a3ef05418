"""Every key of Streamlit's session state with its type and default: what is kept while a reader stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

if TYPE_CHECKING:
    from datetime import datetime

    from dashboard.access.time_out import Login
    from dashboard.history.keep_form import ReaderEntry
    from dashboard.history.store import ModelResult
    from dashboard.reading.opened_files import OpenedFile
    from dashboard.shared.observability.activity import Recorder
    from dashboard.thresholds.choice import OperatingChoice
    from dashboard.thresholds.evaluation_set import EvaluationSet
    from dashboard.thresholds.selection import Selection
    from dashboard.worklist.queue import ReadingQueue
    from model.io.radiograph import Radiograph

T = TypeVar("T")


class Key(Generic[T]):
    """A value of the session state; ``name`` is the ``key`` of the widget that sets it, if one does."""

    def __init__(self, name: str, default: T) -> None:
        self.name = name
        self.default = default

    def get(self) -> T:
        """Return the value, or the default where there is none."""
        return st.session_state.get(self.name, self.default)

    def set(self, value: T) -> None:
        """Keep a value."""
        st.session_state[self.name] = value

    def pop(self) -> T:
        """Remove the value and return it, or the default where there is none."""
        return st.session_state.pop(self.name, self.default)


class Collection(Generic[T]):
    """A mutable value of the session state, empty at first and changed in place."""

    def __init__(self, name: str, factory: Callable[[], T]) -> None:
        self.name = name
        self.factory = factory

    def get(self) -> T:
        """Return the collection itself."""
        return st.session_state.setdefault(self.name, self.factory())


# The login of whoever is logged in.
login: Key[Login | None] = Key("login", None)
# What keeps their actions for the audit.
recorder: Key[Recorder | None] = Key("recorder", None)
# What was refused to them last, so that it is counted once however often it is drawn.
refused: Key[str] = Key("refused", "")

# How readings are decided, on every page.
threshold: Key[float | None] = Key("threshold", None)
policy: Key[str] = Key("policy", "")
policy_choice: Key[str] = Key("policy_choice", "")
own_threshold: Key[float | None] = Key("own_threshold", None)
prevalence_percent: Key[float | None] = Key("prevalence_percent", None)
reader_first: Key[bool] = Key("reader_first", False)

# Whether radiographs whose files give no age are of children of one to five, as their reader says.
children: Key[str | None] = Key("children", None)

# What the reader is called in the history and on the PDF: a name or initials.
reader_name: Key[str] = Key("reader_name", "")

# Read: the files that are open, the latest first, and how many ever were; whether the latest drop is for the
# worklist; the step of the guided demo. Digest and frame of each result shown, and of each refused one whose
# figures were asked for; the reader's part of each result kept; numbers of the opened files that cannot be read.
opened_files: Key[Sequence[OpenedFile]] = Key("opened_files", ())
opened_count: Key[int] = Key("opened_count", 0)
too_many_dropped: Key[bool] = Key("too_many_dropped", False)
demo_step: Key[int | None] = Key("demo_step", None)
shown_anyway: Collection[set[tuple[str, int]]] = Collection("shown_anyway", set)
seen_results: Collection[set[tuple[str, int]]] = Collection("seen_results", set)
unreadable_files: Collection[set[int]] = Collection("unreadable_files", set)
# Saves that were tried and not confirmed, with the moment of the first attempt.
unconfirmed_saves: Collection[dict[tuple[ModelResult, str | None, str, str, bool], datetime]] = Collection(
    "unconfirmed_saves", dict
)
reader_entries: Collection[dict[ModelResult, ReaderEntry]] = Collection("kept", dict)

# Uploaders that are emptied as they are read: how often each was, and which files they gave.
intakes: Collection[dict[str, int]] = Collection("intakes", dict)
taken_uploads: Collection[set[str]] = Collection("taken_uploads", set)

# Worklist: the secret by which a page that is loaded anew finds its list; the queue; the rows that were ever open;
# the open row, the rows to step through, and the open row with its radiograph and file; the rows as their reader
# has sorted or filtered them; the row beside which another of its patient is; findings and comments not
# saved yet.
worklist_token: Key[str] = Key("worklist_token", "")
worklist: Key[ReadingQueue | None] = Key("worklist", None)
# Names and bytes of files that the page Read leaves for the worklist to take.
worklist_inbox: Key[Sequence[tuple[str, bytes]]] = Key("worklist_inbox", ())
worklist_visited: Collection[set[int]] = Collection("worklist_visited", set)
worklist_opened: Key[int | None] = Key("worklist_opened", None)
worklist_order: Key[Sequence[int]] = Key("worklist_order", ())
worklist_scan: Key[tuple[int, Radiograph, bytes] | None] = Key("worklist_scan", None)
worklist_sorted: Key[Sequence[int] | None] = Key("worklist_sorted", None)
worklist_beside: Key[int | None] = Key("worklist_beside", None)
# Whether a finding was just saved, or why it was not.
worklist_saved: Key[bool] = Key("worklist_saved", False)
worklist_problem: Key[str] = Key("worklist_problem", "")
worklist_chosen: Collection[dict[int, str]] = Collection("worklist_chosen", dict)
worklist_comments: Collection[dict[int, str]] = Collection("worklist_comments", dict)
# What the archive was sent.
worklist_sent: Collection[set[ModelResult]] = Collection("worklist_sent", set)

# Thresholds: which images and networks, where the handles stand for each set of images, the hospital's settings for
# all of them (but its prevalence, which is above), and images of one's own.
selection: Key[Selection | None] = Key("selection", None)
choices: Collection[dict[str, OperatingChoice]] = Collection("choices", dict)
hospital: Key[dict[str, float] | None] = Key("hospital", None)
own_evaluation_set: Key[EvaluationSet | None] = Key("own_evaluation_set", None)
own_file_read: Key[str | None] = Key("own_file_read", None)


def intake(uploader: str) -> Key[list[UploadedFile]]:
    """Return the key of an uploader, a new one each time that it was emptied."""
    return Key(f"{uploader}-{intakes.get().setdefault(uploader, 0)}", [])


def worklist_comment(row: int) -> Key[str]:
    """Return the key of the comment on a row of the worklist."""
    return Key(f"worklist-comment-{row}", "")


def worklist_reader(row: int) -> Key[str]:
    """Return the key of the name that the reader of a row of the worklist gives."""
    return Key(f"worklist-reader-{row}", "")


def component_state(key: str) -> Any:
    """Return the values that a component has sent from the browser."""
    return st.session_state[key]
