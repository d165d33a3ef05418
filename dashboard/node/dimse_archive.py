"""An archive that takes objects by C-STORE (PS3.4 annex B)."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pydicom
from pydicom import Dataset
from pydicom.uid import UID, ExplicitVRLittleEndian
from pynetdicom import AE, Association

from dashboard.node import configuration
from dashboard.node.archive import DUPLICATE, ArchiveAway, ArchiveRefused
from dashboard.node.tls import client_context
from model.io.wording import reason

_SUCCESS, _WARNINGS = 0x0000, range(0xB000, 0xC000)
"""PS3.4, table B.2-1: stored, if with coerced or unknown attributes."""


class DimseArchive:
    """An archive that takes objects by C-STORE."""

    def __init__(self, settings: configuration.ArchiveSettings, ae_title: str) -> None:
        self._settings = settings
        self._tls = (client_context(settings.tls), settings.host) if settings.tls else None
        self._entity = AE(ae_title)
        self._entity.connection_timeout = self._entity.acse_timeout = settings.timeout
        self._entity.dimse_timeout = self._entity.network_timeout = settings.timeout

    def store(self, files: Sequence[bytes]) -> None:
        """Store files over one association."""
        datasets = [pydicom.dcmread(io.BytesIO(file)) for file in files]
        with self._associated({dataset.SOPClassUID for dataset in datasets}) as association:
            for dataset in datasets:
                _check_status(association.send_c_store(dataset), dataset.SOPClassUID)

    @contextmanager
    def _associated(self, classes: set[UID]) -> Iterator[Association]:
        where = f"{self._settings.ae_title} at {self._settings.host}:{self._settings.port}"
        entity = self._entity
        entity.requested_contexts = []
        for sop_class in sorted(classes):
            entity.add_requested_context(sop_class, ExplicitVRLittleEndian)
        association = entity.associate(
            self._settings.host, self._settings.port, ae_title=self._settings.ae_title, tls_args=self._tls
        )
        if association.is_rejected:
            raise ArchiveAway(
                f"{where} refused an association. Expected it to know the calling AE title {entity.ae_title}."
            )
        if not association.is_established:
            raise ArchiveAway(f"{where} does not answer.")
        try:
            accepted = {context.abstract_syntax for context in association.accepted_contexts}
            if missing := classes - accepted:
                raise ArchiveRefused(f"{where} does not take {', '.join(sorted(uid.name for uid in missing))}.")
            yield association
        except (RuntimeError, ValueError) as problem:
            if isinstance(problem, ArchiveRefused):
                raise
            # pynetdicom's, of an association that was lost between two objects.
            raise ArchiveAway(f"{where} ended the association: {reason(problem)}") from problem
        finally:
            if association.is_established:
                association.release()


def _check_status(answer: Dataset, sop_class: UID) -> None:
    """Check the status of a C-STORE; an empty one means that the association was lost."""
    if "Status" not in answer:
        raise ArchiveAway("The archive ended the association while it was sent an object.")
    if answer.Status in (_SUCCESS, DUPLICATE) or answer.Status in _WARNINGS:
        return
    # Out of resources (A7xx) says nothing of the object.
    failure = ArchiveAway if answer.Status >> 8 == 0xA7 else ArchiveRefused
    raise failure(f"The archive did not store a {sop_class.name}: status {answer.Status:04X}.")
