"""Pages and roles, as the entry enforces them."""

import time
from pathlib import Path

import pytest
import streamlit as st
from streamlit import config
from streamlit.navigation.page import StreamlitPage
from streamlit.testing.v1 import AppTest

from dashboard.access import admission, entrance
from dashboard.access.admission import Person
from dashboard.access.door import Door
from dashboard.access.entrance import Entrance
from dashboard.access.roles import Role
from dashboard.access.settings import AccessSettings
from dashboard.access.time_out import Login, Logins
from dashboard.node.configuration import VARIABLE
from dashboard.shared.navigation import AUDIT, NODE, PAGES, READ, THRESHOLDS, Page
from tests.dashboard.pages import APP


def entered_as(monkeypatch: pytest.MonkeyPatch, *roles: Role) -> None:
    monkeypatch.setattr(entrance, "load_entrance", lambda: Entrance(Door.LOGIN, AccessSettings()))
    monkeypatch.setattr(admission, "admit", lambda: Person("Somebody", frozenset(roles)))


def refusals(app: AppTest) -> list[str]:
    return [error.value for error in app.error if "is open to:" in error.value]


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("page", [*PAGES, NODE, AUDIT], ids=lambda page: page.title)
def test_every_page_refuses_the_wrong_role(
    page: Page, role: Role, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    entered_as(monkeypatch, role)
    monkeypatch.setenv(VARIABLE, f"{tmp_path}/node.toml")
    ran: list[str] = []
    monkeypatch.setattr(StreamlitPage, "run", lambda self: ran.append(self.url_path))
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    if page is not READ:
        app = app.switch_page(page.file).run()
    if Person("", frozenset({role})).may_open(page):
        assert ran[-1] == page.address and not refusals(app)
    elif page is READ:
        assert ran == [THRESHOLDS.address], "expected the entry to open the first page of the role"
    else:
        assert page.address not in ran, "expected nothing of the page to run, so no download of it either"
        assert f"“{page.title}” is open to:" in refusals(app)[0]
        assert f"Your role is {role}" in refusals(app)[0]


def test_without_a_login_there_is_no_audit(app: AppTest) -> None:
    assert not app.exception
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        app.switch_page(AUDIT.file)


def test_a_tab_whose_login_ended_elsewhere_shows_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[str] = []
    now = time.time()
    monkeypatch.setattr(st, "user", User(is_logged_in=True, sub="rita", name="Rita", iat=now, roles=["reader"]))
    monkeypatch.setattr(st, "logout", lambda: left.append("logged out"))
    monkeypatch.setattr(admission, "LOGINS", Logins())
    monkeypatch.setattr(admission, "load_entrance", lambda: Entrance(Door.LOGIN, AccessSettings()))
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    assert app.file_uploader and not left
    admission.LOGINS.end(Login("rita", now))
    app.run()
    assert left and not app.file_uploader and not app.title


class User(dict):
    """Claims, as ``st.user`` holds them."""

    def to_dict(self) -> dict:
        return self


def test_an_address_for_all_without_a_login_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "get_option", lambda name: [] if name == "secrets.files" else "0.0.0.0")
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    assert "Expected a login where other machines can reach the dashboard" in app.error[0].value
    assert not app.title and not app.button


def test_a_login_that_is_configured_is_asked_for() -> None:
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.secrets["auth"] = {
        "client_id": "lungfield",
        "client_secret": "secret",
        "redirect_uri": "http://localhost:8501/oauth2callback",
        "cookie_secret": "a secret of thirty-two characters",
        "server_metadata_url": "http://localhost:1/.well-known/openid-configuration",
    }
    app.run()
    assert [button.label for button in app.button] == ["Log in"]
    assert not app.file_uploader


def test_settings_that_cannot_be_followed_let_nobody_in() -> None:
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.secrets["access"] = {"idle_minutes": -1}
    app.run()
    assert "expected claim" in app.error[0].value and not app.title and not app.button


def test_secrets_that_cannot_be_read_let_nobody_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "secrets.toml"
    broken.write_text("[auth\n")
    option = config.get_option
    for module in (config, st):
        monkeypatch.setattr(
            module, "get_option", lambda name: [str(broken)] if name == "secrets.files" else option(name)
        )
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    assert any(f"Expected TOML in {broken}" in error.value.replace("\\", "") for error in app.error)
    assert not app.title and not app.file_uploader
