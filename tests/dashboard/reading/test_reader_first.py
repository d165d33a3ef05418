"""Reader first: no result before the reader has committed, and no later finding counts as the first."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.shared.formatting import escape_markdown
from tests.dashboard.pages import is_result_shown, press
from tests.readings import kept_findings

SAMPLE = 4
"""The button of the first bacterial sample."""


@pytest.mark.slow
def test_the_model_is_silent_until_the_reader_has_committed(app: AppTest, own_history: str) -> None:
    app.toggle(key="reader_first").set_value(True).run()
    app.button[SAMPLE].click().run()
    assert not is_result_shown(app)
    press(app, "Commit and show the model's result")
    assert app.warning[0].value == "Choose normal, pneumonia or unsure; then commit."
    assert not is_result_shown(app)
    app.segmented_control[0].set_value("normal")
    press(app, "Commit and show the model's result")
    assert is_result_shown(app)
    assert app.success[0].value == "Saved as number 1. Your reading: normal."
    assert kept_findings(own_history) == [("normal", 1, None)]
    app.segmented_control[0].set_value("pneumonia")
    press(app, "Save correction")
    assert kept_findings(own_history) == [("pneumonia", 0, 1), ("normal", 1, None)]


def test_a_word_after_the_result_is_never_the_first(app: AppTest, own_history: str) -> None:
    app.button[SAMPLE].click().run()
    assert is_result_shown(app)
    app.toggle(key="reader_first").set_value(True).run()
    assert is_result_shown(app)
    app.segmented_control[0].set_value("normal")
    press(app, "Save reading")
    assert kept_findings(own_history) == [("normal", 0, None)]


def test_where_the_first_word_cannot_be_kept_the_model_stays_silent(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUNGFIELD_DATABASE", "sqlite://")
    app.toggle(key="reader_first").set_value(True).run()
    app.button[SAMPLE].click().run()
    app.segmented_control[0].set_value("normal")
    press(app, "Commit and show the model's result")
    assert escape_markdown("received one in memory, which would keep nothing") in app.error[0].value
    assert not is_result_shown(app)


def test_the_switch_holds_on_every_page(app: AppTest) -> None:
    app.toggle(key="reader_first").set_value(True).run()
    app.switch_page("thresholds/page.py").run()
    app.switch_page("reading/page.py").run()
    assert app.toggle(key="reader_first").value
