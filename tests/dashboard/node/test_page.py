"""The page Node, run headlessly on spools made for it."""

import re
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.node.configuration import VARIABLE
from dashboard.node.page import format_moment, format_wait
from dashboard.node.spool import RESERVE, ArchiveOutage, Spool
from dashboard.node.status import Status
from dashboard.shared.markup import DASHBOARD
from dashboard.shared.navigation import NODE
from tests.dashboard.node.test_spool import begun
from tests.dashboard.pages import APP, page_text


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """Return the page of a node that is configured and has not started yet."""
    file = tmp_path / "node.toml"
    file.write_text('spool = "spool"\n[archive]\nhost = "10.1.0.9"\nae_title = "PACS"\n')
    monkeypatch.setenv(VARIABLE, str(file))
    return AppTest.from_file(str(DASHBOARD / NODE.file), default_timeout=60)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", "1.0.0")


def unescaped(markdown: str) -> str:
    """Return Markdown as it is shown."""
    return re.sub(r"\\(.)", r"\1", markdown).replace("\N{WORD JOINER}", "")


def metrics(page: AppTest) -> dict[str, str]:
    """Return the figures by their titles."""
    return {metric.label: metric.value for metric in page.metric}


def test_a_node_that_has_not_started_is_explained(page: AppTest) -> None:
    page.run()
    assert not page.exception
    assert "the node makes it when it first starts" in unescaped(page.error[0].value)


def test_a_configuration_with_a_mistake_is_explained(page: AppTest, tmp_path: Path) -> None:
    (tmp_path / "node.toml").write_text("spool = 1")
    page.run()
    assert not page.exception
    assert "expected a path; received 1" in unescaped(page.error[0].value)


def test_an_empty_spool_has_nothing_to_tell(page: AppTest, spool: Spool) -> None:
    page.run()
    assert not page.exception
    assert metrics(page) == {"Waiting": "0", "Oldest waits": "-", "Failed": "0", "Answered in 24 hours": "0"}
    assert not page.warning
    assert not page.header


def test_a_disk_that_is_nearly_full_is_shown(page: AppTest, spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=RESERVE - 1))
    page.run()
    assert "Senders are told to try again later (A700)" in unescaped(page.error[0].value)


def test_what_waits_and_why_is_shown(page: AppTest, spool: Spool) -> None:
    spool.receive("1", b"bytes")
    spool.problem(begun(spool), "The radiograph is *damaged* <b>.", failed=True)
    spool.receive("2", b"bytes")
    spool.archive_outage(ArchiveOutage("PACS at 10.1.0.9:104 does not answer.", 1772600767.0, 3, 1772600827.0))
    page.run()
    assert metrics(page) == {
        "Waiting": "1",
        "Oldest waits": "under 1 min",
        "Failed": "1",
        "Answered in 24 hours": "0",
    }
    warning = unescaped(page.warning[0].value)
    assert "since 4 March 2026, 05:06 UTC (3 attempts): PACS at 10.1.0.9:104" in warning
    assert "next attempt at 4 March 2026, 05:07 UTC." in warning
    assert "The radiograph is *damaged* &lt;b&gt;." in page_text(page)


def test_shadow_mode_is_named(page: AppTest, spool: Spool, tmp_path: Path) -> None:
    (tmp_path / "node.toml").write_text('spool = "spool"\nshadow = true\n')
    page.run()
    assert page.info[0].value.startswith("Shadow mode: radiographs are read, nothing is sent.")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "under 1 min"), (59, "under 1 min"), (60, "1 min"), (7199, "119 min"), (7200, "2 h"), (10**6, "277 h")],
)
def test_a_wait_is_told_in_minutes_or_hours(seconds: float, text: str) -> None:
    assert format_wait(Status(1, 1000.0, 0, {}, 0, None, 2**40), now=1000.0 + seconds) == text


def test_a_moment_is_told_in_utc() -> None:
    assert format_moment(0) == "1 January 1970, 00:00 UTC"


@pytest.mark.parametrize("configured", [True, False])
def test_it_is_in_the_menu_where_a_node_is_configured(
    configured: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    if configured:
        monkeypatch.setenv(VARIABLE, str(tmp_path / "node.toml"))
    titles: list[str] = []
    navigation = st.navigation

    def listed(pages: list, **options: Any) -> object:
        titles.extend(each.title for each in pages)
        return navigation(pages, **options)

    monkeypatch.setattr(st, "navigation", listed)
    AppTest.from_file(str(APP), default_timeout=60).run()
    assert ("Node" in titles) == configured
