"""A search by DIMSE in a real archive: Debian's Orthanc, on loopback."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard.node.archive import ArchiveAway, ArchiveRefused
from dashboard.node.configuration import ArchiveSettings, Listen
from dashboard.node.dimse_search import DimseSearch
from dashboard.worklist.archive_panel import fetched
from tests.dashboard.node.examples import parsed, radiograph, uid
from tests.dashboard.node.orthanc import AE_TITLE, Orthanc, free_port, orthanc
from tests.dashboard.node.test_web_search import DAY


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Orthanc]:
    with orthanc(tmp_path / "orthanc") as running:
        yield running


def search(archive: Orthanc, **changes: Any) -> DimseSearch:
    given: dict[str, Any] = {"port": archive.dicom_port, "move_ae_title": "LIST", "move_port": archive.move_port}
    return DimseSearch(
        ArchiveSettings(host="127.0.0.1", ae_title=AE_TITLE, timeout=30, **(given | changes)), Listen()
    )


def test_no_archive_is_away() -> None:
    settings = ArchiveSettings(host="127.0.0.1", port=free_port(), ae_title="X", timeout=5, move_ae_title="LIST")
    with pytest.raises(ArchiveAway, match=r"^X at 127\.0\.0\.1:\d+ does not answer\."):
        DimseSearch(settings, Listen()).radiographs(DAY)


@pytest.mark.slow
def test_a_days_radiographs_and_their_priors_come_out_of_an_archive(archive: Orthanc) -> None:
    archive.stow(
        radiograph(1),
        radiograph(2, BodyPartExamined="HAND"),
        radiograph(3, StudyDate="20251220"),
        radiograph(4, StudyDate="20251201"),
        radiograph(5, StudyDate="20251220", PatientID="PID-7721?"),
        radiograph(6, Modality="SC"),
    )
    asked = search(archive)
    alone, both = (dict(fetched(asked, DAY, priors=priors)) for priors in (False, True))
    assert list(alone) == [f"{uid(1)}.dcm"]
    assert list(both) == [f"{uid(number)}.dcm" for number in (1, 3, 4)]
    sent, got = parsed(radiograph(1)), parsed(alone[f"{uid(1)}.dcm"])
    assert got.PixelData == sent.PixelData
    assert got.PatientID == sent.PatientID
    assert asked.radiographs(date(2025, 12, 25)) == []


@pytest.mark.slow
def test_an_archive_that_cannot_move_it_here_is_told(archive: Orthanc) -> None:
    archive.stow(radiograph(1))
    asked = search(archive, move_ae_title="UNKNOWN")
    (found,) = asked.radiographs(DAY)
    with pytest.raises(
        ArchiveRefused, match=r"did not move a radiograph to UNKNOWN: status [0-9A-F]{4}\. Expected"
    ):
        asked.file(found)
