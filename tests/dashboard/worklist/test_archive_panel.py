"""A day's radiographs fetched from an archive into the list, on the page as it runs headlessly."""

import sys
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.node.archive.search import FoundRadiograph
from dashboard.node.archive.storage import ArchiveAway
from dashboard.node.archive.web_search import DicomWebSearch
from dashboard.node.configuration import VARIABLE
from dashboard.worklist.archive_panel import fetched
from tests.dashboard.pages import press

DAY = date(2026, 3, 4)


def found(number: int, day: str = "20260304") -> FoundRadiograph:
    return FoundRadiograph("1.2", "1.3", f"1.4.{number}", day, f"patient {number % 10}")


@pytest.fixture
def search(monkeypatch: pytest.MonkeyPatch) -> type[DicomWebSearch]:
    """Replace what the archive says: two radiographs of the day, the first with a prior."""
    monkeypatch.setattr(DicomWebSearch, "__init__", lambda *_: None)
    monkeypatch.setattr(DicomWebSearch, "radiographs", lambda *_: [found(1), found(2)])
    monkeypatch.setattr(
        DicomWebSearch, "priors", lambda _, each: [found(11, "20260301")] if each.instance == "1.4.1" else []
    )
    monkeypatch.setattr(DicomWebSearch, "file", lambda _, each: each.instance.encode())
    return DicomWebSearch


def panel() -> None:
    from dashboard.worklist.archive_panel import archive_ui

    archive_ui()


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    file = tmp_path / "node.toml"
    file.write_text('spool = "spool"\n[archive]\nurl = "http://127.0.0.1:9/dicom-web"\n')
    monkeypatch.setenv(VARIABLE, str(file))
    return AppTest.from_function(panel, default_timeout=60)


def test_each_is_fetched_once_and_priors_on_request(search: type[DicomWebSearch]) -> None:
    names = [[name for name, _ in fetched(search(None), DAY, priors=priors)] for priors in (False, True)]  # type: ignore[arg-type]
    assert names == [["1.4.1.dcm", "1.4.2.dcm"], ["1.4.1.dcm", "1.4.2.dcm", "1.4.11.dcm"]]


@pytest.mark.usefixtures("search")
def test_what_was_fetched_is_told(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    added: list = []

    class Queue:
        def add(self, files: list) -> None:
            added.extend(files)

    monkeypatch.setattr("dashboard.worklist.archive_panel.session_queue", Queue)
    press(page.run(), "Fetch from the archive")
    assert added == [("1.4.1.dcm", b"1.4.1"), ("1.4.2.dcm", b"1.4.2")]
    assert page.toast[0].value == "2 radiographs fetched."


def test_an_archive_that_is_away_is_told(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> list:
        raise ArchiveAway("The archive does not answer.")

    monkeypatch.setattr(DicomWebSearch, "radiographs", away)
    press(page.run(), "Fetch from the archive")
    assert not page.exception
    assert page.error[0].value.replace("\\", "") == "The archive does not answer."


@pytest.mark.parametrize("text", ["", 'spool = "s"\n[archive]\nhost = "a"\nae_title = "B"\n'])
def test_where_the_archive_cannot_be_asked_nothing_is_drawn(
    page: AppTest, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "node.toml").write_text(text)
    if not text:
        monkeypatch.delenv(VARIABLE)
    page.run()
    assert not page.exception
    assert not page.button
    assert not page.error


def test_an_archive_that_moves_objects_here_is_asked_alike(page: AppTest, tmp_path: Path) -> None:
    (tmp_path / "node.toml").write_text(
        'spool = "s"\n[archive]\nhost = "127.0.0.1"\nport = 9\nae_title = "PACS"\nmove_ae_title = "LIST"\n'
    )
    press(page.run(), "Fetch from the archive")
    assert not page.exception
    assert page.error[0].value.replace("\\", "").endswith("9 does not answer.")


def test_what_is_not_installed_for_it_is_told(
    page: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "node.toml").write_text(
        'spool = "s"\n[archive]\nhost = "127.0.0.1"\nae_title = "PACS"\nmove_ae_title = "LIST"\n'
    )
    monkeypatch.delitem(sys.modules, "dashboard.node.archive.dimse_search", raising=False)
    monkeypatch.setitem(sys.modules, "pynetdicom", None)
    page.run()
    assert not page.exception
    assert "pip install" in page.error[0].value
