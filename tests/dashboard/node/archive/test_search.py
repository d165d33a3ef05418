"""Searches in a real archive, Debian's Orthanc on loopback: DICOMweb and DIMSE give the same."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from dashboard.node.archive.dimse_search import DimseSearch
from dashboard.node.archive.search import ArchiveSearch
from dashboard.node.archive.web_search import DicomWebSearch
from dashboard.node.configuration import ArchiveSettings, Listen
from dashboard.worklist.archive_panel import fetched
from tests.dashboard.node.examples import parsed, radiograph, uid
from tests.dashboard.node.orthanc import AE_TITLE, Orthanc

DAY = date(2025, 12, 24)


def dimse_search(archive: Orthanc, **changes: Any) -> DimseSearch:
    given: dict[str, Any] = {"port": archive.dicom_port, "move_ae_title": "LIST", "move_port": archive.move_port}
    return DimseSearch(
        ArchiveSettings(host="127.0.0.1", ae_title=AE_TITLE, timeout=30, **(given | changes)), Listen()
    )


def web_search(archive: Orthanc) -> DicomWebSearch:
    return DicomWebSearch(ArchiveSettings(url=archive.dicom_web, timeout=30))


@pytest.mark.slow
@pytest.mark.parametrize("search", [web_search, dimse_search])
def test_a_days_radiographs_and_their_priors_come_out_of_an_archive(
    archive: Orthanc, search: Callable[[Orthanc], ArchiveSearch]
) -> None:
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
