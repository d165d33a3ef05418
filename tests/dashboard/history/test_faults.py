"""A disk or a file that fails while readings are saved: the page says so, and what was not saved is saved again."""

import os
import resource
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from streamlit.testing.v1 import AppTest

from dashboard.history import database, store
from dashboard.history.database import UnusableDatabase
from dashboard.history.store import History, Search, open_history
from dashboard.shared.formatting import escape_markdown
from tests.dashboard.pages import is_result_shown, open_sample, press
from tests.readings import RESULT

NOBODY = 65534
SAMPLE = "Normal 1"


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


@contextmanager
def full_disk(file: Path) -> Iterator[None]:
    """Have every file refuse to grow, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def folder_moved(file: Path) -> Iterator[None]:
    away = file.parent.rename(file.parent.with_name("away"))
    yield
    away.rename(file.parent)


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Have another program write and not end."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "message"),
    [(full_disk, "with space left"), (folder_moved, "is gone"), (locked, "database is locked")],
)
def test_what_could_not_be_saved_says_so_and_is_saved_again(
    app: AppTest, own_history: str, monkeypatch: pytest.MonkeyPatch, fault: type, message: str
) -> None:
    monkeypatch.setattr(database, "_PRAGMAS", ("busy_timeout = 100", *database._PRAGMAS[1:]))
    kept = open_history(own_history)
    open_sample(app, SAMPLE)
    press(app, "Save reading")
    app.session_state["threshold"] = 0.25
    app.run()
    with fault(file_of(own_history)):
        press(app, "Save reading")
    assert is_result_shown(app)
    assert not app.success
    assert escape_markdown(message) in app.error[0].value
    assert "save again" in app.error[0].value
    press(app, "Save reading")
    assert not app.error
    assert [success.value for success in app.success] == ["Saved as number 2. Your reading: none given."]
    assert [row.id for row in kept.readings()] == [2, 1]


@pytest.fixture
def read_only_history() -> Iterator[str]:
    """Yield the URL of a history in a folder that this user may read alone; root becomes nobody meanwhile."""
    folder = Path(tempfile.mkdtemp())
    url = f"sqlite:///{folder / 'readings.sqlite3'}"
    open_history(url).record(RESULT)
    (folder / "readings.sqlite3").chmod(0o444)
    folder.chmod(0o555)
    user = os.geteuid()
    os.seteuid(user or NOBODY)
    yield url
    os.seteuid(user)
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_folder_that_may_only_be_read_is_named(read_only_history: str) -> None:
    with pytest.raises(UnusableDatabase, match=r"cannot be used: .*Expected a database that this user may write"):
        open_history(read_only_history).record(RESULT)


def test_a_file_that_is_removed_while_a_reading_is_written_confirms_nothing(
    own_history: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    history, append = open_history(own_history), store._append

    def append_and_remove(*arguments: object) -> int:
        file_of(own_history).unlink()
        return append(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "_append", append_and_remove)
    with pytest.raises(UnusableDatabase, match="is gone"):
        history.record(RESULT)
    # No empty history takes its place either.
    with pytest.raises(UnusableDatabase, match="is gone"):
        history.readings()
    assert not file_of(own_history).exists()


def test_a_backup_in_its_place_is_gone_on_with(own_history: str, tmp_path: Path) -> None:
    history, file = open_history(own_history), file_of(own_history)
    history.record(RESULT, comment="in the backup")
    with sqlite3.connect(file) as source, sqlite3.connect(tmp_path / "backup") as copy:
        source.backup(copy)
    source.close()
    copy.close()
    history.record(RESULT, comment="after it")
    shutil.rmtree(file.parent)
    file.parent.mkdir()
    (tmp_path / "backup").rename(file)
    history.record(RESULT, comment="on the backup")
    assert [row.comment for row in open_history(own_history).readings()] == ["on the backup", "in the backup"]


@pytest.mark.slow
def test_a_save_whose_answer_was_lost_is_kept_once(
    app: AppTest, own_history: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = History.record

    def record_and_lose_the_answer(self: History, *arguments: object, **named: object) -> int:
        record(self, *arguments, **named)  # type: ignore[arg-type]
        with database._explained(self._engine):
            raise OperationalError("COMMIT", None, OSError("server closed the connection"))
        return 0

    open_sample(app, SAMPLE)
    monkeypatch.setattr(History, "record", record_and_lose_the_answer)
    press(app, "Save reading")
    assert not app.success
    assert "Nothing was confirmed as saved" in app.error[0].value
    monkeypatch.setattr(History, "record", record)
    press(app, "Save reading")
    assert [success.value for success in app.success] == ["Saved as number 1. Your reading: none given."]
    assert len(open_history(own_history).readings()) == 1


def test_a_clock_that_is_set_back_changes_no_order(history: History) -> None:
    now = datetime.now(UTC)
    first = history.record(RESULT, moment=now)
    corrected = history.correct(first, reader_finding="normal", comment="", moment=now - timedelta(days=400))
    last = history.record(RESULT, moment=now - timedelta(days=800))
    assert [row.id for row in history.readings()] == [last, corrected]
    assert [row.id for row in history.readings(Search(current=False))] == [last, corrected, first]
