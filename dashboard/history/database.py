"""A database whose confirmed writes survive: SQLite in WAL mode, or PostgreSQL.

SQLite's file belongs on a disk of the machine itself: its log is shared memory, which a network folder is not.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from dashboard.history.sqlite_file import FileGone, SqliteFile

VARIABLE = "LUNGFIELD_DATABASE"
_ROOT = Path(__file__).resolve().parents[2]
# An installed package keeps nothing among its own files, which the next version replaces.
_HOME = _ROOT if (_ROOT / "pyproject.toml").exists() else Path.home() / ".local" / "share" / "lungfield"
DEFAULT_FILE = _HOME / "history" / "readings.sqlite3"
BUSY_MILLISECONDS = 30_000
"""How long a writer of SQLite waits for another: a write takes milliseconds, a slow disk's seconds."""
DIALECTS = ("sqlite", "postgresql")

_PRAGMAS = (
    f"busy_timeout = {BUSY_MILLISECONDS}",
    # Readers and a writer do not wait for each other, and a commit costs one flush.
    "journal_mode = WAL",
    # NORMAL would lose confirmed commits with the machine's power (sqlite.org/wal.html, "Performance").
    "synchronous = FULL",
    # On macOS alone: there fsync leaves the data in the disk's own cache.
    "fullfsync = ON",
    "foreign_keys = ON",
)


class UnusableDatabase(RuntimeError):
    """The database cannot be opened, read or written; the message says which, why and what to do."""


def database_url() -> str:
    """Return the URL in the environment variable ``LUNGFIELD_DATABASE``, else the default file's."""
    return os.environ.get(VARIABLE) or f"sqlite:///{DEFAULT_FILE}"


def open_engine(url: str) -> Engine:
    """Open a database; a file of SQLite is made with its folder where there is none.

    Raises:
        UnusableDatabase: not a URL, no file or server that keeps anything, or no driver for it.
    """
    address = _address(url)
    if address.get_backend_name() == "sqlite":
        _make_folder(address)
    try:
        # A connection that the server has dropped meanwhile is replaced before it is used.
        engine = create_engine(address, pool_pre_ping=True)
    except ModuleNotFoundError as problem:
        raise UnusableDatabase(
            f"{address.render_as_string()}: expected the driver '{problem.name}', which is not installed. "
            f"Install it into .venv, for PostgreSQL with pip install 'psycopg[binary]'."
        ) from problem
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
        SqliteFile(Path(str(address.database))).watch(engine)
    event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def write_transaction(engine: Engine) -> Iterator[Connection]:
    """Begin a transaction that writes; it is durable once the block has ended without an error."""
    with _explained(engine), engine.execution_options(lungfield_writes=True).connect() as connection:
        with connection.begin():
            yield connection
        SqliteFile.check(connection.connection.info)


@contextmanager
def read_transaction(engine: Engine) -> Iterator[Connection]:
    """Begin a transaction that only reads, and keeps no writer waiting."""
    with _explained(engine), engine.begin() as connection:
        yield connection


@contextmanager
def _explained(engine: Engine) -> Iterator[None]:
    try:
        yield
    except FileGone as problem:
        raise UnusableDatabase(
            f"The history at {engine.url.render_as_string()} is gone: expected the file that was opened; it was "
            f"removed, moved or replaced. Nothing was confirmed as saved. Put it back and save again, or restart "
            f"the dashboard to begin another."
        ) from problem
    # What SQLite says of a damaged file quotes it, and need be no text.
    except (SQLAlchemyError, sqlite3.Error, UnicodeDecodeError) as problem:
        reason = str(getattr(problem, "orig", None) or problem).strip().partition("\n")[0]
        raise UnusableDatabase(
            # Without the password, which the URL's rendering hides.
            f"The history at {engine.url.render_as_string()} cannot be used: {reason}. Expected a database that "
            f"this user may write, with space left. Nothing was confirmed as saved. Set it right and save again, "
            f"or name another in {VARIABLE}."
        ) from problem


def check_intact(connection: Connection) -> None:
    """Refuse a file of SQLite that is damaged, or whose rows break the rules of their table.

    One pass over the file (sqlite.org/pragma.html, ``quick_check``); PostgreSQL keeps its own checksums.

    Raises:
        UnusableDatabase: it is.
    """
    if connection.dialect.name == "sqlite":
        found = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar())
        if found != "ok":
            raise damaged(connection.engine, found)


def damaged(engine: Engine, why: str) -> UnusableDatabase:
    """Return the error for a database that holds what no Lungfield wrote."""
    return UnusableDatabase(
        f"The history at {engine.url.render_as_string()} is damaged: {why}. Expected it as it was kept. Restore it "
        f"from a backup, or name another in {VARIABLE}."
    )


def _address(url: str) -> URL:
    expected = (
        f"{VARIABLE}: expected a URL such as sqlite:////srv/lungfield/readings.sqlite3 or postgresql://host/name"
    )
    try:
        address = make_url(url)
        backend = address.get_backend_name()
        address.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError) as problem:
        raise UnusableDatabase(f"{expected}; received something else ({type(problem).__name__}).") from problem
    if backend not in DIALECTS:
        raise UnusableDatabase(f"{expected}; received one for {backend}, where rows could be changed afterwards.")
    if backend == "sqlite" and address.database in {None, "", ":memory:"}:
        raise UnusableDatabase(f"{expected}; received one in memory, which would keep nothing. Name a file.")
    return address


def _make_folder(address: URL) -> None:
    folder = Path(str(address.database)).parent
    try:
        # For the dashboard's own user: what is kept concerns patients, if only by a digest.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise UnusableDatabase(
            f"{folder}: expected a folder for the history; it cannot be made ({problem.strerror}). "
            f"Name another in {VARIABLE}."
        ) from problem


def _configure_sqlite(connection: sqlite3.Connection, _: object) -> None:
    # Python's own BEGIN comes late and never before DDL; _begin does it instead.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("lungfield_writes", False)
    if connection.dialect.name == "sqlite":
        # A writer that began as a reader could not wait for another; it would fail at once.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
    elif writes:
        # Whatever the server's default: a confirmed reading is on its disk.
        connection.exec_driver_sql("SET LOCAL synchronous_commit = on")
