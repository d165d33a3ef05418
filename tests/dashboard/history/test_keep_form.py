"""Keeping a reading from the page Read, and correcting it there and on the page History."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.history.store import History, open_history
from dashboard.shared.formatting import escape_markdown
from dashboard.shared.resources import load_card, load_samples
from tests.dashboard.pages import choose_row, html, is_result_shown, open_sample, press
from tests.readings import kept_findings, result

SAMPLE = "Bacterial 1"


def test_nothing_is_kept_unless_asked(app: AppTest, own_history: str) -> None:
    open_sample(app, SAMPLE)
    assert not Path(own_history.removeprefix("sqlite:///")).exists()


def test_a_reading_is_kept_with_its_number(app: AppTest, own_history: str) -> None:
    open_sample(app, SAMPLE)
    app.segmented_control[0].set_value("unsure")
    app.text_input[0].set_value("left base")
    press(app, "Save reading")
    assert [success.value for success in app.success] == ["Saved as number 1. Your reading: unsure."]
    (row,) = open_history(own_history).readings()
    card = load_card()
    (sha256,) = [sample["sha256"] for sample in load_samples() if sample["file"] == "bacteria_1.jpg"]
    assert (row.reader_finding, row.comment, row.reader_first, row.policy) == ("unsure", "left base", 0, "default")
    assert (row.digest, row.network) == (sha256, card.files["pneumonia.keras"])
    assert (row.threshold, row.model_version) == (card.default_threshold, card.version)
    assert f"(p = {row.p_value:.3f}): " in html(app)


@pytest.mark.slow
def test_pressed_again_it_is_kept_once_and_changed_it_is_corrected(app: AppTest, own_history: str) -> None:
    open_sample(app, SAMPLE)
    press(app, "Save reading")
    press(app, "Save correction")
    assert kept_findings(own_history) == [(None, 0, None)]
    assert app.success[0].value == "Saved as number 1. Your reading: none given."
    app.segmented_control[0].set_value("pneumonia")
    press(app, "Save correction")
    assert kept_findings(own_history) == [("pneumonia", 0, 1), (None, 0, None)]
    assert app.success[0].value == "Saved as number 2. Your reading: pneumonia."


@pytest.mark.slow
def test_a_correction_on_the_page_history_is_known_on_the_page_read(app: AppTest, own_history: str) -> None:
    open_sample(app, SAMPLE)
    press(app, "Save reading")
    app.switch_page("history/page.py").run()
    choose_row(app, 0)
    app.segmented_control[0].set_value("unsure")
    app.text_input(key="corrected-comment-1").set_value("left base")
    press(app, "Save correction")
    app.switch_page("reading/page.py").run()
    assert [success.value for success in app.success] == ["Saved as number 2. Your reading: unsure."]
    assert (app.segmented_control[0].value, app.text_input[0].value) == ("unsure", "left base")
    app.segmented_control[0].set_value("normal")
    press(app, "Save correction")
    assert not app.error
    assert kept_findings(own_history) == [("normal", 0, 2), ("unsure", 0, 1), (None, 0, None)]


@pytest.mark.slow
def test_another_threshold_is_another_reading(app: AppTest, own_history: str) -> None:
    open_sample(app, SAMPLE)
    press(app, "Save reading")
    app.session_state["threshold"] = 0.25
    app.run()
    assert not app.success
    press(app, "Save reading")
    assert [(row.threshold, row.policy, row.corrects) for row in open_history(own_history).readings()] == [
        (0.25, "own", None),
        (load_card().default_threshold, "default", None),
    ]


def test_where_nothing_can_be_kept_the_page_says_so(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("LUNGFIELD_DATABASE", f"sqlite:///{tmp_path}/file/readings.sqlite3")
    open_sample(app, SAMPLE)
    press(app, "Save reading")
    assert is_result_shown(app)
    assert not app.success
    assert escape_markdown("expected a folder for the history; it cannot be made") in app.error[0].value


@pytest.mark.slow
def test_a_correction_takes_the_readings_place(history_page: AppTest, history: History) -> None:
    history.record(result(), reader_finding="normal", reader_first=True, comment="a")
    history_page.run()
    choose_row(history_page, 0)
    history_page.segmented_control[0].set_value("pneumonia")
    history_page.text_input(key="corrected-reader-1").set_value("AK")
    press(history_page, "Save correction")
    assert not history_page.exception
    assert history_page.dataframe[0].value[["Number", "Reader", "By", "Comment", "Corrects"]].values.tolist() == [
        [2, "Pneumonia", "AK", "a", "1"]
    ]
    history_page.toggle(key="history-superseded").set_value(True).run()
    assert history_page.dataframe[0].value["Number"].tolist() == [2, 1]
