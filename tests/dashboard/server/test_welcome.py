"""The address that whoever starts the dashboard is told."""

import asyncio

import pytest
import streamlit as st
from streamlit import cli_util, config

from dashboard.server import welcome as module
from dashboard.server.welcome import dashboard_url, welcome


def started(headless: bool, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the addresses that are opened in a browser at a start."""
    opened: list[str] = []
    options = {"server.headless": headless, "server.address": "127.0.0.1"}
    monkeypatch.setattr(st, "get_option", options.__getitem__)
    monkeypatch.setattr(config, "is_manually_set", options.__contains__)
    monkeypatch.setattr(cli_util, "open_browser", opened.append)
    monkeypatch.setattr(module, "SECONDS", 0.01)

    async def start() -> None:
        welcome()
        await asyncio.sleep(0.1)

    asyncio.run(start())
    return opened


def test_a_browser_opens_where_somebody_sits(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (opened,) = started(False, monkeypatch)
    assert opened.startswith("http://127.0.0.1:")
    assert capsys.readouterr().out == f"Lungfield: {opened}\n"
    assert started(True, monkeypatch) == []


def test_every_address_is_reached_as_localhost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "get_option", lambda name: "0.0.0.0")
    monkeypatch.setattr(config, "is_manually_set", lambda name: name == "server.address")
    assert dashboard_url().startswith("http://localhost")
    monkeypatch.setattr(config, "is_manually_set", lambda name: False)
    assert dashboard_url().startswith("http://localhost")
