"""A Chromium for the browser tests: the one named, else one installed, else one fetched.

    python -m tests.browser.chromium

prints its path. A browser counts as found once it has told its version: a program that lacks its
libraries, or that only points to a shop, is passed over, and why is said if nothing else turns up.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import sync_playwright

VARIABLE = "LUNGFIELD_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FETCH = [sys.executable, "-m", "playwright", "install", "--no-shell"]

START_SECONDS = 60
FETCH_SECONDS = 300
"""Enough for a slow line; behind a firewall the download may hang without an end."""
APT_SECONDS = 600

_TELLING = re.compile("error|fail|cannot|unable", re.IGNORECASE)


class NoBrowser(RuntimeError):
    """No Chromium was found or could be fetched; the message says what was tried."""


class _NotThisWay(Exception):
    """One way to a browser is closed; the message says why."""


def get() -> Path:
    """Return the path of a Chromium that runs.

    Raises:
        NoBrowser: the one named does not run, or every way failed.
    """
    if VARIABLE in os.environ:
        return _named(os.environ[VARIABLE])
    failures = []
    for name, way in WAYS.items():
        try:
            return way()
        except _NotThisWay as reason:
            failures.append(f"- {name}: {reason}")
    raise NoBrowser(
        "The browser tests expected a Chromium that runs and found none. Tried:\n"
        + "\n".join(failures)
        + f"\nInstall Chromium or Chrome, or set {VARIABLE} to the path of one."
    )


def _named(path: str) -> Path:
    try:
        return _running(Path(path))
    except _NotThisWay as reason:
        raise NoBrowser(
            f"{VARIABLE} is expected to be the path of a Chromium that runs; it is {path!r}: {reason}. "
            f"Correct it, or unset it to have one looked for."
        ) from None


def _playwrights() -> Path:
    with sync_playwright() as playwright:
        return _running(Path(playwright.chromium.executable_path))


def _systems() -> Path:
    reasons = []
    for path in filter(None, map(shutil.which, NAMES)):
        try:
            return _running(Path(path))
        except _NotThisWay as reason:
            reasons.append(str(reason))
    raise _NotThisWay("; ".join(reasons) or f"none of {', '.join(NAMES)} is on PATH")


def _fetched() -> Path:
    libraries = ["--with-deps"] if _may_install() else []
    _run([*FETCH, *libraries, "chromium"], FETCH_SECONDS)
    return _playwrights()


def _packaged() -> Path:
    if not _may_install():
        raise _NotThisWay("it takes root, and a system with apt-get")
    _run(["apt-get", "update"], APT_SECONDS)
    _run(["apt-get", "install", "--yes", "--no-install-recommends", "chromium"], APT_SECONDS)
    return _systems()


WAYS: dict[str, Callable[[], Path]] = {
    "Playwright's own browser": _playwrights,
    "the system's browser": _systems,
    "playwright install chromium": _fetched,
    "apt-get install chromium": _packaged,
}


def _may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _running(path: Path) -> Path:
    """Return the path itself, once the browser there has told its version."""
    _run([str(path), "--version"], START_SECONDS)
    return path


def _run(command: list[str], seconds: float) -> None:
    """Run to the end; what it says is shown only where it fails."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            start_new_session=True,
        )
    except OSError as problem:
        raise _NotThisWay(f"{command[0]} does not start ({problem.strerror})") from None
    try:
        output, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        # The whole group: a downloader's children would hold the pipe open, and this process with it.
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise _NotThisWay(f"{' '.join(command)} did not end within {seconds:g} s") from None
    if process.returncode:
        raise _NotThisWay(f"{' '.join(command)} ended with {process.returncode} and said: {_gist(output)}")


def _gist(output: str) -> str:
    """Return the line of a failed command's output that most likely says why."""
    lines = [line.strip() for line in output.splitlines() if line.strip()] or ["nothing"]
    return next(filter(_TELLING.search, lines), lines[-1])


if __name__ == "__main__":
    try:
        print(get())
    except NoBrowser as failure:
        sys.exit(str(failure))
