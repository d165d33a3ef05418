"""What holds whatever a file's bytes are.

A reader returns what it promises, or raises an error of the package's own whose message shows no Python; within
``SECONDS`` of computing and ``MEMORY``; and it writes nowhere but in the folder that it was given.
"""

import os
import re
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.fuzz.kinds import Breach, Kind
from tests.python_spelling import python_in

SECONDS = 5.0
MEMORY = 2**30
"""Bytes that an input may add to what the process holds at its most."""


def check(kind: Kind, data: bytes, folder: Path) -> bool:
    """Open a file in an empty folder and hold it to the contract; return whether it was read, not refused.

    Raises:
        Breach: the contract was broken.
    """
    before, begun = memory_held(), time.process_time()
    try:
        with _watched_writing():
            read, messages = True, list(kind.opened(data, folder))
    except kind.errors as problem:
        read, messages = False, [str(problem)]
    except Breach:
        raise
    except BaseException as problem:
        if isinstance(problem, KeyboardInterrupt):
            raise
        raise Breach(f"{type(problem).__name__} at {_place(problem)}", _first_line(problem)) from problem
    _check_limits(time.process_time() - begun, memory_held() - before)
    _check_messages(messages, data)
    return read


def _place(problem: BaseException) -> str:
    """Return the last line of the project's own, and the last of all."""
    frames = traceback.extract_tb(problem.__traceback__)
    own = [frame for frame in frames if "site-packages" not in frame.filename and "/tests/" not in frame.filename]
    return " <- ".join(f"{Path(frame.filename).name}:{frame.name}" for frame in (frames[-1], *own[-1:]))


def _first_line(problem: BaseException) -> str:
    return str(problem).partition("\n")[0][:200]


def _check_limits(seconds: float, memory: int) -> None:
    if seconds > SECONDS:
        raise Breach(f"more than {SECONDS:g} s of computing", f"{seconds:.1f} s")
    if memory > MEMORY:
        raise Breach(f"more than {MEMORY // 2**20} MiB", f"{memory // 2**20} MiB")


def _check_messages(messages: Iterable[str], data: bytes) -> None:
    for message in messages:
        if not message:
            raise Breach("a message is empty")
        found = python_in(message) or ("NoneType" if "NoneType" in message else "")
        # A message may repeat what the file says.
        if found and found.encode() not in data:
            before = re.sub(r"'[^']*'|\d+", "0", message.partition(found)[0])[-60:]
            raise Breach(f"a message shows Python: {before}{found[:2]}", message[:300])


def memory_held() -> int:
    """Return the most bytes that the process has held so far; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0
    # Linux counts in KiB, macOS in bytes.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


_written: list[str] = []
_watching = [False, False]
"""Whether the hook is there, which stays until the process ends, and whether it is asked."""


@contextmanager
def _watched_writing() -> Iterator[None]:
    """Refuse every file that is opened to be written, made, renamed or removed outside the temporary folder."""
    if not _watching[0]:
        sys.addaudithook(_note_writing)
    _watching[:] = True, True
    _written.clear()
    try:
        yield
    finally:
        _watching[1] = False
    if _written:
        raise Breach("written outside the temporary folder", _written[0])


def _note_writing(event: str, arguments: tuple[Any, ...]) -> None:
    if not _watching[1]:
        return
    if event == "open":
        path, _, flags = arguments
        writes = bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC))
    else:
        path, writes = (arguments or ("",))[0], event in _CHANGES
    if writes and isinstance(path, str | bytes | os.PathLike) and not _is_temporary(os.fsdecode(path)):
        _written.append(f"{event} {os.fsdecode(path)}")


_CHANGES = {
    *("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate"),
    "sqlite3.connect",
}
_ELSEWHERE = (os.devnull, "/proc/self/")


def _is_temporary(path: str) -> bool:
    return os.path.realpath(path).startswith(temporary() + os.sep) or path.startswith(_ELSEWHERE)


def temporary() -> str:
    """Return the folder in which all may be written."""
    return os.path.realpath(tempfile.gettempdir())
