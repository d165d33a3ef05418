import json

import pytest

from dashboard.node import configuration
from dashboard.node.archive.storage import ArchiveAway, ArchiveRefused
from dashboard.node.fhir_server import FhirServer
from dashboard.reports.fhir import diagnostic_report
from tests.dashboard.node.archive.test_storage import Web, web  # noqa: F401
from tests.dashboard.node.orthanc import free_port
from tests.dashboard.reports.examples import export, source

REPORT = diagnostic_report(export(source(), keep_identity=True))


def server(web: Web) -> FhirServer:  # noqa: F811
    return FhirServer(configuration.FhirSettings(f"http://127.0.0.1:{web.server.server_port}/fhir/", timeout=5))


@pytest.mark.parametrize("status", [200, 201])
def test_a_report_is_created_unless_it_is_there(web: Web, status: int) -> None:  # noqa: F811
    web.status = status
    server(web).store([REPORT])
    ((path, headers, body),) = web.requests
    identifier = json.loads(REPORT)["identifier"][0]["value"]
    assert (path, body) == ("/fhir/DiagnosticReport", REPORT)
    assert headers["If-None-Exist"] == f"identifier=urn:dicom:uid|{identifier}"
    assert headers["Content-Type"] == "application/fhir+json"
    assert "Authorization" not in headers


def test_it_shows_its_token(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setenv(configuration.TOKEN_VARIABLE, "geheim")
    server(web).store([REPORT])
    assert web.requests[0][1]["Authorization"] == "Bearer geheim"


@pytest.mark.parametrize(
    ("status", "problem"), [(503, ArchiveAway), (429, ArchiveAway), (400, ArchiveRefused), (412, ArchiveRefused)]
)
def test_a_server_that_is_not_well_is_away_and_any_other_failure_a_refusal(
    web: Web,  # noqa: F811
    status: int,
    problem: type[Exception],
) -> None:
    web.status = status
    with pytest.raises(problem, match=f"/fhir/DiagnosticReport answered with HTTP status {status}"):
        server(web).store([REPORT])


def test_no_server_is_away() -> None:
    settings = configuration.FhirSettings(f"http://127.0.0.1:{free_port()}/fhir", timeout=5)
    with pytest.raises(ArchiveAway, match=r"DiagnosticReport does not answer: nothing listens there"):
        FhirServer(settings).store([REPORT])
