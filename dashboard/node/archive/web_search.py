"""Radiographs in the archive, found by QIDO-RS and fetched by WADO-RS (PS3.18 10.6 and 10.4)."""

from collections.abc import Iterable
from datetime import date
from email.message import Message
from functools import partial
from typing import Any

import requests
from pydicom.datadict import tag_for_keyword

from dashboard.node import configuration
from dashboard.node.archive.search import MODALITIES, FoundRadiograph, earlier, is_readable
from dashboard.node.archive.storage import ArchiveRefused
from dashboard.node.archive.web_server import answer
from dashboard.node.archive.web_storage import web_session

MOST = 500
"""Radiographs that one search asks for: more than a reader's day."""

_FIELDS = ("StudyDate", "PatientID", "BodyPartExamined")


class DicomWebSearch:
    """Searches an archive that speaks DICOMweb."""

    def __init__(self, settings: configuration.ArchiveSettings) -> None:
        self._session = web_session(settings)
        self._url = settings.url.rstrip("/")
        self._timeout = settings.timeout

    def radiographs(self, day: date) -> list[FoundRadiograph]:
        """Return the chest radiographs of a day."""
        return self._search(StudyDate=f"{day:%Y%m%d}")

    def priors(self, radiograph: FoundRadiograph) -> list[FoundRadiograph]:
        """Return the same patient's chest radiographs of earlier days, latest first."""
        if not radiograph.patient_id:
            return []
        return earlier(self._search(PatientID=radiograph.patient_id), radiograph)

    def file(self, radiograph: FoundRadiograph) -> bytes:
        """Fetch a radiograph as a DICOM file, in the transfer syntax that the archive keeps it in."""
        path = f"studies/{radiograph.study}/series/{radiograph.series}/instances/{radiograph.instance}"
        accept = 'multipart/related; type="application/dicom"; transfer-syntax=*'
        return first_part(self._get(path, {}, accept))

    def _search(self, **matching: str) -> list[FoundRadiograph]:
        found: list[FoundRadiograph] = []
        for modality in MODALITIES:
            query = {"Modality": modality, "includefield": _FIELDS, "limit": str(MOST), **matching}
            response = self._get("instances", query, "application/dicom+json")
            found += chest_radiographs(response.json() if response.content else [])
        return found

    def _get(self, path: str, query: dict[str, Any], accept: str) -> requests.Response:
        url = f"{self._url}/{path}"
        send = partial(self._session.get, url, params=query, headers={"Accept": accept}, timeout=self._timeout)
        response = answer(self._url, send)
        if not response.ok:
            raise ArchiveRefused(f"{self._url} answered with HTTP status {response.status_code}.")
        return response


def chest_radiographs(instances: Iterable[dict[str, Any]]) -> list[FoundRadiograph]:
    """Return those of the instances in a QIDO-RS answer (PS3.18 F.2) that are to be read."""
    return [
        FoundRadiograph(
            study=_value(each, "StudyInstanceUID"),
            series=_value(each, "SeriesInstanceUID"),
            instance=_value(each, "SOPInstanceUID"),
            day=_value(each, "StudyDate"),
            patient_id=_value(each, "PatientID"),
        )
        for each in instances
        if is_readable(_value(each, "SOPClassUID"), _value(each, "BodyPartExamined"))
    ]


def first_part(response: requests.Response) -> bytes:
    """Return the first part of a multipart response (PS3.18 8.7.1, RFC 2046 5.1), as it is.

    Raises:
        ArchiveRefused: it has none.
    """
    header = Message()
    header["Content-Type"] = response.headers.get("Content-Type", "")
    boundary = header.get_boundary()
    if header.get_content_type() == "application/dicom":
        return response.content
    opening = f"--{boundary}".encode()
    begin = response.content.find(b"\r\n\r\n", response.content.find(opening))
    end = response.content.find(b"\r\n" + opening, begin + 4)
    if boundary is None or begin < 0 or end < 0:
        raise ArchiveRefused(
            f"The archive sent {header.get_content_type()}. Expected a DICOM file, as multipart/related."
        )
    return response.content[begin + 4 : end]


def _value(instance: dict[str, Any], keyword: str) -> str:
    """Return an attribute's first value in DICOM JSON, empty where there is none."""
    values = instance.get(f"{tag_for_keyword(keyword):08X}", {}).get("Value") or [""]
    return str(values[0])
