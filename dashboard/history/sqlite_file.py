"""Tell whether a connection of SQLite still writes to the file at its path.

A file that is removed or replaced stays open under its connections: what they write then is lost with them.
"""

from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError

_INFO = "lungfield_file"


class FileGone(RuntimeError):
    """The file at the path is missing, or another than the one that was opened."""


class SqliteFile:
    """The file of a history, followed over the connections of its engine."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._opened = False

    def watch(self, engine: Engine) -> None:
        """Check the file before a connection is made, once it is there, and before it is used."""
        event.listen(engine, "do_connect", self._before_connecting)
        event.listen(engine, "connect", self._connected)
        event.listen(engine, "checkout", self._before_use)

    @staticmethod
    def check(info: MutableMapping[Any, Any] | None) -> None:
        """Raise ``FileGone`` where a connection's file is no longer the one at its path; ``info`` is its own."""
        opened = (info or {}).get(_INFO)
        if opened is not None and _identity(opened[0]) != opened[1]:
            raise FileGone

    def _before_connecting(self, *_: object) -> None:
        # SQLite would make an empty file, and the history would begin anew unnoticed.
        if self._opened and _identity(self.path) is None:
            raise FileGone

    def _connected(self, _: object, record: Any) -> None:
        record.info[_INFO] = (self.path, _identity(self.path))
        self._opened = True

    def _before_use(self, _: object, record: Any, __: object) -> None:
        path, opened = record.info[_INFO]
        if (present := _identity(path)) is None:
            raise FileGone
        if present != opened:
            # A backup was put in its place: SQLAlchemy connects anew, to that.
            raise DisconnectionError


def _identity(path: Path) -> tuple[int, int] | None:
    """Return the device and the number of a file there, or None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
