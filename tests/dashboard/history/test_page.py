"""The page History, run headlessly on histories made for it."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.history.store import History
from dashboard.shared.resources import load_samples
from tests.dashboard.pages import page_text
from tests.readings import result


def test_an_empty_history_says_how_to_begin(history_page: AppTest) -> None:
    history_page.run()
    assert not history_page.exception
    assert "No reading saved yet" in page_text(history_page)
    assert not history_page.dataframe
    assert history_page.page_link[0].label == "Read a radiograph"


def test_a_history_that_cannot_be_opened_is_explained(
    history_page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUNGFIELD_DATABASE", "sqlite://")
    history_page.run()
    assert not history_page.exception
    assert "received one in memory" in history_page.error[0].value


def test_the_samples_count_only_if_wanted(history_page: AppTest, history: History) -> None:
    history.record(result(digest=load_samples()[0]["sha256"]), reader_finding="normal")
    history_page.run()
    assert history_page.info[0].value == "No reading to draw figures from. Widen the search."
    toggle = history_page.toggle(key="count-samples")
    assert toggle.label == "Count 1 reading of the sample composites in the figures below"
    toggle.set_value(True).run()
    assert history_page.metric[1].value == "0 of 1"
