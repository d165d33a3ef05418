"""Where the history is kept, how durably, and how it is explained where it cannot be."""

import stat
from pathlib import Path

import pytest
from sqlalchemy import text

from dashboard.history import database
from dashboard.history.database import (
    UnusableDatabase,
    database_url,
    open_engine,
    read_transaction,
    write_transaction,
)


def test_the_file_is_in_the_projects_history_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LUNGFIELD_DATABASE")
    root = Path(__file__).resolve().parents[3]
    assert database_url() == f"sqlite:///{root}/history/readings.sqlite3"
    assert "/history/" in (root / ".gitignore").read_text().splitlines()
    monkeypatch.setenv("LUNGFIELD_DATABASE", "postgresql://somewhere/else")
    assert database_url() == "postgresql://somewhere/else"


def test_sqlite_flushes_every_commit_and_checks_foreign_keys(own_history: str) -> None:
    engine = open_engine(own_history)
    with read_transaction(engine) as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    # 2 is FULL: https://www.sqlite.org/pragma.html
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_the_folder_is_made_for_its_user_alone(own_history: str) -> None:
    open_engine(own_history)
    folder = Path(own_history.removeprefix("sqlite:///")).parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_transaction_that_fails_leaves_nothing(own_history: str) -> None:
    engine = open_engine(own_history)
    with pytest.raises(ZeroDivisionError), write_transaction(engine) as connection:
        connection.execute(text("CREATE TABLE half (done INTEGER)"))
        connection.execute(text("INSERT INTO half VALUES (1)"))
        raise ZeroDivisionError
    with read_transaction(engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM sqlite_master")).scalar() == 0


def test_a_reader_does_not_wait_for_a_writer(own_history: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_PRAGMAS", ("busy_timeout = 0", *database._PRAGMAS[1:]))
    engine = open_engine(own_history)
    with write_transaction(engine) as writer:
        writer.execute(text("CREATE TABLE half (done INTEGER)"))
        with read_transaction(engine) as reader:
            assert reader.execute(text("SELECT count(*) FROM sqlite_master")).scalar() == 0
        with pytest.raises(UnusableDatabase, match="database is locked"), write_transaction(engine):
            pytest.fail("expected one writer at a time")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("readings.sqlite3", "expected a URL such as sqlite:////srv/.*; received something else .ArgumentError."),
        ("nosuch://host/name", "received something else .NoSuchModuleError."),
        ("mysql://host/name", "received one for mysql, where rows could be changed afterwards"),
        ("sqlite://", "received one in memory, which would keep nothing. Name a file."),
        ("sqlite:///:memory:", "received one in memory"),
        ("postgresql+asyncpg://me:secret@host/name", "expected the driver 'asyncpg', which is not installed"),
    ],
)
def test_a_url_that_is_of_no_use_is_explained(url: str, message: str) -> None:
    with pytest.raises(UnusableDatabase, match=message) as problem:
        open_engine(url)
    assert "secret" not in str(problem.value)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UnusableDatabase, match="file/deep: expected a folder for the history; it cannot be made"):
        open_engine(f"sqlite:///{tmp_path}/file/deep/readings.sqlite3")


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "readings.sqlite3").write_bytes(b"these are words, and no database" * 40)
    engine = open_engine(f"sqlite:///{tmp_path}/readings.sqlite3")
    with (
        pytest.raises(UnusableDatabase, match=r"readings.sqlite3 cannot be used: file is not a database. Expected"),
        read_transaction(engine),
    ):
        pytest.fail("expected no connection")
