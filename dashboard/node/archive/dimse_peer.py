"""Associations with the archive as a DICOM node (PS3.8)."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from pydicom.uid import UID, ExplicitVRLittleEndian
from pynetdicom import AE, Association

from dashboard.node import configuration
from dashboard.node.archive.storage import ArchiveAway, ArchiveRefused
from dashboard.node.tls import client_context
from model.io.wording import reason


class DimsePeer:
    """The archive, asked under an AE title of the node's."""

    def __init__(self, settings: configuration.ArchiveSettings, ae_title: str) -> None:
        self._settings = settings
        self._tls = (client_context(settings.tls), settings.host) if settings.tls else None
        self._entity = AE(ae_title)
        self._entity.connection_timeout = self._entity.acse_timeout = settings.timeout
        self._entity.dimse_timeout = self._entity.network_timeout = settings.timeout

    def __str__(self) -> str:
        return f"{self._settings.ae_title} at {self._settings.host}:{self._settings.port}"

    @contextmanager
    def associated(self, classes: Collection[str]) -> Iterator[Association]:
        """Hold an association for SOP classes, in explicit VR little endian.

        Raises:
            ArchiveAway: there is none, or it was lost.
            ArchiveRefused: the archive does not know one of the classes.
        """
        entity = self._entity
        entity.requested_contexts = []
        for sop_class in sorted(classes):
            entity.add_requested_context(sop_class, ExplicitVRLittleEndian)
        association = entity.associate(
            self._settings.host, self._settings.port, ae_title=self._settings.ae_title, tls_args=self._tls
        )
        if association.is_rejected:
            raise ArchiveAway(
                f"{self} refused an association. Expected it to know the calling AE title {entity.ae_title}."
            )
        if not association.is_established:
            raise ArchiveAway(f"{self} does not answer.")
        try:
            accepted = {context.abstract_syntax for context in association.accepted_contexts}
            if missing := set(classes) - accepted:
                raise ArchiveRefused(f"{self} does not take {', '.join(sorted(UID(uid).name for uid in missing))}.")
            yield association
        except (RuntimeError, ValueError) as problem:
            if isinstance(problem, ArchiveRefused):
                raise
            # pynetdicom's, of an association that was lost between two messages.
            raise ArchiveAway(f"{self} ended the association: {reason(problem)}") from problem
        finally:
            if association.is_established:
                association.release()
