"""The archive that gets the answers, by C-STORE (PS3.4 annex B) or STOW-RS (PS3.18 10.5)."""

import io
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

import pydicom
import requests
from pydicom import Dataset
from pydicom.uid import UID, ExplicitVRLittleEndian
from pynetdicom import AE, Association

from dashboard.node import configuration
from dashboard.node.tls import client_context
from model.io.wording import reason

DUPLICATE = 0x0111
"""Duplicate SOP Instance (PS3.7 annex C): what the archive has already is stored."""
_SUCCESS, _WARNINGS = 0x0000, range(0xB000, 0xC000)
"""PS3.4, table B.2-1: stored, if with coerced or unknown attributes."""
UNWELL = {requests.codes.request_timeout, requests.codes.too_many_requests, *range(500, 600)}
"""HTTP statuses that say nothing of the objects."""
_FAILED_SOP_SEQUENCE, _FAILURE_REASON = "00081198", "00081197"


class ArchiveAway(ConnectionError):
    """The archive cannot be reached, or takes nothing for now."""


class ArchiveRefused(ValueError):
    """The archive is there and does not take these objects."""


class Archive(Protocol):
    """Whatever stores answers."""

    def store(self, files: Sequence[bytes]) -> None:
        """Store DICOM files of one study; what the archive has already counts as stored.

        Raises:
            ArchiveAway: it cannot be reached; some of them may be stored.
            ArchiveRefused: it does not take one of them.
        """
        ...


def archive(settings: configuration.Archive, ae_title: str) -> Archive:
    """Return the archive that the configuration names; ``ae_title`` is the node's own."""
    return DicomWebArchive(settings) if settings.url else DimseArchive(settings, ae_title)


class DimseArchive:
    """An archive that takes objects by C-STORE."""

    def __init__(self, settings: configuration.Archive, ae_title: str) -> None:
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


class DicomWebArchive:
    """An archive that takes objects by STOW-RS."""

    def __init__(self, settings: configuration.Archive) -> None:
        self._session = web_session(settings)
        self._url = f"{settings.url.rstrip('/')}/studies"
        self._timeout = settings.timeout

    def store(self, files: Sequence[bytes]) -> None:
        """Store files in one request."""
        body, content_type = multipart(files)
        headers = {"Content-Type": content_type, "Accept": "application/dicom+json"}
        try:
            response = self._session.post(self._url, body, headers=headers, timeout=self._timeout)
        except requests.RequestException as problem:
            raise ArchiveAway(f"{self._url} does not answer ({type(problem).__name__}).") from problem
        code = response.status_code
        if code in UNWELL:
            raise ArchiveAway(f"{self._url} answered with HTTP status {code}.")
        # 200: all of them are stored (PS3.18, table 10.5.3-1); else the response names those that are not.
        failures = failure_reasons(response)
        if code != requests.codes.ok and failures != {DUPLICATE}:
            said = f", failure reason {', '.join(f'{each:04X}' for each in sorted(failures))}" if failures else ""
            raise ArchiveRefused(f"{self._url} answered with HTTP status {code}{said}.")
        if failures - {DUPLICATE}:
            raise ArchiveRefused(f"{self._url} did not store every object.")


def web_session(settings: configuration.Archive) -> requests.Session:
    """Return a session with an archive's DICOMweb, with its certificate and password."""
    session = requests.Session()
    # The archive and nothing else: no proxy, and no password from a file, that the environment names.
    session.trust_env = False
    if settings.tls:
        session.cert = (str(settings.tls.certificate), str(settings.tls.key))
        session.verify = str(settings.tls.authority)
    if settings.user:
        session.auth = (settings.user, settings.password())
    return session


def multipart(files: Sequence[bytes]) -> tuple[bytes, str]:
    """Return the body of a request that stores files, and its content type (PS3.18 8.6.1.2, RFC 2046 5.1)."""
    boundary = secrets.token_hex(16)
    head = f"--{boundary}\r\nContent-Type: application/dicom\r\n\r\n".encode()
    body = b"".join(part for file in files for part in (head, file, b"\r\n")) + f"--{boundary}--\r\n".encode()
    return body, f'multipart/related; type="application/dicom"; boundary={boundary}'


def failure_reasons(response: requests.Response) -> set[int]:
    """Return the failure reasons in a Store Instances Response (PS3.18, annex I); empty where it is none."""
    try:
        failed = response.json()[_FAILED_SOP_SEQUENCE]["Value"]
        return {int(item[_FAILURE_REASON]["Value"][0]) for item in failed}
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return set()
