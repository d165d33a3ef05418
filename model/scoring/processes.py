"""Score located files in a process a core, each with the network on one thread.

Two processes of one thread each score more in a second than one of two threads, and files are decoded and squeezed
side by side. Batches do not help: of four radiographs in one pass on one thread, each takes as long or longer.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from multiprocessing import connection
from pathlib import Path

import cv2

from model.io.locations import Location
from model.network.card import load_card
from model.network.engine import THREADS
from model.network.score_table import score_row
from model.scoring.errors import ScoringFailed
from model.scoring.in_order import in_chunks, in_order
from model.scoring.scorer import FileRows, Scorer

CHUNK = 32
"""Files that a process is given at once."""
AHEAD = 3
"""Chunks under way for each process."""
FEW = 4 * CHUNK
"""Files for which no process is started: they would be scored before it is ready."""

Scored = tuple[int, list[FileRows]]
"""How many locations were scored, and the rows of the files that are there."""


def scored(locations: Iterable[Location], workers: int | None, heatmaps: Path | None) -> Iterator[Scored]:
    """Yield how many locations were scored with the rows of their files, in order.

    ``workers`` is how many processes score; 1 is this one, and None one for each core unless there are few files.
    """
    ordered = iter(locations)
    if workers is None:
        first = list(islice(ordered, FEW + 1))
        workers = cores() if len(first) > FEW else 1
        ordered = chain(first, ordered)
    chunks = in_chunks(ordered, CHUNK)
    if workers > 1:
        yield from Processes(workers, heatmaps).scored(chunks)
    else:
        scorer = Scorer(THREADS, heatmaps)
        for chunk in chunks:
            yield len(chunk), scorer.score(chunk)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Processes:
    """Processes that score; one that a file brings to its end is replaced, and the file's row says so."""

    def __init__(self, number: int, heatmaps: Path | None) -> None:
        self._number, self._heatmaps = number, heatmaps
        self._pool = self._started(number)

    def scored(self, chunks: Iterable[list[Location]]) -> Iterator[Scored]:
        """Yield how many locations a chunk has with the rows of its files, in order."""
        try:
            for chunk, future in in_order(self._submit, chunks, AHEAD * self._number):
                try:
                    yield len(chunk), future.result()
                except BrokenProcessPool:
                    yield len(chunk), self._again(chunk)
        finally:
            self._pool.shutdown(cancel_futures=True)

    def _started(self, number: int) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(number, context, initializer=_begin, initargs=(self._heatmaps,))

    def _submit(self, chunk: list[Location]) -> "Future[list[FileRows]]":
        try:
            return self._pool.submit(_score, chunk)
        except BrokenProcessPool:
            self._pool = self._started(self._number)
            return self._pool.submit(_score, chunk)

    def _again(self, chunk: list[Location]) -> list[FileRows]:
        """Score a chunk by itself, and in halves where that ends its process too, until the file is found."""
        try:
            with self._started(1) as alone:
                _check_begun(alone)
                return alone.submit(_score, chunk).result()
        except BrokenProcessPool:
            half = len(chunk) // 2
            return self._again(chunk[:half]) + self._again(chunk[half:]) if half else [_ended(chunk[0])]


def _check_begun(pool: ProcessPoolExecutor) -> None:
    """Raise ``ScoringFailed`` where a process ends before it is given a file: that is no file's fault."""
    try:
        pool.submit(_begun).result()
    except BrokenProcessPool as problem:
        raise ScoringFailed(
            "Expected a process that scores; it ended as it began, and what it said stands above. Make room in "
            "memory, or score with --workers 1."
        ) from problem


def _begun() -> None:
    """Do nothing, in a process that is ready."""


def _ended(location: Location) -> FileRows:
    problem = (
        f"{location.name} ended the process that read it, by its size or by its damage. Expected a file that fits "
        f"this machine's memory. Export it again, or leave it out."
    )
    return [score_row(location.name, load_card().version, error=problem)]


_scorer: Scorer
"""A process's own."""


def _begin(heatmaps: Path | None) -> None:
    global _scorer
    # The command alone answers Ctrl-C.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    cv2.setNumThreads(1)
    _scorer = Scorer(1, heatmaps)


def _end_with_parent() -> None:
    """End this process with the command that started it, which may be killed before it can say so."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    connection.wait([parent.sentinel])
    os._exit(1)


def _score(chunk: list[Location]) -> list[FileRows]:
    return _scorer.score(chunk)
