"""An archive that takes objects by C-STORE (PS3.4 annex B)."""

import io
from collections.abc import Sequence

import pydicom
from pydicom import Dataset
from pydicom.uid import UID

from dashboard.node import configuration
from dashboard.node.archive.dimse_peer import DimsePeer
from dashboard.node.archive.storage import DUPLICATE, ArchiveAway, ArchiveRefused

_SUCCESS, _WARNINGS = 0x0000, range(0xB000, 0xC000)
"""PS3.4, table B.2-1: stored, if with coerced or unknown attributes."""


class DimseArchive:
    """An archive that takes objects by C-STORE."""

    def __init__(self, settings: configuration.ArchiveSettings, ae_title: str) -> None:
        self._peer = DimsePeer(settings, ae_title)

    def store(self, files: Sequence[bytes]) -> None:
        """Store files over one association."""
        datasets = [pydicom.dcmread(io.BytesIO(file)) for file in files]
        with self._peer.associated({dataset.SOPClassUID for dataset in datasets}) as association:
            for dataset in datasets:
                _check_status(association.send_c_store(dataset), dataset.SOPClassUID)


def _check_status(answer: Dataset, sop_class: UID) -> None:
    """Check the status of a C-STORE; an empty one means that the association was lost."""
    if "Status" not in answer:
        raise ArchiveAway("The archive ended the association while it was sent an object.")
    if answer.Status in (_SUCCESS, DUPLICATE) or answer.Status in _WARNINGS:
        return
    # Out of resources (A7xx) says nothing of the object.
    failure = ArchiveAway if answer.Status >> 8 == 0xA7 else ArchiveRefused
    raise failure(f"The archive did not store a {sop_class.name}: status {answer.Status:04X}.")
