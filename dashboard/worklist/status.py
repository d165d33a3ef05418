"""The status of the worklist's rows: new, opened or saved, and by whom."""

from collections.abc import Iterable
from typing import NamedTuple

from dashboard.history.load_history import load_history
from dashboard.history.store import KeptReading
from dashboard.worklist.queue import Entry
from dashboard.worklist.rows import HIDDEN, UNREADABLE, Row

Saved = dict[tuple[str, int], KeptReading]
"""The latest reading in the history of each digest and frame."""


class Status(NamedTuple):
    """How far a row is: its place among the statuses, what it is called, and by whom and when it was saved."""

    rank: int
    title: str
    detail: str = ""


def saved_readings(entries: Iterable[Entry]) -> Saved:
    """Return what the history holds of the list's radiographs, whoever saved it.

    Raises:
        UnusableDatabase: the history cannot be read.
    """
    digests = {entry.reading.digest for entry in entries if entry.reading}
    latest_last = reversed(load_history().of_files(digests) if digests else [])
    return {(row.digest, row.frame): row for row in latest_last}


def saved_row(entry: Entry, saved: Saved) -> KeptReading | None:
    """Return a radiograph's reading in the history, if it has one."""
    return saved.get((entry.reading.digest, entry.frame)) if entry.reading else None


def row_status(row: Row, visited: bool, saved: Saved) -> Status:
    """Return a row's status; one whose result waits for the reader does not tell what another reader found."""
    if row.group == UNREADABLE:
        return Status(3, "")
    kept = saved_row(row.entry, saved)
    if kept is None:
        return Status(1, "Opened") if visited else Status(0, "New")
    found = kept.reader_finding if row.group != HIDDEN else None
    return Status(2, f"Saved: {found}" if found else "Saved", f"{kept.reader} {kept.time:%Y-%m-%d}".strip())
