import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from pydicom import Dataset
from pydicom.uid import Comprehensive3DSRStorage, SecondaryCaptureImageStorage
from pynetdicom import AE, evt

from dashboard.node import configuration
from dashboard.node.archive.storage import DUPLICATE, Archive, ArchiveAway, ArchiveRefused
from dashboard.node.archive.web_storage import multipart
from dashboard.node.delivery import archive
from tests.dashboard.node.orthanc import free_port
from tests.dashboard.reports.examples import capture, report, source

FILES = (capture(source(), keep_identity=True), report(source(), keep_identity=True))
STORED = {"00081199": {"vr": "SQ", "Value": []}}


def failure(*reasons: int) -> dict[str, Any]:
    """Return a response that names a failure reason for each object that was not stored."""
    return {"00081198": {"vr": "SQ", "Value": [{"00081197": {"vr": "US", "Value": [each]}} for each in reasons]}}


class Web:
    """A DICOMweb server that answers every request alike, and keeps what it was sent."""

    def __init__(self) -> None:
        self.status, self.answer = 200, json.dumps(STORED)
        self.content_type = "application/dicom+json"
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.requests.append((self.path, dict(self.headers), body))
                self.send_response(outer.status)
                self.send_header("Content-Type", outer.content_type)
                self.end_headers()
                self.wfile.write(outer.answer.encode())

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def archive(self, **settings: Any) -> Archive:
        url = f"http://127.0.0.1:{self.server.server_port}/dicom-web/"
        return archive(configuration.ArchiveSettings(url=url, timeout=5, **settings), "LUNGFIELD")


@pytest.fixture
def web() -> Iterator[Web]:
    made = Web()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_stow_sends_the_files_as_they_are(web: Web) -> None:
    web.archive().store(FILES)
    ((path, headers, body),) = web.requests
    assert path == "/dicom-web/studies"
    assert headers["Content-Type"].startswith('multipart/related; type="application/dicom"; boundary=')
    assert headers["Accept"] == "application/dicom+json"
    assert all(body.count(b"\r\n\r\n" + file + b"\r\n--") == 1 for file in FILES)


def test_a_boundary_is_new_each_time() -> None:
    assert multipart(FILES)[1] != multipart(FILES)[1]


def test_stow_shows_its_password(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(configuration.PASSWORD_VARIABLE, "geheim")
    web.archive(user="reader").store(FILES)
    assert web.requests[0][1]["Authorization"] == "Basic cmVhZGVyOmdlaGVpbQ=="


@pytest.mark.parametrize(
    ("status", "answer"),
    [(200, STORED), (200, {}), (202, failure(DUPLICATE)), (409, failure(DUPLICATE, DUPLICATE))],
)
def test_what_is_there_already_is_stored(web: Web, status: int, answer: dict) -> None:
    web.status, web.answer = status, json.dumps(answer)
    web.archive().store(FILES)


def test_a_success_without_a_word_is_one(web: Web) -> None:
    web.answer, web.content_type = "", "text/plain"
    web.archive().store(FILES)


@pytest.mark.parametrize(
    ("status", "answer", "message"),
    [
        (202, failure(DUPLICATE, 0x0122), r"HTTP status 202, failure reason 0111, 0122\."),
        (202, {}, r"HTTP status 202\."),
        (409, failure(0xA900), "HTTP status 409, failure reason A900"),
        (400, {}, "HTTP status 400"),
        (401, {}, "HTTP status 401"),
        (404, {}, "HTTP status 404"),
        (200, failure(0x0110), "did not store every object"),
    ],
)
def test_what_stow_does_not_take_is_told(web: Web, status: int, answer: dict, message: str) -> None:
    web.status, web.answer = status, json.dumps(answer)
    with pytest.raises(ArchiveRefused, match=message):
        web.archive().store(FILES)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_server_that_is_not_well_is_away(web: Web, status: int) -> None:
    web.status = status
    with pytest.raises(ArchiveAway, match=f"HTTP status {status}"):
        web.archive().store(FILES)
    assert len(web.requests) == 1


def test_no_web_server_is_away() -> None:
    settings = configuration.ArchiveSettings(url=f"http://127.0.0.1:{free_port()}/dicom-web", timeout=5)
    with pytest.raises(ArchiveAway, match=r"/dicom-web/studies does not answer: nothing listens there"):
        archive(settings, "LUNGFIELD").store(FILES)


# C-STORE.

Dimse = Callable[..., Archive]


@pytest.fixture
def dimse() -> Iterator[Dimse]:
    """Return what starts an archive that answers each C-STORE with a status, and gives the way to it."""
    servers: list[Any] = []

    def started(
        status: Callable[[evt.Event], int | Dataset] = lambda _: 0x0000,
        classes: tuple[str, ...] = (Comprehensive3DSRStorage, SecondaryCaptureImageStorage),
        callers: tuple[str, ...] = (),
    ) -> Archive:
        entity = AE("PACS")
        entity.require_calling_aet = list(callers)
        for sop_class in classes:
            entity.add_supported_context(sop_class)
        server = entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_C_STORE, status)])
        assert server
        servers.append(server)
        port = int(server.server_address[1])
        settings = configuration.ArchiveSettings(host="127.0.0.1", port=port, ae_title="PACS", timeout=5)
        return archive(settings, "LUNGFIELD")

    yield started
    for server in servers:
        server.shutdown()


