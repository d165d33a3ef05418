"""The files that are open on the page Read: the latest first, kept for the session whatever page is looked at."""

from collections.abc import Iterable
from typing import NamedTuple

from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.shared import session
from model.io import archive
from model.io.archive import File

MOST_FILES = 3
"""As many as the page holds, each with its viewer; for more there is the worklist."""


class OpenedFile(NamedTuple):
    """A file on the page; ``number`` tells it from others, ``origin`` says where a sample comes from."""

    number: int
    file: File
    origin: str


def receive_uploads(uploads: list[UploadedFile]) -> None:
    """Open what was dropped; more than the page holds goes straight to the worklist."""
    dropped = [(upload.name, upload.getvalue()) for upload in uploads]
    if sum(archive.count(data) for _, data in dropped) > MOST_FILES:
        move_to_worklist(dropped)
        session.too_many_dropped.set(True)
    else:
        open_files(file for name, data in dropped for file in archive.unpack(name, data))


def open_files(files: Iterable[File], origin: str = "") -> None:
    """Put files on top of those that are open; an older sample closes, an older file waits in the worklist."""
    first = session.opened_count.get()
    opened = [OpenedFile(first + number, file, origin) for number, file in enumerate(files)]
    session.opened_count.set(first + len(opened))
    opened += [other for other in session.opened_files.get() if not other.origin]
    session.opened_files.set(opened[:MOST_FILES])
    move_to_worklist((file.name, file.data) for _, file, _ in opened[MOST_FILES:] if not file.problem)


def close_file(number: int) -> None:
    """Close one of the files that are open."""
    session.opened_files.set([opened for opened in session.opened_files.get() if opened.number != number])


def move_to_worklist(files: Iterable[tuple[str, bytes]]) -> None:
    """Leave names and bytes of files for the worklist to take."""
    session.worklist_inbox.set([*session.worklist_inbox.get(), *files])
