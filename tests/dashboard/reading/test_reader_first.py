"""Reader first: no result before the reader has committed, and no later finding counts as the first."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.reading.reader_first import agreement_text
from dashboard.shared.formatting import escape_markdown
from model.network.finding import Finding
from tests.dashboard.pages import html, is_result_shown, open_sample, press
from tests.readings import kept_findings

SAMPLE = "Bacterial 1"


@pytest.mark.slow
def test_the_model_is_silent_until_the_reader_has_committed(app: AppTest, own_history: str) -> None:
    app.toggle(key="reader_first").set_value(True).run()
    open_sample(app, SAMPLE)
    assert not is_result_shown(app)
    press(app, "Commit and show the model's result")
    assert app.warning[0].value == "Choose normal, pneumonia or unsure; then commit."
    assert not is_result_shown(app)
    app.segmented_control[0].set_value("normal")
    press(app, "Commit and show the model's result")
    assert is_result_shown(app)
    assert app.success[0].value == "Saved as number 1. Your reading: normal."
    assert 'data-testid="agreement">Your reading: normal. The model ' in html(app)
    assert kept_findings(own_history) == [("normal", 1, None)]
    app.segmented_control[0].set_value("pneumonia")
    press(app, "Save correction")
    assert kept_findings(own_history) == [("pneumonia", 0, 1), ("normal", 1, None)]


def test_a_word_after_the_result_is_never_the_first(app: AppTest, own_history: str) -> None:
    open_sample(app, SAMPLE)
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
    open_sample(app, SAMPLE)
    app.segmented_control[0].set_value("normal")
    press(app, "Commit and show the model's result")
    assert escape_markdown("received one in memory, which would keep nothing") in app.error[0].value
    assert not is_result_shown(app)


def test_the_switch_holds_on_every_page(app: AppTest) -> None:
    app.toggle(key="reader_first").set_value(True).run()
    app.switch_page("thresholds/page.py").run()
    app.switch_page("reading/page.py").run()
    assert app.toggle(key="reader_first").value


@pytest.mark.parametrize(
    ("own", "finding", "said"),
    [
        (None, Finding.NORMAL, ""),
        ("normal", Finding.NORMAL, "Your reading: normal. The model agrees."),
        ("pneumonia", Finding.PNEUMONIA, "Your reading: pneumonia. The model agrees."),
        ("normal", Finding.PNEUMONIA, "Your reading: normal. The model differs: look again."),
        ("normal", Finding.DOUBTFUL, "Your reading: normal. The model is in doubt: look again."),
        ("pneumonia", Finding.BETWEEN, "Your reading: pneumonia. The model leaves it to you."),
        ("normal", Finding.REVIEW, "Your reading: normal. The model leaves it to you."),
        ("unsure", Finding.PNEUMONIA, "Your reading: unsure."),
    ],
)
def test_agreement_in_words(own: str | None, finding: Finding, said: str) -> None:
    assert agreement_text(own, finding) == said
