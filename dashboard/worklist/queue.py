"""Many radiographs, read one after another behind the page; nothing of them is written to a disk."""

import base64
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from model.io import archive, radiograph
from model.io.archive import File
from model.io.radiograph import Radiograph, UnreadableRadiograph
from model.network.classifier import Classifier, Reading

MAX_ROWS = 2_000
"""Of one list: what a browser still scrolls through, each row with its picture."""
MAX_BYTES = 2_000_000_000
"""Of one list's files, as they were dropped: they stay in memory, to be opened again."""
THUMBNAIL_SIDE = 112
"""Pixels; twice what the table shows, for screens with small ones."""


@dataclass(frozen=True)
class Source:
    """A file that was dropped, an archive perhaps: its number in the list, its name and its bytes."""

    number: int
    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Entry:
    """A radiograph of the list, or a file that is none.

    ``id`` is its own and never given again in this list. It is frame ``frame`` of ``frames`` in file ``member``
    of source ``source``. ``reading`` is what the model says; where it is None, ``problem`` says why.
    ``thumbnail`` is a small JPEG as a data URI.
    """

    id: int
    source: int
    member: int
    name: str
    frame: int = 1
    frames: int = 1
    thumbnail: str = field(default="", repr=False)
    reading: Reading | None = field(default=None, repr=False)
    problem: str = ""


@dataclass(frozen=True)
class Progress:
    """The list at one moment: ``done`` of ``total`` files are read, and a thread is at work or not."""

    entries: tuple[Entry, ...]
    done: int
    total: int
    running: bool


