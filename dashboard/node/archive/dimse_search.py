"""Radiographs in the archive, found by C-FIND and fetched by C-MOVE (PS3.4 C.4.1 and C.4.2), Study Root."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from pydicom import Dataset
from pynetdicom import Association
from pynetdicom.sop_class import (  # type: ignore[attr-defined]
    StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelMove,
)

from dashboard.node.archive.dimse_peer import DimsePeer
from dashboard.node.archive.search import MODALITIES, FoundRadiograph, earlier, is_readable
from dashboard.node.archive.storage import ArchiveAway, ArchiveRefused
from dashboard.node.configuration import ArchiveSettings, Listen
from dashboard.node.receiver import Receiver
from dashboard.node.spool import Receipt
from model.io.dicom_header import text_of
from model.io.wording import reason

_SUCCESS, _PENDING = 0x0000, (0xFF00, 0xFF01)
"""PS3.4, tables C.4-1 and C.4-2."""
_MOVING = threading.Lock()
"""One port takes what is moved, for one reader of this dashboard at a time."""


class DimseSearch:
    """Searches an archive that is a DICOM node, which moves what was found to a port that is open meanwhile.

    Args:
        archive: the archive; it knows ``move_ae_title`` by this machine's address and ``move_port``.
        listen: how the node listens; what is moved is received as it receives: in memory here, at the other port.
    """

    def __init__(self, archive: ArchiveSettings, listen: Listen) -> None:
        self._peer = DimsePeer(archive, listen.ae_title)
        self._inlet = replace(
            listen,
            port=archive.move_port,
            ae_title=archive.move_ae_title,
            calling_ae_titles=(archive.ae_title,),
        )

    def radiographs(self, day: date) -> list[FoundRadiograph]:
        """Return the chest radiographs of a day."""
        return self._search(StudyDate=f"{day:%Y%m%d}")

    def priors(self, radiograph: FoundRadiograph) -> list[FoundRadiograph]:
        """Return the same patient's chest radiographs of earlier days, latest first."""
        return earlier(self._search(PatientID=radiograph.patient_id), radiograph) if radiograph.patient_id else []

    def file(self, radiograph: FoundRadiograph) -> bytes:
        """Have a radiograph moved here, in the transfer syntax that the archive sends it in."""
        inbox = _Inbox()
        with _MOVING:
            receiver = Receiver(self._inlet, inbox, lambda: None)
            try:
                receiver.start()
            except OSError as problem:
                raise ArchiveRefused(
                    f"archive.move_port: {self._inlet.host}:{self._inlet.port} cannot be listened to: "
                    f"{reason(problem)}. Expected a port that no other program has."
                ) from problem
            try:
                status = self._move(radiograph)
            finally:
                receiver.stop()
        if radiograph.instance not in inbox.files:
            raise ArchiveRefused(
                f"{self._peer} did not move a radiograph to {self._inlet.ae_title}: status {status:04X}. Expected "
                f"it to know that AE title at this machine's port {self._inlet.port}."
            )
        return inbox.files[radiograph.instance]

    def _move(self, radiograph: FoundRadiograph) -> int:
        """Ask for one move, and return its final status."""
        model = StudyRootQueryRetrieveInformationModelMove
        wanted = _query(
            "IMAGE",
            StudyInstanceUID=radiograph.study,
            SeriesInstanceUID=radiograph.series,
            SOPInstanceUID=radiograph.instance,
        )
        status = _PENDING[0]
        with self._peer.associated([model]) as association:
            for answer, _ in association.send_c_move(wanted, self._inlet.ae_title, model):
                status = _status(answer)
        return status

    def _search(self, **matching: str) -> list[FoundRadiograph]:
        wanted = {"StudyInstanceUID": "", "StudyDate": "", "PatientID": ""} | matching
        with self._peer.associated([StudyRootQueryRetrieveInformationModelFind]) as association:
            return [
                found
                for study in _find(association, "STUDY", **wanted)
                for series in _find(
                    association,
                    "SERIES",
                    StudyInstanceUID=study.StudyInstanceUID,
                    SeriesInstanceUID="",
                    Modality="",
                    BodyPartExamined="",
                )
                if text_of(series, "Modality") in MODALITIES
                for found in _instances(association, study, series)
            ]


class _Inbox:
    """What was moved here, in memory, by SOP Instance UID."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def receive(self, uid: str, data: bytes) -> Receipt:
        self.files[uid] = data
        return Receipt.SPOOLED


def _instances(association: Association, study: Dataset, series: Dataset) -> Iterator[FoundRadiograph]:
    """Yield a series' radiographs that are to be read."""
    uids = {"StudyInstanceUID": study.StudyInstanceUID, "SeriesInstanceUID": series.SeriesInstanceUID}
    for image in _find(association, "IMAGE", **uids, SOPInstanceUID="", SOPClassUID=""):
        if is_readable(text_of(image, "SOPClassUID") or "", text_of(series, "BodyPartExamined") or ""):
            yield FoundRadiograph(
                study=study.StudyInstanceUID,
                series=series.SeriesInstanceUID,
                instance=image.SOPInstanceUID,
                day=text_of(study, "StudyDate") or "",
                patient_id=text_of(study, "PatientID") or "",
            )


def _find(association: Association, level: str, **keys: str) -> list[Dataset]:
    """Return what matches at a level; empty keys are asked for (PS3.4 C.2.2.2)."""
    found = []
    for answer, identifier in association.send_c_find(
        _query(level, **keys), StudyRootQueryRetrieveInformationModelFind
    ):
        status = _status(answer)
        if status in _PENDING and identifier is not None:
            found.append(identifier)
        elif status != _SUCCESS:
            raise ArchiveRefused(f"The archive did not answer a search: status {status:04X}.")
    return found


def _query(level: str, **keys: str) -> Dataset:
    query = Dataset()
    query.QueryRetrieveLevel = level
    for keyword, value in keys.items():
        setattr(query, keyword, value)
    return query


def _status(answer: Dataset) -> int:
    """Return a status; an empty one means that the association was lost."""
    if "Status" not in answer:
        raise ArchiveAway("The archive ended the association while it was asked.")
    return int(answer.Status)
