"""Find and open files on this machine's disk or, by fsspec, in an object store, behind one interface."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import IO, Any, Protocol

from model.io.wording import reason


class Kind(Enum):
    """What stands at a path."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link to a folder"
    MISSING = "missing"


class Store(Protocol):
    """A place that keeps files; each method raises ``OSError`` where the place does not answer."""

    def kind(self, path: str) -> Kind:
        """Return what stands at a path; a link is what it leads to."""
        ...

    def entries(self, folder: str) -> Iterator[tuple[str, Kind]]:
        """Yield the paths in a folder, sorted by name."""
        ...

    def read(self, path: str, most: int) -> bytes:
        """Return a file's first ``most`` bytes."""
        ...

    def open(self, path: str) -> IO[bytes]:
        """Open a file, to be read at any place."""
        ...


class Disk:
    """The file systems of this machine."""

    def kind(self, path: str) -> Kind:
        place = Path(path)
        if place.is_dir():
            return Kind.FOLDER
        return Kind.FILE if place.is_file() else Kind.MISSING

    def entries(self, folder: str) -> Iterator[tuple[str, Kind]]:
        # Names alone are held: a folder may have a hundred thousand.
        for name in sorted(entry.name for entry in Path(folder).iterdir()):
            place = Path(folder) / name
            kind = self.kind(str(place))
            yield str(place), Kind.LINK if kind is Kind.FOLDER and place.is_symlink() else kind

    def read(self, path: str, most: int) -> bytes:
        with Path(path).open("rb") as stream:
            return stream.read(most)

    def open(self, path: str) -> IO[bytes]:
        return Path(path).open("rb")


class ObjectStore:
    """A store by fsspec: ``s3://BUCKET/FOLDER``, ``gs://``, ``az://``, ``sftp://`` and others, as installed.

    Where it is and who asks come from the environment, such as ``AWS_ENDPOINT_URL`` and ``AWS_PROFILE``.
    """

    def __init__(self, address: str) -> None:
        with _as_os_error():
            from fsspec.core import url_to_fs

            self._files: Any = url_to_fs(address)[0]

    def kind(self, path: str) -> Kind:
        with _as_os_error():
            try:
                found = self._files.info(path)["type"]
            except FileNotFoundError:
                return Kind.MISSING
        return Kind.FOLDER if found == "directory" else Kind.FILE

    def entries(self, folder: str) -> Iterator[tuple[str, Kind]]:
        with _as_os_error():
            found = self._files.ls(folder, detail=True)
            listed = sorted((entry["name"], entry["type"] == "directory") for entry in found)
            # Kept for the next listing otherwise, and that is as large as the folder.
            self._files.invalidate_cache()
        own = self._files._strip_protocol(folder)
        for name, is_folder in listed:
            # Some stores list a folder within itself.
            if name.rstrip("/") != own.rstrip("/"):
                yield self._files.unstrip_protocol(name), Kind.FOLDER if is_folder else Kind.FILE

    def read(self, path: str, most: int) -> bytes:
        with _as_os_error():
            return bytes(self._files.cat_file(path, start=0, end=most))

    def open(self, path: str) -> IO[bytes]:
        with _as_os_error():
            stream: IO[bytes] = self._files.open(path, "rb")
            return stream


def store_of(path: str) -> Store:
    """Return the store that a path or an address is in.

    Raises:
        OSError: what reads addresses of this kind is not installed, or it cannot be asked.
    """
    return ObjectStore(path) if "://" in path else Disk()


@contextmanager
def _as_os_error() -> Iterator[None]:
    """Raise whatever a store's client raises as an ``OSError``: clients have no common class of errors."""
    try:
        yield
    except OSError:
        raise
    except ImportError as problem:
        raise OSError(
            0, f"{reason(problem)}; what object stores need is installed by pip install -r requirements-cluster.txt"
        ) from problem
    except Exception as problem:
        raise OSError(0, reason(problem)) from problem
