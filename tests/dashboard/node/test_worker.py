import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashboard.history.database import UnusableDatabase
from dashboard.node.answers import Answer
from dashboard.node.archive.storage import ArchiveAway, ArchiveRefused
from dashboard.node.spool import Spool
from dashboard.node.status import read_status
from dashboard.node.worker import LONGEST_OUTAGE_PAUSE, Worker
from dashboard.reports.dicom import UnusableSource
from model.io.errors import UnreadableRadiograph
from tests.dashboard.node.test_spool import files
from tests.readings import result

ANSWER = Answer((b"a report",), (result(),))


class Clock:
    """A clock that a test sets."""

    now = 1e10

    def __call__(self) -> float:
        return self.now


class Bench:
    """A worker whose reading and whose archive do what a test says."""

    def __init__(self, folder: Path) -> None:
        self.spool = Spool(folder / "spool", "1.0.0")
        self.clock = Clock()
        self.read: list[tuple[bytes, float]] = []
        self.delivered: list[Answer] = []
        self.reading: Callable[[], Answer] = lambda: ANSWER
        self.archive: Callable[[], None] = lambda: None
        self.worker = self.new_worker()

    def new_worker(self) -> Worker:
        return Worker(self.spool, self._answer, self._deliver, self.clock)

    def _answer(self, data: bytes, moment: float) -> Answer:
        self.read.append((data, moment))
        return self.reading()

    def _deliver(self, answer: Answer) -> None:
        self.archive()
        self.delivered.append(answer)


def raising(problem: BaseException) -> Callable[[], Any]:
    """Return a call that fails."""

    def fail() -> Any:
        raise problem

    return fail


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path)
    made.spool.receive("1", b"first")
    return made


def test_an_answer_is_delivered_and_the_radiograph_removed(bench: Bench) -> None:
    assert bench.worker.work()
    assert bench.read == [(b"first", 1e10)]
    assert bench.delivered == [ANSWER]
    assert files(bench.spool.folder) == []
    assert not bench.worker.work()


@pytest.mark.parametrize("problem", [UnreadableRadiograph("It is damaged."), UnusableSource("It lacks a UID.")])
def test_what_cannot_be_read_fails_at_once_and_keeps_no_other_waiting(bench: Bench, problem: Exception) -> None:
    bench.reading = raising(problem)
    bench.worker.work()
    bench.reading = lambda: ANSWER
    bench.spool.receive("2", b"second")
    bench.worker.work()
    found = read_status(bench.spool.folder, bench.clock.now)
    assert (found.failed, found.waiting, found.problems) == (1, 0, {str(problem): 1})
    assert bench.delivered == [ANSWER]
    assert len(files(bench.spool.folder)) == 1


def test_while_the_archive_is_away_everything_is_kept_and_pauses_grow(bench: Bench) -> None:
    bench.archive = raising(ArchiveAway("PACS does not answer."))
    pauses = []
    for attempt in range(1, 12):
        assert bench.worker._wait() == 0
        bench.worker.work()
        outage = read_status(bench.spool.folder).outage
        assert outage
        assert (outage.problem, outage.since, outage.attempts) == ("PACS does not answer.", 1e10, attempt)
        assert bench.worker._wait() > 0
        pauses.append(outage.next - bench.clock.now)
        bench.clock.now = outage.next
    assert pauses[:4] == [1, 2, 4, 8]
    assert pauses[-1] == LONGEST_OUTAGE_PAUSE
    bench.archive = lambda: None
    bench.worker.work()
    assert bench.delivered == [ANSWER]
    assert read_status(bench.spool.folder).outage is None
    # The time that the answer states was fixed when it was first made.
    assert {moment for _, moment in bench.read} == {1e10}


def test_after_an_outage_nothing_waits_for_its_own_pause(bench: Bench) -> None:
    bench.archive = raising(ArchiveAway("PACS does not answer."))
    for _ in range(10):
        bench.worker.work()
        bench.clock.now += LONGEST_OUTAGE_PAUSE
    bench.archive = lambda: None
    bench.spool.receive("2", b"second")
    bench.worker.work()
    bench.worker.work()
    assert [data for data, _ in bench.read[-2:]] == [b"first", b"second"]
    assert len(bench.delivered) == 2


@pytest.mark.parametrize(
    "problem", [ArchiveRefused("PACS takes no SR."), UnusableDatabase("The history cannot be used.")]
)
def test_a_refused_answer_is_tried_later_and_keeps_no_other_waiting(bench: Bench, problem: Exception) -> None:
    bench.archive = raising(problem)
    bench.worker.work()
    bench.archive = lambda: None
    bench.spool.receive("2", b"second")
    bench.worker.work()
    assert [data for data, _ in bench.read] == [b"first", b"second"]
    assert read_status(bench.spool.folder).problems == {str(problem): 1}
    assert bench.worker._wait() > 0
    bench.clock.now += 1
    bench.worker.work()
    assert files(bench.spool.folder) == []


def test_an_unforeseen_error_is_logged_and_the_radiograph_kept(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.reading = raising(ZeroDivisionError("division by zero"))
    bench.worker.work()
    (problem,) = read_status(bench.spool.folder).problems
    assert problem == "An unexpected error, ZeroDivisionError; the node's log has more."
    assert "An attempt ended in an unexpected error." in caplog.text
    assert len(files(bench.spool.folder)) == 1


def test_what_ends_the_process_does_not_come_first_again(bench: Bench) -> None:
    class Ended(BaseException):
        pass

    bench.reading = raising(Ended())
    with pytest.raises(Ended):
        bench.worker.work()
    bench.spool.receive("2", b"second")
    bench.reading = lambda: ANSWER
    bench.worker = bench.new_worker()
    bench.worker.work()
    assert [data for data, _ in bench.read] == [b"first", b"second"]


def test_it_waits_for_news_and_ends_when_told(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", "1.0.0")
    delivered = threading.Event()
    worker = Worker(spool, lambda *_: ANSWER, lambda _: delivered.set())
    thread = threading.Thread(target=worker.run)
    thread.start()
    spool.receive("1", b"first")
    worker.notice()
    assert delivered.wait(5)
    worker.stop()
    thread.join(10)
    assert not thread.is_alive()