def test_c_store_sends_every_object(dimse: Dimse) -> None:
    received: list[Dataset] = []

    def keep(event: evt.Event) -> int:
        received.append(event.dataset)
        return 0x0000

    dimse(keep).store(FILES)
    assert [dataset.Modality for dataset in received] == ["OT", "SR"]
    assert {str(dataset.PatientID) for dataset in received} == {"PID-77215"}


@pytest.mark.parametrize("status", [0x0000, DUPLICATE, 0xB000, 0xB006, 0xB007])
def test_a_warning_and_a_duplicate_are_stored(dimse: Dimse, status: int) -> None:
    dimse(lambda _: status).store(FILES)


@pytest.mark.parametrize(("status", "away"), [(0xA700, True), (0xA702, True), (0xA900, False), (0xC123, False)])
def test_an_archive_without_room_is_away_and_any_other_failure_a_refusal(
    dimse: Dimse, status: int, away: bool
) -> None:
    with pytest.raises(ArchiveAway if away else ArchiveRefused, match=f"did not store .*: status {status:04X}"):
        dimse(lambda _: status).store(FILES)


def test_an_archive_that_does_not_take_reports_is_told(dimse: Dimse) -> None:
    with pytest.raises(ArchiveRefused, match=r"PACS at 127\.0\.0\.1:.* does not take Comprehensive 3D SR Storage"):
        dimse(classes=(SecondaryCaptureImageStorage,)).store(FILES)


def test_an_archive_that_takes_nothing_is_told(dimse: Dimse) -> None:
    with pytest.raises((ArchiveRefused, ArchiveAway), match="PACS at"):
        dimse(classes=("1.2.840.10008.1.1",)).store(FILES)


def test_an_archive_that_does_not_know_the_node_is_away(dimse: Dimse) -> None:
    with pytest.raises(ArchiveAway, match=r"refused an association.*calling AE title LUNGFIELD"):
        dimse(callers=("OTHER",)).store(FILES)


def test_an_archive_that_ends_the_association_is_away(dimse: Dimse) -> None:
    def end(event: evt.Event) -> int:
        event.assoc.abort()
        return 0x0000

    with pytest.raises(ArchiveAway, match="ended the association"):
        dimse(end).store(FILES)


def test_no_archive_is_away() -> None:
    settings = configuration.ArchiveSettings(host="127.0.0.1", port=free_port(), ae_title="PACS", timeout=5)
    with pytest.raises(ArchiveAway, match=r"PACS at 127\.0\.0\.1:\d+ does not answer\."):
        archive(settings, "LUNGFIELD").store(FILES)
