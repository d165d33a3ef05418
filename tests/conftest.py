"""What holds for every test: none reaches beyond this machine, and those of the browser come last."""

import ipaddress
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.access.settings import UnusableSettings
from dashboard.history.database import UnusableDatabase
from dashboard.history.store import InvalidReading
from dashboard.node.archive.storage import ArchiveAway, ArchiveRefused
from dashboard.node.configuration import InvalidConfiguration
from dashboard.node.spool import UnusableSpool
from dashboard.reports.dicom import UnusableSource
from dashboard.reports.pdf import PageOverflow
from dashboard.thresholds.scores_csv import UnusableScores
from model.io.errors import UnreadableRadiograph
from model.network.card import ArtifactMismatch
from model.scoring.errors import ScoringFailed
from tests.python_spelling import python_in

OWN_ERRORS = (
    *(UnreadableRadiograph, ArtifactMismatch, UnusableDatabase, InvalidReading, UnusableScores),
    *(UnusableSource, PageOverflow, InvalidConfiguration, UnusableSpool, ScoringFailed, UnusableSettings),
    *(ArchiveAway, ArchiveRefused),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the browser's tests and put them last: a module's own failure tells more than a page's."""
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)
    # Playwright's event loop stays open to the end.
    items.sort(key=lambda item: "browser" in item.path.parts)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hospitals are offline: to connect anywhere but to this machine fails the test."""
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_here(address[0]):
            pytest.fail(f"expected no connection beyond this machine; one was tried to {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_here)


@pytest.fixture(autouse=True)
def own_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the URL of a history that no other test and no reader shares: none is kept in the project's own."""
    url = f"sqlite:///{tmp_path / 'history' / 'readings.sqlite3'}"
    monkeypatch.setenv("LUNGFIELD_DATABASE", url)
    return url


@pytest.fixture(autouse=True)
def messages_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scan the message of every error of the project's own: one that shows Python fails the test."""
    for error in OWN_ERRORS:
        monkeypatch.setattr(error, "__init__", _in_words(error))


def _in_words(error: type[Exception]) -> Callable[..., None]:
    begin = error.__init__

    def scanned(self: Exception, *arguments: object) -> None:
        for argument in arguments:
            found = python_in(str(argument))
            assert not found, f"expected words in a message; received {found} in: {argument}"
        begin(self, *arguments)

    return scanned


def _is_here(host: str) -> bool:
    """Return whether an address is this machine's: its own, not its loopback's alone, for clusters go by those."""
    if host in {"localhost", "::1"} or host.startswith("127."):
        return True
    try:
        family = socket.AF_INET6 if ipaddress.ip_address(host).version == 6 else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((host, 0))
    except (OSError, ValueError):
        return False
    return True


@pytest.fixture(autouse=True)
def own_main() -> Iterator[None]:
    """Give the main module back that a page run by ``AppTest`` takes the place of: new processes begin with it."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main
