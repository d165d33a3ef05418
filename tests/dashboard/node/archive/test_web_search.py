from datetime import date

import pytest
import requests
from pydicom.uid import DigitalXRayImageStorageForProcessing

from dashboard.node import configuration
from dashboard.node.archive.search import FoundRadiograph
from dashboard.node.archive.storage import ArchiveAway, ArchiveRefused
from dashboard.node.archive.web_search import DicomWebSearch, chest_radiographs, first_part
from tests.dashboard.node.orthanc import free_port

DAY = date(2025, 12, 24)


def instance(**values: str) -> dict:
    """Return an instance as a QIDO-RS answer has it."""
    tags = {"body_part": "00180015", "sop_class": "00080016", "uid": "00080018"}
    return {tags[name]: {"vr": "UI", "Value": [value]} for name, value in values.items()}


def test_chests_are_read_and_what_does_not_say() -> None:
    answer = [
        instance(uid="1", body_part="CHEST"),
        instance(uid="2", body_part="HAND"),
        instance(uid="3"),
        instance(uid="4", sop_class=DigitalXRayImageStorageForProcessing),
    ]
    assert [found.instance for found in chest_radiographs(answer)] == ["1", "3"]


def test_who_was_found_is_not_printed() -> None:
    assert "PID" not in repr(FoundRadiograph("1", "2", "3", "20251224", "PID-77215"))


def response(content_type: str, body: bytes) -> requests.Response:
    made = requests.Response()
    made.headers["Content-Type"], made._content = content_type, body
    return made


def test_a_part_is_taken_as_it_is() -> None:
    binary = bytes(range(256)) + b"\r\n\r\n--other\r\n"
    body = b"--b\r\nContent-Type: application/dicom\r\nContent-Length: 1\r\n\r\n" + binary + b"\r\n--b--\r\n"
    assert first_part(response('multipart/related; type="application/dicom"; boundary="b"', body)) == binary
    assert first_part(response("application/dicom", binary)) == binary


@pytest.mark.parametrize("content_type", ["text/html", "multipart/related; boundary=b", ""])
def test_what_holds_no_file_is_told(content_type: str) -> None:
    with pytest.raises(ArchiveRefused, match="Expected a DICOM file, as multipart/related"):
        first_part(response(content_type, b"<html>"))


def test_no_archive_is_away() -> None:
    search = DicomWebSearch(
        configuration.ArchiveSettings(url=f"http://127.0.0.1:{free_port()}/dicom-web", timeout=5)
    )
    with pytest.raises(ArchiveAway, match=r"/dicom-web does not answer: nothing listens there"):
        search.radiographs(DAY)
