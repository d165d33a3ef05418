"""The working side of the node: takes radiographs from the spool, reads them and has the answers stored."""

import logging
import threading
import time
from collections.abc import Callable

from dashboard.history.database import UnusableDatabase
from dashboard.node.answers import Answer
from dashboard.node.archive.storage import ArchiveAway, ArchiveRefused
from dashboard.node.delivery import Delivery
from dashboard.node.spool import ArchiveOutage, Item, Spool, UnusableSpool, pause
from dashboard.reports.dicom import UnusableSource
from model.io.errors import UnreadableRadiograph

LONGEST_OUTAGE_PAUSE = 300.0
"""Seconds between two attempts to reach the archive."""
IDLE_SECONDS = 5.0
"""How long a person waits at most for what was given back to the spool by another process."""

_LOG = logging.getLogger(__name__)

Answering = Callable[[bytes, float], Answer]


class Worker:
    """One radiograph after another, oldest first, until it is stopped.

    Args:
        spool: where they wait.
        answering: makes a file's answer, as ``Answerer.answer``.
        deliver: brings it to the archive, or to the history.
        clock: seconds since 1970, UTC.
    """

    def __init__(
        self, spool: Spool, answering: Answering, deliver: Delivery, clock: Callable[[], float] = time.time
    ) -> None:
        self._spool = spool
        self._answering = answering
        self._deliver = deliver
        self._clock = clock
        self._outage: ArchiveOutage | None = None
        self._news = threading.Event()
        self._stopped = False

    def notice(self) -> None:
        """Let the worker know, from any thread, that something waits."""
        self._news.set()

    def stop(self) -> None:
        """Let the worker end after the radiograph at hand."""
        self._stopped = True
        self._news.set()

    def run(self) -> None:
        """Work until stopped."""
        self._spool.archive_outage(None)
        while not self._stopped:
            self._news.clear()
            if seconds := self._wait():
                self._news.wait(seconds)
            else:
                self.work()

    def work(self) -> bool:
        """Make one attempt at the radiograph that is due, and return whether one was."""
        item = None
        try:
            if item := self._spool.begin(self._clock()):
                self._attempt(item)
        except UnusableSpool as problem:
            # Whoever reads the log can mend it; what waits is safe meanwhile.
            _LOG.error("%s", problem)
            time.sleep(IDLE_SECONDS)
        return item is not None

    def _wait(self) -> float:
        """Return the seconds until something is to be done, 0 where it is now."""
        now = self._clock()
        try:
            due = self._spool.next_due()
        except UnusableSpool as problem:
            _LOG.error("%s", problem)
            return IDLE_SECONDS
        if due is None:
            return IDLE_SECONDS
        # New radiographs do not bring an archive back any sooner.
        moment = max(due, self._outage.next) if self._outage else due
        return min(max(moment - now, 0.0), IDLE_SECONDS)

    def _attempt(self, item: Item) -> None:
        try:
            moment = self._spool.time_of_reading(item, self._clock())
            self._deliver(self._answering(self._spool.data(item), moment))
        except (UnreadableRadiograph, UnusableSource) as problem:
            _LOG.warning("A radiograph failed: %s", problem)
            self._spool.problem(item, str(problem), failed=True)
        except ArchiveAway as problem:
            self._spool.not_tried(item)
            self._note_outage(str(problem))
        except (ArchiveRefused, UnusableDatabase) as problem:
            _LOG.warning("An answer was not taken: %s", problem)
            self._spool.problem(item, str(problem))
            self._end_outage()
        except UnusableSpool:
            raise
        except Exception as problem:
            # Of a kind that nobody foresaw: the others go on, and this one is tried again, later and later.
            _LOG.exception("An attempt ended in an unexpected error.")
            self._spool.problem(item, f"An unexpected error, {type(problem).__name__}; the node's log has more.")
        else:
            self._spool.answered(item, self._clock())
            self._end_outage()

    def _note_outage(self, problem: str) -> None:
        now, last = self._clock(), self._outage
        attempts = last.attempts if last else 0
        seconds = pause(attempts, LONGEST_OUTAGE_PAUSE)
        self._outage = ArchiveOutage(problem, last.since if last else now, attempts + 1, now + seconds)
        self._spool.archive_outage(self._outage)
        _LOG.warning("%s All answers are kept; next attempt in %g s.", problem, seconds)

    def _end_outage(self) -> None:
        if self._outage:
            _LOG.info("The archive answers again.")
            self._outage = None
            self._spool.archive_outage(None)
