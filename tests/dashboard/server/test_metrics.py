"""What Prometheus is answered."""

from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from dashboard.access import admission
from dashboard.access.admission import Person
from dashboard.access.door import Door
from dashboard.access.entrance import Entrance
from dashboard.access.roles import Role
from dashboard.access.settings import AccessSettings
from dashboard.node.configuration import VARIABLE
from dashboard.node.spool import Spool
from dashboard.server import this_machine
from dashboard.server.routes import MIDDLEWARE, ROUTES
from dashboard.shared.navigation import HISTORY
from tests.dashboard.pages import APP
from tests.pictures import chest, png

HERE, ELSEWHERE = ("127.0.0.1", 50000), ("10.0.0.7", 50000)


def client(address: tuple[str, int] = HERE) -> TestClient:
    return TestClient(Starlette(routes=ROUTES, middleware=MIDDLEWARE), client=address)


def scraped() -> dict[str, float]:
    """Return the values at ``/metrics`` by name and labels."""
    answer = client().get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        " ".join((sample.name, *(value for _, value in sorted(sample.labels.items(), reverse=True)))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_readings_their_seconds_and_refusals_are_counted(app: AppTest) -> None:
    before = scraped()
    files = [("Jane Doe.png", png(chest()), "image/png"), ("notes of Jane.txt", b"no picture", "text/plain")]
    app.file_uploader[0].set_value(files).run()
    app.run()
    after = scraped()
    assert after["lungfield_reading_seconds_count"] == before["lungfield_reading_seconds_count"] + 1
    assert after["lungfield_reading_seconds_sum"] > before["lungfield_reading_seconds_sum"]
    unreadable = "lungfield_refusals_total file unreadable"
    assert after[unreadable] == before.get(unreadable, 0) + 1, "expected it once, however often it is drawn"
    assert "Jane" not in client().get("/metrics").text


def test_a_page_that_is_refused_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "admit", lambda: Person("Somebody", frozenset({Role.STAKEHOLDER})))
    refused = "lungfield_refusals_total page History"
    before = scraped().get(refused, 0)
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    app.switch_page(HISTORY.file).run().run()
    assert scraped()[refused] == before + 1


def test_the_nodes_queue_is_told_where_one_is_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "lungfield_node_waiting" not in scraped()
    configuration = tmp_path / "node.toml"
    configuration.write_text('spool = "spool"\nshadow = true\n')
    monkeypatch.setenv(VARIABLE, str(configuration))
    assert scraped()["lungfield_node_spool_readable"] == 0
    spool = Spool(tmp_path / "spool", "a reader")
    spool.receive("1.2.3", b"a radiograph")
    assert scraped()["lungfield_node_waiting"] == 1
    assert scraped()["lungfield_node_failed"] == 0
    spool.close()


@pytest.mark.parametrize("path", ["/metrics", "/_stcore/metrics", "/metrics/"])
@pytest.mark.parametrize(
    ("address", "headers"),
    [(ELSEWHERE, {}), (HERE, {"X-Forwarded-For": "127.0.0.1"}), (HERE, {"Forwarded": "for=127.0.0.1"})],
)
def test_with_a_login_no_other_machine_is_answered(
    path: str, address: tuple[str, int], headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(this_machine, "load_entrance", lambda: Entrance(Door.LOGIN, AccessSettings()))
    refused = client(address).get(path, headers=headers)
    assert refused.status_code == 403 and "Expected a request from the machine that serves" in refused.text
    assert client().get("/metrics").status_code == 200
    assert client(ELSEWHERE).get("/ready").status_code in (200, 503), "expected readiness to be told to all"


def test_without_a_login_whoever_reaches_it_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(this_machine, "load_entrance", lambda: Entrance(Door.OPEN, AccessSettings()))
    assert client(ELSEWHERE).get("/metrics").status_code == 200
