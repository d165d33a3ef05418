"""A search by DIMSE in a real archive: Debian's Orthanc, on loopback."""

import pytest

from dashboard.node.archive.dimse_search import DimseSearch
from dashboard.node.archive.storage import ArchiveAway, ArchiveRefused
from dashboard.node.configuration import ArchiveSettings, Listen
from tests.dashboard.node.archive.test_search import DAY, dimse_search
from tests.dashboard.node.examples import radiograph
from tests.dashboard.node.orthanc import Orthanc, free_port


def test_no_archive_is_away() -> None:
    settings = ArchiveSettings(host="127.0.0.1", port=free_port(), ae_title="X", timeout=5, move_ae_title="LIST")
    with pytest.raises(ArchiveAway, match=r"^X at 127\.0\.0\.1:\d+ does not answer\."):
        DimseSearch(settings, Listen()).radiographs(DAY)


@pytest.mark.slow
def test_an_archive_that_cannot_move_it_here_is_told(archive: Orthanc) -> None:
    archive.stow(radiograph(1))
    asked = dimse_search(archive, move_ae_title="UNKNOWN")
    (found,) = asked.radiographs(DAY)
    with pytest.raises(
        ArchiveRefused, match=r"did not move a radiograph to UNKNOWN: status [0-9A-F]{4}\. Expected"
    ):
        asked.file(found)
