"""A FHIR R4 server that gets diagnostic reports (hl7.org/fhir/R4/http.html, create)."""

import json
from collections.abc import Sequence
from functools import partial

from dashboard.node import configuration
from dashboard.node.archive.storage import ArchiveRefused
from dashboard.node.archive.web_server import answer, lone_session

MEDIA_TYPE = "application/fhir+json"


class FhirServer:
    """Creates each report once: a server that has one of its identifier makes no second (conditional create)."""

    def __init__(self, settings: configuration.FhirSettings) -> None:
        self._session = lone_session()
        if token := settings.token():
            self._session.headers["Authorization"] = f"Bearer {token}"
        self._url = f"{settings.url.rstrip('/')}/DiagnosticReport"
        self._timeout = settings.timeout

    def store(self, reports: Sequence[bytes]) -> None:
        """Create reports, JSON each; one that is there already counts as created.

        Raises:
            ArchiveAway: the server cannot be reached, or is not well.
            ArchiveRefused: it does not take one of them.
        """
        for report in reports:
            send = partial(self._session.post, self._url, report, headers=_headers(report), timeout=self._timeout)
            response = answer(self._url, send)
            if not response.ok:
                raise ArchiveRefused(f"{self._url} answered with HTTP status {response.status_code}.")


def _headers(report: bytes) -> dict[str, str]:
    identifier = json.loads(report)["identifier"][0]
    return {
        "Content-Type": MEDIA_TYPE,
        "Accept": MEDIA_TYPE,
        "If-None-Exist": f"identifier={identifier['system']}|{identifier['value']}",
    }
