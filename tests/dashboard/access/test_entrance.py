"""The door as the server's address, the secrets and the environment set it."""

import pytest
import streamlit as st

from dashboard.access import entrance
from dashboard.access.door import ANYBODY, NOBODY, WITHOUT_LOGIN, Door
from dashboard.access.entrance import end_where_shut, load_entrance


@pytest.fixture
def every_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "get_option", lambda name: [] if name == "secrets.files" else "0.0.0.0")
    monkeypatch.setattr(entrance, "section", lambda name: {})


@pytest.mark.usefixtures("every_address")
def test_a_server_for_all_ends_without_a_login(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(WITHOUT_LOGIN, raising=False)
    with pytest.raises(SystemExit, match=r"not started. Expected a login .* it listens on 0.0.0.0"):
        end_where_shut()


@pytest.mark.usefixtures("every_address")
def test_it_starts_with_a_login_or_in_so_many_words_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(WITHOUT_LOGIN, ANYBODY)
    end_where_shut()
    monkeypatch.setenv(WITHOUT_LOGIN, NOBODY)
    monkeypatch.setattr(entrance, "section", lambda name: {"client_id": "x"} if name == "auth" else {})
    end_where_shut()
    assert load_entrance().door is Door.LOGIN


def test_settings_that_cannot_be_followed_shut_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entrance, "section", lambda name: {"idle_minutes": -1})
    assert load_entrance().door is Door.SHUT
    with pytest.raises(SystemExit, match=r"not started. \[access\] idle_minutes = -1: expected"):
        end_where_shut()
