"""A PostgreSQL server of a test's own, on this machine: started, killed and started again."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browser.conftest import free_port
from tests.debian import program

NOBODY = 65534
START_SECONDS = 60


class Server:
    """A cluster in a folder; its user is ``lungfield``, its database ``postgres``."""

    def __init__(self, folder: Path) -> None:
        # PostgreSQL refuses to run as root.
        self._user = NOBODY if os.geteuid() == 0 else None
        os.chown(folder, self._user or -1, -1)
        self._data = folder / "data"
        self._port = free_port()
        self._process: subprocess.Popen | None = None
        self._run("initdb", "--username=lungfield", "--auth=trust", "--no-sync", f"--pgdata={self._data}").wait()

    @property
    def url(self) -> str:
        """Its URL for SQLAlchemy."""
        return f"postgresql://lungfield@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Start it and wait until it answers."""
        place = ("-D", str(self._data), "-k", str(self._data), "-h", "127.0.0.1", "-p", str(self._port))
        self._process = self._run("postgres", *place)
        deadline = time.monotonic() + START_SECONDS
        while self._run("pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self._port)).wait():
            assert time.monotonic() < deadline, f"expected PostgreSQL to answer within {START_SECONDS} s"
            time.sleep(0.1)

    def kill(self) -> None:
        """Kill it as a power cut would: its first process and all that it began."""
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _run(self, name: str, *arguments: str) -> subprocess.Popen:
        return subprocess.Popen(
            [_program(name), *arguments],
            user=self._user,
            cwd=self._data.parent,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


def _program(name: str) -> Path:
    """Return the path of one of PostgreSQL's programs, which Debian keeps apart by version."""
    return program("pg_ctlcluster") and sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))[-1]


@contextmanager
def postgresql() -> Iterator[Server]:
    """Yield a server that has been started, and remove it."""
    folder = Path(tempfile.mkdtemp(prefix="lungfield-postgresql-"))
    server = Server(folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)
