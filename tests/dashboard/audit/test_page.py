"""The page Audit, and what the other pages leave there."""

from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.access import admission
from dashboard.access.admission import Person
from dashboard.access.roles import Role
from dashboard.audit import page as audit_page
from dashboard.audit.store import Audit, PersonsRecorder, open_audit
from dashboard.history import keep_form
from dashboard.history.database import UnusableDatabase
from dashboard.node.configuration import VARIABLE
from dashboard.shared import session
from dashboard.shared.navigation import AUDIT, HISTORY, NODE
from dashboard.shared.observability.activity import Action, recorded
from tests.dashboard.pages import APP, choose_row, html, is_result_shown, press
from tests.pictures import chest, png


@pytest.fixture
def audit(own_history: str) -> Audit:
    return open_audit(own_history)


@pytest.fixture
def as_rita(audit: Audit, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """Yield the dashboard with Rita, a reader, logged in."""

    def admit() -> Person:
        session.recorder.set(PersonsRecorder(audit, "5f2c", "Rita"))
        return Person("Rita", frozenset({Role.READER}))

    monkeypatch.setattr(admission, "admit", admit)
    st.cache_data.clear()
    yield AppTest.from_file(str(APP), default_timeout=60).run()
    st.cache_data.clear()


def done(audit: Audit) -> list[tuple[str, str]]:
    """Return what was done to what, the first first."""
    return [(entry.action, entry.what) for entry in reversed(audit.entries())]


def test_who_reads_saves_and_corrects_is_kept_without_the_file(as_rita: AppTest, audit: Audit) -> None:
    data = png(chest())
    as_rita.file_uploader[0].set_value([("Jane Doe 2021.png", data, "image/png")]).run()
    as_rita.segmented_control[0].set_value("normal")
    press(as_rita, "Save reading")
    as_rita.switch_page(HISTORY.file).run()
    choose_row(as_rita, 0)
    as_rita.segmented_control[0].set_value("pneumonia")
    press(as_rita, "Save correction")
    assert not as_rita.exception
    assert done(audit) == [("read", ""), ("saved", "reading 1"), ("corrected", "reading 2")]
    assert len({entry.digest for entry in audit.entries()}) == 1
    kept = " ".join(str(vars(entry)) for entry in audit.entries())
    assert "Jane" not in kept and "Rita" in kept


def test_a_page_that_is_refused_is_kept(as_rita: AppTest, audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "node.toml")
    as_rita.run().switch_page(NODE.file).run().run()
    assert done(audit) == [("was refused", "page: Node")]


def test_a_download_is_kept_when_it_is_made(
    audit: Audit, session_state: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = PersonsRecorder(audit, "5f2c", "Rita")
    monkeypatch.setattr("dashboard.shared.observability.activity.current_recorder", lambda: recorder)
    make = recorded("PDF report", lambda: b"%PDF", "0" * 64)
    assert not audit.entries()
    assert make() == b"%PDF"
    assert done(audit) == [("downloaded", "PDF report")]


def test_what_cannot_be_recorded_is_not_done(as_rita: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise UnusableDatabase("The history cannot be used: the disk is full.")

    monkeypatch.setattr(Audit, "record", full)
    as_rita.file_uploader[0].set_value([("a.png", png(chest()), "image/png")]).run()
    assert [error.value.replace("\\", "") for error in as_rita.error] == [
        "The history cannot be used: the disk is full."
    ]
    assert not is_result_shown(as_rita)


def test_without_a_login_nothing_is_kept_and_there_is_no_page(app: AppTest, audit: Audit) -> None:
    app.file_uploader[0].set_value([("a.png", png(chest()), "image/png")]).run()
    press(app, "Save reading")
    assert not app.exception and not audit.entries()
    assert keep_form.session.recorder.name not in app.session_state


def test_it_shows_and_searches_what_was_done(audit: Audit) -> None:
    audit.record("5f2c", "Rita", Action.LOGGED_IN)
    audit.record("77aa", "Stan", Action.REFUSED, "page: History")
    audit.record("5f2c", "Rita", Action.READ, digest="0" * 64)
    app = AppTest.from_file(str(APP.parent / AUDIT.file), default_timeout=60).run()
    assert not app.exception
    assert list(app.dataframe[0].value["Action"]) == ["Read", "Was refused", "Logged in"]
    assert "3 actions" in html(app)
    app.selectbox[0].set_value("Stan").run()
    assert list(app.dataframe[0].value["What"]) == ["page: History"]
    app.selectbox[1].set_value(Action.READ).run()
    assert "No action of this kind" in app.info[0].value


def draw_page() -> None:
    from dashboard.audit import page

    page.main()


def test_it_says_how_many_it_leaves_to_the_file(audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_page, "SHOWN", 2)
    for _ in range(3):
        audit.record("5f2c", "Rita", Action.READ)
    app = AppTest.from_function(draw_page, default_timeout=60).run()
    assert len(app.dataframe[0].value) == 2
    assert "3 actions, the latest 2 of them above" in html(app)