class Worklist:
    """Radiographs that a thread of the list's own reads in the order in which they came.

    Decoded pixels live no longer than their reading takes; files, thumbnails and readings stay until they are
    removed. Every method may be called while the thread works.
    """

    def __init__(self, classifier: Classifier, alive: Callable[[], bool] = lambda: True) -> None:
        """A list that is empty; ``alive`` says whether anybody still waits for its readings."""
        self._classifier = classifier
        self._alive = alive
        self._lock = threading.Lock()
        self._sources: dict[int, Source] = {}
        self._counts: dict[int, int] = {}
        self._done: dict[int, int] = {}
        self._entries: dict[int, Entry] = {}
        self._numbers = 0
        self._ids = 0
        self._thread: threading.Thread | None = None

    def add(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Names and bytes of files and archives to be read; for one that has no room, a line that says so."""
        for name, data in files:
            with self._lock:
                source = Source(self._numbers, name, data)
                self._numbers += 1
                held = sum(len(one.data) for one in self._sources.values())
                full = held + len(data) > MAX_BYTES
                self._sources[source.number] = replace(source, data=b"") if full else source
                self._counts[source.number] = 1 if full else archive.count(data)
                self._done[source.number] = int(full)
            if full:
                self._append(source, Entry(-1, source.number, 0, name, problem=too_large(name)))
        self.resume()

    def remove(self, source: int) -> None:
        """Forget a file that was dropped and all its radiographs; if it is being read, stop."""
        with self._lock:
            for known in (self._sources, self._counts, self._done):
                known.pop(source, None)
            self._entries = {id: entry for id, entry in self._entries.items() if entry.source != source}

    def clear(self) -> None:
        """Forget everything, and stop."""
        with self._lock:
            for known in (self._sources, self._counts, self._done, self._entries):
                known.clear()

    def resume(self) -> None:
        """Go on reading, should anything be left and nobody at it."""
        with self._lock:
            if self._thread is None and self._pending() is not None:
                self._thread = threading.Thread(target=self._work, name="worklist", daemon=True)
                self._thread.start()

    def progress(self) -> Progress:
        """The list as it stands."""
        with self._lock:
            return Progress(
                tuple(self._entries.values()),
                sum(self._done.values()),
                sum(self._counts.values()),
                self._thread is not None,
            )

    def entry(self, id: int) -> Entry | None:
        """The entry, if it is still in the list."""
        with self._lock:
            return self._entries.get(id)

    def file(self, entry: Entry) -> File:
        """The entry's file, unpacked anew.

        Raises:
            KeyError: it was removed meanwhile.
        """
        with self._lock:
            source = self._sources[entry.source]
        return archive.member(source.name, source.data, entry.member)

    def _work(self) -> None:
        while source := self._take():
            for number, file in enumerate(archive.unpack(source.name, source.data)):
                # A source that was left half read is gone through again, to where it was left.
                if number >= self._done.get(source.number, 0) and not self._read(source, number, file):
                    break
            else:
                self._finish(source)

    def _take(self) -> Source | None:
        """The next file to be read; without one the thread is gone before anyone can count on it."""
        with self._lock:
            source = self._pending() if self._alive() else None
            if source is None:
                self._thread = None
            return source

    def _pending(self) -> Source | None:
        unread = (one for one in self._sources.values() if self._done[one.number] < self._counts[one.number])
        return next(unread, None)

    def _read(self, source: Source, number: int, file: File) -> bool:
        """Read all frames of a file; False where nobody wants any more of its source."""
        if not self._alive():
            return False
        for entry in self._entries_of(source, number, file):
            if not self._append(source, entry):
                return False
        with self._lock:
            if source.number not in self._sources:
                return False
            self._done[source.number] += 1
            return True

    def _append(self, source: Source, entry: Entry) -> bool:
        """Put an entry at the list's end, under a number of its own, where it is wanted and has room."""
        with self._lock:
            if source.number not in self._sources:
                return False
            crowded = len(self._entries) >= MAX_ROWS
            if crowded:
                self._done[source.number] = self._counts[source.number]
                entry = Entry(-1, source.number, entry.member, entry.name, problem=too_many(source.name))
            self._entries[self._ids] = replace(entry, id=self._ids)
            self._ids += 1
            return not crowded

    def _finish(self, source: Source) -> None:
        with self._lock:
            if source.number in self._sources:
                self._done[source.number] = self._counts[source.number]

    def _entries_of(self, source: Source, number: int, file: File) -> Iterator[Entry]:
        """A file's radiographs, read as they are asked for; at the first that fails, why."""
        known = Entry(-1, source.number, number, file.name)
        if file.problem:
            yield replace(known, problem=file.problem)
            return
        try:
            for scan in radiograph.frames(file.data, file.name):
                yield replace(
                    known,
                    frame=scan.frame,
                    frames=scan.frames,
                    thumbnail=thumbnail(scan),
                    reading=self._classifier.read(scan),
                )
        except UnreadableRadiograph as problem:
            yield replace(known, problem=str(problem))
        except Exception as problem:
            # One file that nobody foresaw must not leave those behind it unread.
            yield replace(known, problem=unforeseen(file.name, problem))


def thumbnail(scan: Radiograph) -> str:
    """A radiograph, no side longer than ``THUMBNAIL_SIDE``, as a JPEG in a data URI."""
    shrink = min(1.0, THUMBNAIL_SIDE / max(scan.width, scan.height))
    size = (max(1, round(scan.width * shrink)), max(1, round(scan.height * shrink)))
    small = np.rint(cv2.resize(scan.pixels, size, interpolation=cv2.INTER_AREA) * 255).astype(np.uint8)
    _, jpeg = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 80])
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg.tobytes()).decode()}"


def too_many(name: str) -> str:
    return (
        f"{name} is left out, or what of it is not in the list: the list is full. Expected at most "
        f"{MAX_ROWS:,} radiographs at once. Remove some and drop it anew."
    )


def too_large(name: str) -> str:
    return (
        f"{name} is left out: with it the list would hold more than {MAX_BYTES // 10**6:,} million bytes, "
        f"the most that is kept in memory. Remove some files and drop it anew."
    )


def unforeseen(name: str, problem: Exception) -> str:
    return (
        f"{name} could not be read, for a reason that nobody foresaw ({type(problem).__name__}: {problem}). "
        f"Expected a chest radiograph. Export it again, as PNG perhaps."
    )
