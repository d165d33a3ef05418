import hashlib
import itertools
import os
import shutil
import sqlite3
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashboard.node import spool as module
from dashboard.node.spool import DATABASE, RESERVE, ArchiveOutage, Item, Receipt, Spool, UnusableSpool, pause

READER = "1.0.0 abc 0.9"


class Killed(BaseException):
    """The end of the process, as far as a test can bring it about."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "spool"


_LATER = itertools.count(10**10, 10**5)
"""Moments at which everything is due, whatever was tried before."""


def begun(spool: Spool, now: float | None = None) -> Item:
    """Begin the attempt that is due first, and return its radiograph."""
    item = spool.begin(next(_LATER) if now is None else now)
    assert item
    return item


def files(folder: Path) -> list[str]:
    """Return the names of the radiographs in a spool."""
    return sorted(file.name for file in folder.iterdir() if file.suffix in {".dcm", ".part"})


def test_what_is_received_is_given_out_as_it_came(folder: Path) -> None:
    spool = Spool(folder, READER)
    assert spool.receive("1.2.3", b"bytes") is Receipt.SPOOLED
    item = begun(spool)
    assert item.instance == hashlib.sha256(b"1.2.3").hexdigest()
    assert spool.data(item) == b"bytes"


def test_an_answered_radiograph_is_gone(folder: Path) -> None:
    spool = Spool(folder, READER)
    spool.receive("1.2.3", b"bytes")
    spool.answered(begun(spool), 5.0)
    assert files(folder) == []
    assert spool.begin(1e12) is None
    assert b"1.2.3" not in b"".join(file.read_bytes() for file in folder.iterdir())


def test_what_is_sent_again_is_kept_once(folder: Path) -> None:
    spool = Spool(folder, READER)
    assert spool.receive("1.2.3", b"bytes") is Receipt.SPOOLED
    assert spool.receive("1.2.3", b"bytes") is Receipt.WAITING
    spool.answered(begun(spool), 5.0)
    assert spool.receive("1.2.3", b"in another transfer syntax") is Receipt.ANSWERED
    assert files(folder) == []


def test_another_reader_answers_anew(folder: Path) -> None:
    spool = Spool(folder, READER)
    spool.receive("1.2.3", b"bytes")
    spool.answered(begun(spool), 5.0)
    spool.close()
    assert Spool(folder, "1.0.0 abc 0.8").receive("1.2.3", b"bytes") is Receipt.SPOOLED


def test_the_next_owner_goes_on(folder: Path) -> None:
    spool = Spool(folder, READER)
    spool.receive("1.2.3", b"bytes")
    first = spool.time_of_reading(begun(spool), 7.0)
    spool.close()
    spool = Spool(folder, READER)
    item = begun(spool)
    assert (spool.data(item), item.attempts, item.read) == (b"bytes", 1, 7.0)
    # An answer that is made again states the same time, and so is the same object.
    assert spool.time_of_reading(item, 9.0) == first == 7.0


def test_a_second_owner_is_refused(folder: Path) -> None:
    spool = Spool(folder, READER)
    with pytest.raises(UnusableSpool, match="belongs to another node that is running"):
        Spool(folder, READER)
    spool.close()
    Spool(folder, READER).close()


def test_its_own_user_alone_reads_it(folder: Path) -> None:
    before = os.umask(0)
    try:
        spool = Spool(folder, READER)
        spool.receive("1.2.3", b"bytes")
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert len(modes) >= 4
    assert set(modes.values()) == {0o600}


def test_a_folder_that_others_may_open_is_refused(folder: Path) -> None:
    folder.mkdir(mode=0o755)
    with pytest.raises(UnusableSpool, match=r"mode 755 of user .* chmod 700 the folder"):
        Spool(folder, READER)


def test_a_full_disk_is_told_and_nothing_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(folder, READER)
    usage = shutil.disk_usage(folder)._replace(free=RESERVE)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(UnusableSpool, match="on a disk that is full"):
        spool.receive("1.2.3", b"bytes")
    assert files(folder) == []


def test_a_failing_disk_is_told_and_nothing_left(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> None:
        raise OSError(5, "Input/output error")

    spool = Spool(folder, READER)
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(UnusableSpool, match=r"cannot be used: .*Input/output error"):
        spool.receive("1.2.3", b"bytes")
    assert files(folder) == []


def test_receipt_comes_after_file_folder_and_row_are_flushed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(folder, READER)
    steps: list[str] = []
    fsync, rename = os.fsync, Path.rename

    def flushed(handle: int) -> None:
        steps.append("flush folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "flush file")
        fsync(handle)

    def renamed(self: Path, target: Path) -> Path:
        steps.append("rename")
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", flushed)
    monkeypatch.setattr(Path, "rename", renamed)
    spool._connection.set_trace_callback(lambda statement: steps.append(statement.split()[0]))
    spool.receive("1.2.3", b"bytes")
    assert steps == ["SELECT", "SELECT", "flush file", "rename", "flush folder", "BEGIN", "INSERT", "COMMIT"]
    spool._connection.set_trace_callback(None)
    assert spool._connection.execute("PRAGMA synchronous").fetchone() == (2,)


def killing(count: int, call: Callable[..., Any]) -> Callable[..., Any]:
    """Return a call that ends the process in its place, at the time that it is called so often."""
    left = [count]

    def called(*arguments: Any, **options: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            raise Killed
        return call(*arguments, **options)

    return called


STEPS = [(os, "open", 1), (os, "fsync", 1), (Path, "rename", 1), (os, "open", 2), (os, "fsync", 2)]


@pytest.mark.parametrize(("owner", "name", "count"), STEPS)
def test_killed_while_receiving_it_acknowledges_nothing_and_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, count: int
) -> None:
    spool = Spool(folder, READER)
    with monkeypatch.context() as patched:
        patched.setattr(owner, name, killing(count, getattr(owner, name)))
        with pytest.raises(Killed):
            spool.receive("1.2.3", b"bytes")
    spool.close()
    spool = Spool(folder, READER)
    assert files(folder) == []
    assert spool.begin(1e12) is None
    assert spool.receive("1.2.3", b"bytes") is Receipt.SPOOLED


def kill_while_answering(folder: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
    """Receive a radiograph, and end the process where its answer is noted or its file removed."""
    spool = Spool(folder, READER)
    spool.receive("1.2.3", b"bytes")
    item = begun(spool)
    with monkeypatch.context() as patched:
        patched.setattr(owner, name, killing(1, getattr(owner, name)))
        with pytest.raises(Killed):
            spool.answered(item, 5.0)
    spool.close()


def test_killed_before_the_row_of_an_answer_it_is_answered_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kill_while_answering(folder, monkeypatch, Spool, "_answer")
    spool = Spool(folder, READER)
    assert spool.data(begun(spool)) == b"bytes"


def test_killed_before_an_answered_file_is_removed_it_is_removed_later(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kill_while_answering(folder, monkeypatch, Path, "unlink")
    assert len(files(folder)) == 1
    spool = Spool(folder, READER)
    assert files(folder) == []
    assert spool.begin(1e12) is None


def test_two_associations_that_send_one_radiograph_have_it_answered_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(folder, READER)
    write = Spool._write

    def late(self: Spool, instance: str, data: bytes) -> None:
        # The other's was received, read and answered meanwhile.
        monkeypatch.setattr(Spool, "_write", write)
        self.receive("1.2.3", data)
        self.answered(begun(self), 5.0)
        write(self, instance, data)

    monkeypatch.setattr(Spool, "_write", late)
    assert spool.receive("1.2.3", b"bytes") is Receipt.SPOOLED
    assert spool.begin(1e12) is None
    assert files(folder) == []


def test_the_oldest_comes_first_and_one_that_was_tried_later(folder: Path) -> None:
    spool = Spool(folder, READER)
    for uid in ("1", "2", "3"):
        spool.receive(uid, uid.encode())
    assert [spool.data(begun(spool)) for _ in range(3)] == [b"1", b"2", b"3"]


def test_attempts_at_one_radiograph_come_later_and_later(folder: Path) -> None:
    spool = Spool(folder, READER)
    spool.receive("1.2.3", b"bytes")
    now, waits = 1e10, []
    for _ in range(14):
        item = begun(spool, now)
        spool.problem(item, "The archive did not store it.")
        due = spool.next_due()
        assert due
        assert spool.begin(now) is None
        waits.append(due - now)
        now = due
    assert waits[:4] == [1, 2, 4, 8]
    assert waits[-1] == pause(99) == 3600


def test_an_attempt_that_is_taken_back_is_due_at_once(folder: Path) -> None:
    spool = Spool(folder, READER)
    spool.receive("1.2.3", b"bytes")
    item = begun(spool)
    spool.not_tried(item)
    assert begun(spool) == item


def test_what_failed_waits_for_a_person_or_for_its_sender(folder: Path) -> None:
    spool = Spool(folder, READER)
    spool.receive("1.2.3", b"damaged")
    spool.problem(begun(spool), "It is damaged.", failed=True)
    assert spool.begin(1e12) is None
    assert spool.next_due() is None
    assert spool.receive("1.2.3", b"whole") is Receipt.SPOOLED
    item = begun(spool)
    assert (spool.data(item), item.attempts, item.problem) == (b"whole", 0, "")


def test_an_outage_is_noted_until_it_ends(folder: Path) -> None:
    spool = Spool(folder, READER)
    for attempts in (1, 2):
        spool.archive_outage(ArchiveOutage("away", 1.0, attempts, 9.0))
    noted = spool._connection.execute("SELECT problem, attempts FROM archive").fetchall()
    assert noted == [("away", 2)]
    spool.archive_outage(None)
    assert spool._connection.execute("SELECT count(*) FROM archive").fetchone() == (0,)


def test_threads_share_it(folder: Path) -> None:
    spool = Spool(folder, READER)
    threads = [
        threading.Thread(target=lambda at=at: [spool.receive(f"{at}.{n}", b"x") for n in range(10)])
        for at in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(files(folder)) == 40
    assert spool._connection.execute("SELECT count(*) FROM waiting").fetchone() == (40,)


def test_a_damaged_database_is_told(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    (folder / DATABASE).write_bytes(b"no database" * 1000)
    with pytest.raises(UnusableSpool, match=r"cannot be used: file is not a database\. Expected a folder"):
        Spool(folder, READER)


def test_a_database_that_is_locked_too_long_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PRAGMAS", ("busy_timeout = 10", *module._PRAGMAS[1:]))
    spool = Spool(folder, READER)
    other = sqlite3.connect(folder / DATABASE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(UnusableSpool, match="database is locked"):
        spool.receive("1.2.3", b"bytes")
