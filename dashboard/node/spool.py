"""The spool: radiographs as they were received, on disk until each is answered, and digests of what was answered.

A folder of its user alone. A radiograph is a file of the bytes that were sent, named by the SHA-256 of its SOP
Instance UID, and a row in ``spool.sqlite3`` beside it. The file is flushed before its row is committed, the row
before receipt is acknowledged, and the file removed after the row: killed at any moment, the next owner finds
every acknowledged radiograph, and removes files that nobody was promised. Once answered, a digest is left.
"""

import fcntl
import hashlib
import os
import secrets
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import IO

from model.io.wording import reason

DATABASE = "spool.sqlite3"
LOCK = "owner.lock"
RESERVE = 2**29
"""Bytes that stay free on the disk: a full one would keep no answer either."""
LONGEST_PAUSE = 3600.0
"""Seconds between two attempts at one radiograph."""

_ENDING, _UNFINISHED = ".dcm", ".part"
_PRAGMAS = (
    "busy_timeout = 30000",
    # Readers, such as the page, keep no writer waiting.
    "journal_mode = WAL",
    # NORMAL would lose confirmed commits with the machine's power (sqlite.org/wal.html, "Performance").
    "synchronous = FULL",
    # On macOS alone: there fsync leaves the data in the disk's own cache.
    "fullfsync = ON",
)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS waiting (
    instance TEXT PRIMARY KEY, received REAL NOT NULL, read REAL, attempts INTEGER NOT NULL DEFAULT 0,
    due REAL NOT NULL, problem TEXT NOT NULL DEFAULT '', failed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS by_due ON waiting (failed, due);
CREATE TABLE IF NOT EXISTS answered (answer TEXT PRIMARY KEY, time REAL NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS archive (
    number INTEGER PRIMARY KEY CHECK (number = 1), problem TEXT NOT NULL, since REAL NOT NULL,
    attempts INTEGER NOT NULL, next REAL NOT NULL
) STRICT;
"""
_ITEM = "instance, received, read, attempts, due, problem, failed"


class UnusableSpool(RuntimeError):
    """The spool cannot be opened, read or written; the message says which, why and what to do."""


class Receipt(Enum):
    """What became of a radiograph that was received; in every case its sender need not send it again."""

    SPOOLED = "spooled"
    WAITING = "waiting already"
    ANSWERED = "answered already"


@dataclass(frozen=True)
class Item:
    """A radiograph in the spool; all times are seconds since 1970, UTC.

    ``instance`` is the SHA-256 of its SOP Instance UID. ``read`` is when it was first read, None before: an answer
    that is made again states the same time. ``attempts`` were begun, the next is ``due``. ``problem`` says why the
    last one came to nothing; where ``failed`` holds, none is made until a person asks for it.
    """

    instance: str
    received: float
    read: float | None
    attempts: int
    due: float
    problem: str
    failed: bool


@dataclass(frozen=True)
class ArchiveOutage:
    """The archive does not answer: why, since when, after how many attempts, and when it is tried next."""

    problem: str
    since: float
    attempts: int
    next: float


class Spool:
    """The spool in a folder, owned by this process alone; threads may share it.

    Args:
        folder: made where there is none, its parents too.
        reader: what an answer depends on beside its radiograph, such as the model's version and the threshold, as
            text; by another reader, a radiograph that was answered is answered anew.

    Raises:
        UnusableSpool: another process owns it, other users may read it, or it cannot be written.
    """

    def __init__(self, folder: Path, reader: str) -> None:
        self.folder = folder
        self._reader = reader
        self._mutex = threading.Lock()
        with explained(folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _check_private(folder)
            self._owner = _lock(folder)
            # SQLite gives its log the permissions of its file.
            os.close(os.open(folder / DATABASE, os.O_CREAT | os.O_RDWR, 0o600))
            self._connection = connect(folder)
            self._connection.executescript(_SCHEMA)
            self._remove_unknown_files()

    def close(self) -> None:
        """Give the spool up, so that another process may own it."""
        with self._mutex:
            self._connection.close()
            self._owner.close()

    def receive(self, uid: str, data: bytes) -> Receipt:
        """Keep a radiograph until it is answered; it is on the disk by then.

        Args:
            uid: its SOP Instance UID.
            data: the file's bytes.

        Raises:
            UnusableSpool: it was not kept: the disk is full, or fails.
        """
        instance = hashlib.sha256(uid.encode()).hexdigest()
        with explained(self.folder):
            if receipt := self._receipt(instance):
                return receipt
            if shutil.disk_usage(self.folder).free < len(data) + RESERVE:
                raise UnusableSpool(
                    f"The spool {self.folder} is on a disk that is full. Expected {RESERVE // 2**20} MiB to stay "
                    f"free. Nothing more is received until there is room."
                )
            self._write(instance, data)
            now = time.time()
            with self._transaction() as connection:
                connection.execute(
                    "INSERT INTO waiting (instance, received, due) VALUES (?, ?, ?) ON CONFLICT (instance) "
                    "DO UPDATE SET failed = 0, attempts = 0, due = excluded.due, problem = '' WHERE failed",
                    (instance, now, now),
                )
        return Receipt.SPOOLED

    def begin(self, now: float) -> Item | None:
        """Begin an attempt at the radiograph that has been due for longest, None where none is.

        The next attempt is fixed before this one: what ends the process keeps no other radiograph waiting.
        """
        with explained(self.folder):
            while item := self._begin(now):
                if not self._is_answered(item.instance):
                    return item
                # Two associations sent it at once, and the other's was answered meanwhile.
                self.answered(item, now)
            return None

    def next_due(self) -> float | None:
        """Return when an attempt is due next, None where nothing waits."""
        with explained(self.folder), self._mutex:
            (due,) = self._connection.execute("SELECT min(due) FROM waiting WHERE NOT failed").fetchone()
            return due

    def data(self, item: Item) -> bytes:
        """Return the bytes that were received."""
        with explained(self.folder):
            return file_of(self.folder, item.instance).read_bytes()

    def time_of_reading(self, item: Item, now: float) -> float:
        """Return when a radiograph was first read: now, unless an earlier attempt fixed it."""
        with explained(self.folder), self._transaction() as connection:
            connection.execute(
                "UPDATE waiting SET read = coalesce(read, ?) WHERE instance = ?", (now, item.instance)
            )
            row = connection.execute("SELECT read FROM waiting WHERE instance = ?", (item.instance,)).fetchone()
            return now if row is None else float(row[0])

    def answered(self, item: Item, now: float) -> None:
        """Remove a radiograph that was answered, and remember that it was."""
        with explained(self.folder):
            with self._transaction() as connection:
                connection.execute(
                    "INSERT OR IGNORE INTO answered VALUES (?, ?)", (self._answer(item.instance), now)
                )
                connection.execute("DELETE FROM waiting WHERE instance = ?", (item.instance,))
            file_of(self.folder, item.instance).unlink(missing_ok=True)

    def not_tried(self, item: Item) -> None:
        """Take an attempt back that came to nothing through no fault of the radiograph's."""
        with explained(self.folder), self._transaction() as connection:
            connection.execute(
                "UPDATE waiting SET attempts = ?, due = ? WHERE instance = ?",
                (item.attempts, item.due, item.instance),
            )

    def problem(self, item: Item, problem: str, *, failed: bool = False) -> None:
        """Note why an attempt came to nothing; where ``failed``, no other is made by itself."""
        with explained(self.folder), self._transaction() as connection:
            connection.execute(
                "UPDATE waiting SET problem = ?, failed = ? WHERE instance = ?", (problem, failed, item.instance)
            )

    def archive_outage(self, outage: ArchiveOutage | None) -> None:
        """Note that the archive does not answer, or, with None, that it does."""
        with explained(self.folder), self._transaction() as connection:
            connection.execute("DELETE FROM archive")
            if outage:
                connection.execute(
                    "INSERT INTO archive VALUES (1, ?, ?, ?, ?)",
                    (outage.problem, outage.since, outage.attempts, outage.next),
                )

    def _begin(self, now: float) -> Item | None:
        with self._transaction() as connection:
            row = connection.execute(
                f"SELECT {_ITEM} FROM waiting WHERE NOT failed AND due <= ? ORDER BY due, received LIMIT 1", (now,)
            ).fetchone()
            if row is None:
                return None
            item = _item(row)
            connection.execute(
                "UPDATE waiting SET attempts = attempts + 1, due = ? WHERE instance = ?",
                (now + pause(item.attempts), item.instance),
            )
            return item

    def _receipt(self, instance: str) -> Receipt | None:
        """Return what is known of a radiograph, None where it has to be written."""
        if self._is_answered(instance):
            return Receipt.ANSWERED
        with self._mutex:
            held = self._connection.execute(
                "SELECT 1 FROM waiting WHERE instance = ? AND NOT failed", (instance,)
            ).fetchone()
            return Receipt.WAITING if held else None

    def _is_answered(self, instance: str) -> bool:
        with self._mutex:
            return (
                self._connection.execute(
                    "SELECT 1 FROM answered WHERE answer = ?", (self._answer(instance),)
                ).fetchone()
                is not None
            )

    def _answer(self, instance: str) -> str:
        """Return the digest of what an answer depends on."""
        return hashlib.sha256(f"{instance}\n{self._reader}".encode()).hexdigest()

    def _write(self, instance: str, data: bytes) -> None:
        """Write a file that is there whole or not at all, and is on the disk by then."""
        unfinished = self.folder / f"{instance}.{secrets.token_hex(4)}{_UNFINISHED}"
        try:
            with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as handle:
                handle.write(data)
                handle.flush()
                os.fsync(handle.fileno())
            unfinished.rename(file_of(self.folder, instance))
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise
        # The name too: without it the folder might forget a file whose bytes are there (fsync(2)).
        folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _remove_unknown_files(self) -> None:
        """Remove what was half received, never acknowledged, or answered: its row tells, or that there is none."""
        held = {instance for (instance,) in self._connection.execute("SELECT instance FROM waiting")}
        for file in self.folder.iterdir():
            if file.suffix == _UNFINISHED or (file.suffix == _ENDING and file.stem not in held):
                file.unlink()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Begin a transaction; it is on the disk once the block has ended without an error."""
        with self._mutex:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


def file_of(folder: Path, instance: str) -> Path:
    """Return the file that holds a radiograph, named by the SHA-256 of its SOP Instance UID."""
    return folder / f"{instance}{_ENDING}"


def connect(folder: Path) -> sqlite3.Connection:
    """Open a spool's database, whoever owns it; statements are committed one by one."""
    connection = sqlite3.connect(folder / DATABASE, isolation_level=None, check_same_thread=False)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def pause(attempts: int, longest: float = LONGEST_PAUSE) -> float:
    """Return the seconds to wait after so many attempts before this one: 1, 2, 4, ... up to the longest."""
    return min(2.0 ** min(attempts, 32), longest)


def _item(row: tuple) -> Item:
    instance, received, read, attempts, due, problem, failed = row
    return Item(instance, received, read, attempts, due, problem, bool(failed))


def _check_private(folder: Path) -> None:
    found = folder.stat()
    if found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise UnusableSpool(
            f"The spool {folder} holds patients' pictures. Expected a folder that its own user alone may open; "
            f"received mode {found.st_mode & 0o777:o} of user {found.st_uid}. Run the node as that user, "
            f"and chmod 700 the folder."
        )


def _lock(folder: Path) -> IO[str]:
    handle = os.fdopen(os.open(folder / LOCK, os.O_CREAT | os.O_RDWR, 0o600), "r+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        raise UnusableSpool(
            f"The spool {folder} belongs to another node that is running. Expected one owner. "
            f"Stop that one, or name another folder."
        ) from None
    return handle


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turn what the disk or the database says into ``UnusableSpool``."""
    try:
        yield
    except (OSError, sqlite3.Error) as problem:
        raise UnusableSpool(
            f"The spool {folder} cannot be used: {reason(problem)}. Expected a folder on a disk of this machine "
            f"that the node's user may write, with space left. Set it right, or name another."
        ) from problem
