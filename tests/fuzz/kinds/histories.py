"""Files of the history's database."""

import sqlite3
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from random import Random

from dashboard.history.database import UnusableDatabase
from dashboard.history.store import InvalidReading, Search, open_history
from tests.fuzz.kinds.kind import Kind
from tests.readings import result

FILE = "readings.sqlite3"
VALUES = (
    *(None, 0, 1, -1, 2, 0.5, 1e308, float("inf"), 2**62),
    *("", "normal", "review", "abc", "2026-01-01", b"\xff\xfe", "a" * 64),
)
SCHEMA = (
    "DROP TABLE readings",
    "DROP TABLE schema_version",
    "DELETE FROM schema_version",
    "UPDATE schema_version SET version = 99 WHERE version = 3",
    "UPDATE schema_version SET version = 'abc' WHERE version = 3",
    "INSERT INTO schema_version VALUES (-5, 'yesterday')",
    "ALTER TABLE readings RENAME COLUMN digest TO sum",
    "ALTER TABLE readings RENAME TO others",
    "CREATE VIEW more AS SELECT 1",
    "PRAGMA user_version = 7",
)


def opened(data: bytes, folder: Path) -> Iterable[str]:
    """Open a history, list its readings, and add one."""
    (folder / FILE).write_bytes(data)
    history = open_history(f"sqlite:///{folder / FILE}")
    try:
        history.readings(Search(digest="a", reader_finding="none"))
        for reading in history.readings(Search())[:3]:
            history.correct(reading.id, reader_finding="normal", comment="corrected")
        history.record(result(), comment="by chance")
    finally:
        history._engine.dispose()
    return ()


@cache
def whole() -> list[bytes]:
    """Return an empty database, one without readings and one with some."""
    return [b"", _database([]), _database(["normal", None, "unsure"])]


def _database(findings: list[str | None]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / FILE
        history = open_history(f"sqlite:///{file}")
        for finding in findings:
            history.record(result(), reader_finding=finding, comment="a comment")
        history._engine.dispose()
        return file.read_bytes()


def made(random: Random) -> bytes:
    """Edit a database past its own rules: a cell, or its tables."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / FILE
        file.write_bytes(whole()[2])
        connection = sqlite3.connect(file, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = MEMORY")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA ignore_check_constraints = ON")
            if random.random() < 0.5:
                connection.execute(random.choice(SCHEMA))
            else:
                connection.execute("DROP TRIGGER readings_no_update")
                columns = [row[1] for row in connection.execute("PRAGMA table_info(readings)")]
                changed = random.choice(columns)
                values = (random.choice(VALUES), random.randint(1, 3))
                connection.execute(f"UPDATE readings SET {changed} = ? WHERE id = ?", values)
        except (sqlite3.Error, OverflowError):
            # SQLite keeps some rules whatever it is told.
            pass
        finally:
            connection.close()
        return file.read_bytes()


KIND = Kind("history", opened, (UnusableDatabase, InvalidReading), whole, made, 0.01)
