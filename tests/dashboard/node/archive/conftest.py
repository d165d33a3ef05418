"""An archive for the tests that ask one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dashboard.node.orthanc import Orthanc, orthanc


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Orthanc]:
    """Yield Debian's Orthanc, on loopback."""
    with orthanc(tmp_path / "orthanc") as running:
        yield running
