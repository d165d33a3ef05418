"""What a spool holds, and what to do with what failed: for the command and the page, whoever owns the spool."""

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from dashboard.node.spool import DATABASE, RESERVE, ArchiveOutage, UnusableSpool, connect, explained, file_of

DAY = 86_400.0
"""Seconds."""


@dataclass(frozen=True)
class Status:
    """What a spool holds; times are seconds since 1970, UTC.

    ``waiting`` radiographs are to be answered, the oldest since ``oldest``; ``failed`` ones are for a person to
    look after. ``problems`` are the reasons and how many radiographs each holds up. ``answered`` were answered in
    the last 24 hours. ``outage`` is there while the archive does not answer. ``free`` bytes are left on the spool's
    disk.
    """

    waiting: int
    oldest: float | None
    failed: int
    problems: dict[str, int]
    answered: int
    outage: ArchiveOutage | None
    free: int

    @property
    def full_disk(self) -> str:
        """Return why nothing is received, empty while there is room."""
        if self.free >= RESERVE:
            return ""
        return (
            f"The disk of the spool is full: {self.free // 2**20:,} MiB are free, {RESERVE // 2**20:,} have to "
            "stay so. Senders are told to try again later (A700) and keep what they have; what was received is "
            "kept and answered. Make room on the disk."
        )


def read_status(folder: Path, now: float | None = None) -> Status:
    """Return what the spool in a folder holds.

    Raises:
        UnusableSpool: there is none, or it cannot be read.
    """
    with _opened(folder) as connection:
        connection.execute("BEGIN")
        waiting, oldest = connection.execute(
            "SELECT count(*), min(received) FROM waiting WHERE NOT failed"
        ).fetchone()
        (failed,) = connection.execute("SELECT count(*) FROM waiting WHERE failed").fetchone()
        problems = connection.execute(
            "SELECT problem, count(*) FROM waiting WHERE problem <> '' GROUP BY problem ORDER BY 2 DESC, 1"
        ).fetchall()
        since = (time.time() if now is None else now) - DAY
        (answered,) = connection.execute("SELECT count(*) FROM answered WHERE time >= ?", (since,)).fetchone()
        outage = connection.execute("SELECT problem, since, attempts, next FROM archive").fetchone()
        return Status(
            waiting,
            oldest,
            failed,
            dict(problems),
            answered,
            outage and ArchiveOutage(*outage),
            shutil.disk_usage(folder).free,
        )


def retry_failed(folder: Path) -> int:
    """Let every failed radiograph be tried again, and return how many there are; raises as ``read_status``."""
    with _opened(folder) as connection:
        return connection.execute(
            "UPDATE waiting SET failed = 0, attempts = 0, due = received, problem = '' WHERE failed"
        ).rowcount


def discard_failed(folder: Path) -> int:
    """Remove every failed radiograph, unanswered, and return how many; raises as ``read_status``."""
    with _opened(folder) as connection:
        removed = connection.execute("DELETE FROM waiting WHERE failed RETURNING instance").fetchall()
        for (instance,) in removed:
            file_of(folder, instance).unlink(missing_ok=True)
        return len(removed)


@contextmanager
def _opened(folder: Path) -> Iterator[sqlite3.Connection]:
    if not (folder / DATABASE).is_file():
        raise UnusableSpool(
            f"There is no spool in {folder}. Expected the folder that the node's configuration names as spool; "
            f"the node makes it when it first starts."
        )
    with explained(folder), closing(connect(folder)) as connection:
        yield connection
