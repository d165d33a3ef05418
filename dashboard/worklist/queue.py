"""The worklist's queue: many radiographs, read one after another behind the page, in memory alone."""

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.reading.age_question import gives_age
from dashboard.shared import images, session
from dashboard.shared.resources import load_classifier
from dashboard.worklist.patient import Patient
from model.io import archive, dicom, radiograph
from model.io.archive import File
from model.io.radiograph import Radiograph, UnreadableRadiograph
from model.io.wording import reason
from model.network.classifier import Classifier, Reading

MAX_ROWS = 2_000
"""Of one list: what a browser still scrolls through, each row with its picture."""
MAX_BYTES = 2_000_000_000
"""Of one list's files, as they were dropped: they stay in memory, to be opened again."""
UNDO_SECONDS = 60
"""For so long what was removed can be brought back; then it is gone from memory too."""
THUMBNAIL_SIDE = 112
"""Pixels; twice what the table shows, for screens with small ones."""


@dataclass
class Source:
    """A file that was dropped, an archive perhaps: ``done`` of its ``total`` files have been read."""

    number: int
    name: str
    data: bytes = field(repr=False)
    total: int
    done: int = 0


@dataclass(frozen=True)
class Entry:
    """A radiograph of the list, or a file that is none.

    ``id`` is its own and never given again in this list. It is frame ``frame`` of ``frames`` in file ``member``
    of source ``source``. ``reading`` is what the model says; where it is None, ``problem`` says why.
    ``thumbnail`` is a small JPEG as a data URI, ``patient`` whom a DICOM header names; ``gives_age`` says whether
    it tells how old that is.
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
    patient: Patient | None = field(default=None, repr=False)
    gives_age: bool = False


@dataclass(frozen=True)
class Progress:
    """The list at one moment: ``done`` of ``total`` files are read, and a thread is at work or not."""

    entries: tuple[Entry, ...]
    done: int
    total: int
    running: bool


class Removed(NamedTuple):
    """Files that were taken out of the list, and their radiographs."""

    sources: tuple[Source, ...] = ()
    entries: tuple[Entry, ...] = ()


class ReadingQueue:
    """Radiographs that a thread of the queue's own reads in the order in which they came.

    Decoded pixels live no longer than their reading takes; files, thumbnails and readings stay until they are
    removed, and for ``UNDO_SECONDS`` more. Every method may be called while the thread works.
    """

    def __init__(self, classifier: Classifier, is_awaited: Callable[[], bool] = lambda: True) -> None:
        """Make an empty queue; ``is_awaited`` says whether anybody still waits for its readings."""
        self._classifier = classifier
        self.is_awaited = is_awaited
        self._lock = threading.Lock()
        self._sources: dict[int, Source] = {}
        self._entries: dict[int, Entry] = {}
        self._removed = Removed()
        self._next_source = 0
        self._next_entry = 0
        self._thread: threading.Thread | None = None

    def add(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Add names and bytes of files and archives; one that has no room becomes an entry that says so."""
        for name, data in files:
            with self._lock:
                self._removed = Removed()
                held = sum(len(source.data) for source in self._sources.values())
                full = held + len(data) > MAX_BYTES
                source = Source(self._next_source, name, b"" if full else data, 1 if full else archive.count(data))
                source.done = int(full)
                self._sources[source.number] = source
                self._next_source += 1
            if full:
                self._append(source, Entry(-1, source.number, 0, name, problem=too_large(name)))
        self.resume()

    def remove(self, source: int) -> None:
        """Take a file that was dropped and all its radiographs out of the list; if it is being read, stop."""
        self._set_aside({source})

    def clear(self) -> None:
        """Take everything out of the list, and stop."""
        self._set_aside(set(self._sources))

    def removed(self) -> int:
        """Return how many rows ``undo`` would bring back."""
        with self._lock:
            return len(self._removed.entries)

    def undo(self) -> None:
        """Bring back what was removed last, where it was and as it was, and go on reading it."""
        with self._lock:
            sources, entries = self._removed
            # Copies: a thread that is still at the old one is to stop, whatever it has read of its last file is
            # read anew.
            back = {source.number: replace(source) for source in sources}
            whole = {entry.id: entry for entry in entries if entry.member < back[entry.source].done}
            self._sources = dict(sorted((self._sources | back).items()))
            self._entries = dict(sorted((self._entries | whole).items()))
            self._removed = Removed()
        self.resume()

    def _set_aside(self, numbers: set[int]) -> None:
        with self._lock:
            removed = Removed(
                tuple(source for source in self._sources.values() if source.number in numbers),
                tuple(entry for entry in self._entries.values() if entry.source in numbers),
            )
            self._sources = {number: source for number, source in self._sources.items() if number not in numbers}
            self._entries = {id: entry for id, entry in self._entries.items() if entry.source not in numbers}
            self._removed = removed
        timer = threading.Timer(UNDO_SECONDS, self._forget, (removed,))
        timer.daemon = True
        timer.start()

    def _forget(self, removed: Removed) -> None:
        with self._lock:
            if self._removed is removed:
                self._removed = Removed()

    def files(self) -> list[tuple[str, bytes]]:
        """Return names and bytes of the files as they were dropped."""
        with self._lock:
            return [(source.name, source.data) for source in self._sources.values()]

    def resume(self) -> None:
        """Go on reading, should anything be left and nobody at it."""
        with self._lock:
            if self._thread is None and self._pending() is not None:
                self._thread = threading.Thread(target=self._work, name="worklist", daemon=True)
                self._thread.start()

    def progress(self) -> Progress:
        """Return the list as it stands."""
        with self._lock:
            sources = self._sources.values()
            return Progress(
                tuple(self._entries.values()),
                sum(source.done for source in sources),
                sum(source.total for source in sources),
                self._thread is not None,
            )

    def entry(self, id: int) -> Entry | None:
        """Return the entry, if it is still in the list."""
        with self._lock:
            return self._entries.get(id)

    def file(self, entry: Entry) -> File:
        """Unpack the entry's file anew.

        Raises:
            KeyError: it was removed meanwhile.
        """
        with self._lock:
            source = self._sources[entry.source]
        return archive.member(source.name, source.data, entry.member)

    def decode(self, entry: Entry) -> tuple[Radiograph, bytes]:
        """Decode an entry's radiograph anew; return it with its file's bytes.

        Raises:
            KeyError: it was removed meanwhile.
        """
        file = self.file(entry)
        return next(
            scan for scan in radiograph.frames(file.data, file.name) if scan.frame == entry.frame
        ), file.data

    def _work(self) -> None:
        while source := self._take():
            for number, file in enumerate(archive.unpack(source.name, source.data)):
                # A source that was left half read is gone through again, to where it was left.
                if number >= source.done and not self._read(source, number, file):
                    break
            else:
                source.done = source.total

    def _take(self) -> Source | None:
        """Return the next file to be read; without one the thread is gone before anyone can count on it."""
        with self._lock:
            source = self._pending() if self.is_awaited() else None
            if source is None:
                self._thread = None
            return source

    def _pending(self) -> Source | None:
        return next((source for source in self._sources.values() if source.done < source.total), None)

    def _read(self, source: Source, number: int, file: File) -> bool:
        """Read all frames of a file; False where nobody wants any more of its source."""
        if not self.is_awaited():
            return False
        for entry in self._entries_of(source, number, file):
            if not self._append(source, entry):
                return False
        with self._lock:
            source.done += 1
            return self._sources.get(source.number) is source

    def _append(self, source: Source, entry: Entry) -> bool:
        """Put an entry at the list's end, under a number of its own, where it is wanted and has room."""
        with self._lock:
            if self._sources.get(source.number) is not source:
                return False
            crowded = len(self._entries) >= MAX_ROWS
            if crowded:
                source.done = source.total
                entry = Entry(-1, source.number, entry.member, entry.name, problem=too_many(source.name))
            self._entries[self._next_entry] = replace(entry, id=self._next_entry)
            self._next_entry += 1
            return not crowded

    def _entries_of(self, source: Source, number: int, file: File) -> Iterator[Entry]:
        """Read a file's radiographs as they are asked for; at the first that fails, yield why."""
        known = Entry(-1, source.number, number, file.name)
        if file.problem:
            yield replace(known, problem=file.problem)
            return
        try:
            for scan in radiograph.frames(file.data, file.name):
                if scan.header and known.patient is None:
                    known = replace(known, patient=Patient.from_header(dicom.parse(file.data, file.name)))
                yield replace(
                    known,
                    frame=scan.frame,
                    frames=scan.frames,
                    thumbnail=thumbnail(scan),
                    reading=self._classifier.read(scan),
                    gives_age=gives_age(scan.header),
                )
        except UnreadableRadiograph as problem:
            yield replace(known, problem=str(problem))
        except Exception as problem:
            # One file that nobody foresaw must not leave those behind it unread.
            yield replace(known, problem=unforeseen(file.name, problem))


def session_queue() -> ReadingQueue:
    """Return this session's queue: it lives as long as its reader stays, on whatever page."""
    queue = session.worklist.get()
    if queue is None:
        queue = ReadingQueue(load_classifier())
        session.worklist.set(queue)
    # A list may have been another session's, before its page was loaded anew.
    queue.is_awaited = _session_is_active()
    return queue


def _session_is_active() -> Callable[[], bool]:
    """Make a check that the session has a browser: the thread rests while there is none, and ends with it."""
    context = get_script_run_ctx()
    session_id = context.session_id if context else ""
    # Without a server, as in a test, there is nobody to leave.
    return lambda: not runtime.exists() or runtime.get_instance().is_active_session(session_id)


def thumbnail(scan: Radiograph) -> str:
    """Return a radiograph, no side longer than ``THUMBNAIL_SIDE``, as a JPEG in a data URI."""
    return images.thumbnail(images.to_uint8(images.shrink(scan.pixels, THUMBNAIL_SIDE, scan.pixel_aspect)))


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
        f"{name} could not be read, for a reason that nobody foresaw "
        f"({type(problem).__name__}: {reason(problem)}). "
        f"Expected a chest radiograph. Export it again, as PNG perhaps."
    )
