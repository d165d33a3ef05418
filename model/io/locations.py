"""List where files are before any is read, and read them later, elsewhere or side by side.

A location is small and can be sent to another process or machine. Locations are listed as they are asked for: an
archive of any size takes no memory but for the names in one folder.
"""

import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

from model.io import archive
from model.io.archive import HIDDEN, ZIP, File, Part, is_of_the_system, refused
from model.io.stores import Kind, Store, store_of
from model.io.wording import reason

_MISSING = "is not there. Expected a file, a folder or an archive. Check its name."
_LINK = "is a link to a folder and not followed. Expected the folder itself. Name it as well."


class Location(NamedTuple):
    """Where a file is.

    ``path`` is a path on disk or an address, ``name`` what its rows are called by, ``member`` its number in the ZIP
    archive that is there, from 0, or -1. ``problem`` says why there is nothing to be read.
    """

    path: str
    name: str
    member: int = -1
    problem: str = ""


def locate(paths: Iterable[str | Path]) -> Iterator[Location]:
    """Yield where every file below the paths is, folder by folder, each sorted by name.

    In a folder, files and folders whose names begin with a dot are not read, and links to folders, which may lead
    back to where they are, are not followed: each gives a ``problem``. What file managers leave behind is passed
    over. A path that is given itself is always read. Archives named ``.zip`` are listed file by file; others turn
    out to be archives when they are loaded, and are then read by one process.
    """
    for path in map(str, paths):
        try:
            store = store_of(path)
            # As pathlib writes it: no "./" and no second slash.
            place = path if "://" in path else str(Path(path))
            yield from _below(store, place, store.kind(place))
        except OSError as problem:
            yield _without_file(path, _closed(problem))


def gather(paths: Iterable[str | Path]) -> Iterator[File]:
    """Yield every file below the paths, archives unpacked; what cannot be read gives a ``problem``."""
    loader = Loader()
    for location in locate(paths):
        yield from loader.load(location)


class Loader:
    """Reads located files; the latest archive stays open, for its members are read one after the other.

    Threads may share it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._path = ""
        self._members: list[Part] = []

    def load(self, location: Location) -> Iterator[File]:
        """Yield the file; several where it is an archive; one with a ``problem`` where it cannot be read."""
        if location.problem:
            yield File(location.name, b"", location.problem)
            return
        try:
            if location.member < 0:
                yield from _whole(location.path)
            else:
                yield self._member(location)
        except FileNotFoundError:
            yield refused(location.name, _MISSING)
        except OSError as problem:
            yield refused(location.name, _closed(problem))

    def _member(self, location: Location) -> File:
        with self._lock:
            if self._path != location.path:
                self._members = archive.members(location.path, store_of(location.path).open(location.path))
                self._path = location.path
            found = self._members
        if location.member >= len(found) or found[location.member].name != location.name:
            return refused(location.name, "is no longer in its archive. Expected the one listed. Score it again.")
        return found[location.member].file()


def _below(store: Store, path: str, kind: Kind) -> Iterator[Location]:
    if kind is Kind.FOLDER:
        try:
            yield from _in_folder(store, path)
        except OSError as problem:
            yield _without_file(path, _closed(problem))
    elif kind is Kind.MISSING:
        yield _without_file(path, _MISSING)
    elif path.lower().endswith(".zip"):
        yield from _in_archive(store, path)
    else:
        yield Location(path, path)


def _in_folder(store: Store, folder: str) -> Iterator[Location]:
    for path, kind in store.entries(folder):
        name = path.rstrip("/").rpartition("/")[2]
        if is_of_the_system(name):
            continue
        if name.startswith("."):
            yield _without_file(path, HIDDEN)
        elif kind is Kind.LINK:
            yield _without_file(path, _LINK)
        else:
            yield from _below(store, path, kind)


def _in_archive(store: Store, path: str) -> Iterator[Location]:
    """Yield an archive's members, or the file itself where only its name is an archive's."""
    try:
        with store.open(path) as stream:
            listed = archive.members(path, stream) if _is_archive(stream) else []
    except OSError as problem:
        yield _without_file(path, _closed(problem))
        return
    if not listed:
        yield Location(path, path)
    for number, part in enumerate(listed):
        yield Location(path, part.name, number)


def _is_archive(stream: IO[bytes]) -> bool:
    found = stream.read(4).startswith(ZIP)
    stream.seek(0)
    return found


def _whole(path: str) -> Iterator[File]:
    store = store_of(path)
    data = store.read(path, archive.LARGEST_FILE + 1)
    if not data.startswith(ZIP):
        yield archive.whole(path, data)
        return
    del data
    with store.open(path) as stream:
        for part in archive.members(path, stream):
            yield part.file()


def _without_file(path: str, problem: str) -> Location:
    return Location(path, path, problem=refused(path, problem).problem)


def _closed(problem: OSError) -> str:
    """Say why a store does not let a file be read."""
    why = problem.strerror or reason(problem)
    return f"cannot be opened ({why}). Expected one that may be read. Check who may read it."
