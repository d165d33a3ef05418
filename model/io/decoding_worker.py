"""Decode codestreams in a process of its own, under limits of time and memory that decoders lack.

A damaged JPEG 2000 file of one megabyte may keep its decoder busy for half a minute, or make it end its process.
The worker starts with the first compressed frame and serves all that follow; where a limit ends it, the next frame
gets a new one.
"""

import atexit
import os
import pickle
import subprocess
import sys
from pathlib import Path
from threading import Lock, Timer
from typing import IO, Any

SECONDS = 5
"""Of computing time for a frame."""
MEMORY = 2**30
"""Bytes for a frame, beside what the worker has when it starts."""
_PATIENCE = 2
"""Times ``SECONDS`` on the clock: a busy machine computes that much slower."""


class DecodingFailed(ValueError):
    """A codestream that cannot be decoded, or not within the limits; the message is the reason alone."""


class Worker:
    """A process that decodes one frame after the other; threads may share it."""

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._seconds, self._memory = seconds, memory
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        atexit.register(self.stop)

    def decode(self, frame: bytes, options: dict[str, Any], fastest: str | None) -> tuple[bytes, dict[str, Any]]:
        """Return what ``dicom_decoders.decoded`` does.

        Raises:
            DecodingFailed: the decoder failed, or took more time or memory than a frame may.
        """
        with self._lock:
            process = self._started()
            clock = Timer(_PATIENCE * self._seconds, process.kill)
            clock.start()
            try:
                _send(process.stdin, (frame, options, fastest))
                failure, decoded, changes = _receive(process.stdout)
            except (OSError, EOFError):
                self.stop()
                raise DecodingFailed(
                    f"more than {self._seconds:g} seconds or {self._memory // 2**30} GB for one picture"
                ) from None
            finally:
                clock.cancel()
        if failure:
            raise DecodingFailed(failure)
        return decoded, changes

    def stop(self) -> None:
        """End the process, if it runs and is this process's own."""
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        process.kill()
        process.communicate()

    def _started(self) -> "subprocess.Popen[bytes]":
        """Return the running process; a fork of its owner does not share it."""
        if self._process is not None and self._owner == os.getpid() and self._process.poll() is None:
            return self._process
        self.stop()
        root = str(Path(__file__).resolve().parents[2])
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(self._seconds), str(self._memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])},
        )
        self._owner = os.getpid()
        return self._process


def _send(stream: IO[bytes] | None, message: object) -> None:
    assert stream is not None
    packed = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    stream.write(len(packed).to_bytes(8, "little"))
    stream.write(packed)
    stream.flush()


def _receive(stream: IO[bytes] | None) -> Any:
    assert stream is not None
    length = int.from_bytes(_exactly(stream, 8), "little")
    return pickle.loads(_exactly(stream, length))


def _exactly(stream: IO[bytes], length: int) -> bytes:
    read = stream.read(length)
    if len(read) < length:
        raise EOFError
    return read


def serve(seconds: float, memory: int) -> None:
    """Decode what arrives on the standard input until it ends; decoders that print do so nowhere."""
    from model.io import dicom_decoders

    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _limit_memory(memory)
    while True:
        try:
            frame, options, fastest = _receive(requests)
        except EOFError:
            return
        _limit_time(seconds)
        try:
            answer: tuple[str, bytes, dict[str, Any]] = ("", *dicom_decoders.decoded(frame, options, fastest))
        except MemoryError:
            answer = (f"more than {memory // 2**30} GB for one picture", b"", {})
        except BaseException as problem:
            # The decoders' errors have no common class, and a panic of Rust's is no Exception.
            answer = (str(problem) or type(problem).__name__, b"", {})
        _send(answers, answer)


def _limit_memory(memory: int) -> None:
    """Limit the address space, where the operating system can: failing that, the clock alone is left."""
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (ImportError, OSError):
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + memory, hard))


def _limit_time(seconds: float) -> None:
    """Let the operating system end this process after so much more computing, where it can."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    # Whole seconds: no more than asked for.
    soft = max(1, int(used.ru_utime + used.ru_stime + seconds))
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


if __name__ == "__main__":
    serve(float(sys.argv[1]), int(sys.argv[2]))
