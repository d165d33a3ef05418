"""An archive that takes objects by STOW-RS (PS3.18 10.5)."""

import secrets
from collections.abc import Sequence
from functools import partial

import requests

from dashboard.node import configuration
from dashboard.node.archive.storage import DUPLICATE, ArchiveRefused
from dashboard.node.archive.web_server import answer, lone_session

_FAILED_SOP_SEQUENCE, _FAILURE_REASON = "00081198", "00081197"


class DicomWebArchive:
    """An archive that takes objects by STOW-RS."""

    def __init__(self, settings: configuration.ArchiveSettings) -> None:
        self._session = web_session(settings)
        self._url = f"{settings.url.rstrip('/')}/studies"
        self._timeout = settings.timeout

    def store(self, files: Sequence[bytes]) -> None:
        """Store files in one request."""
        body, content_type = multipart(files)
        headers = {"Content-Type": content_type, "Accept": "application/dicom+json"}
        send = partial(self._session.post, self._url, body, headers=headers, timeout=self._timeout)
        response = answer(self._url, send)
        code = response.status_code
        # 200: all of them are stored (PS3.18, table 10.5.3-1); else the response names those that are not.
        failures = failure_reasons(response)
        if code != requests.codes.ok and failures != {DUPLICATE}:
            said = f", failure reason {', '.join(f'{each:04X}' for each in sorted(failures))}" if failures else ""
            raise ArchiveRefused(f"{self._url} answered with HTTP status {code}{said}.")
        if failures - {DUPLICATE}:
            raise ArchiveRefused(f"{self._url} did not store every object.")


def web_session(settings: configuration.ArchiveSettings) -> requests.Session:
    """Return a session with an archive's DICOMweb, with its certificate and password."""
    session = lone_session()
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
