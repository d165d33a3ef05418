"""Agreement as the page History shows it."""

from streamlit.testing.v1 import AppTest

from dashboard.history.store import History
from dashboard.shared.resources import load_card
from model.network.card import KERAS_FILE
from tests.dashboard.pages import page_text
from tests.readings import result


def test_agreement_is_counted_first_and_in_the_end(history_page: AppTest, history: History) -> None:
    for number in range(4):
        finding = "pneumonia" if number % 2 else "normal"
        history.record(result(finding=finding, digest=f"{number:064x}"), reader_finding=finding, reader_first=True)
    changed = history.record(result(digest="c" * 64), reader_finding="normal", reader_first=True)
    history.correct(changed, reader_finding="pneumonia", comment="")
    history.record(result(digest="d" * 64), reader_finding="unsure")
    history_page.run()
    assert not history_page.exception
    assert [(metric.label, metric.value) for metric in history_page.metric] == [
        ("Agreement, reader first", "4 of 5"),
        ("Agreement in the end", "5 of 5"),
        ("Changed after the model's result", "1 of 5"),
    ]
    assert "5 readings: 80.0 %, 95 % interval 38 to 96 %. Cohen&#39;s kappa 0.62" in page_text(history_page)
    assert "5 findings given before the model&#39;s result, 1 changed to the model&#39;s: 20.0 %" in page_text(
        history_page
    )
    assert "0 of the first, 1 in the end" in page_text(history_page)
    assert history_page.table[0].value["Model: pneumonia"].tolist() == ["0", "3"]


def test_of_a_single_reading_there_is_no_percentage(history_page: AppTest, history: History) -> None:
    network = load_card().files[KERAS_FILE]
    history.record(result(network=network), reader_finding="pneumonia")
    history_page.run()
    assert not history_page.exception
    assert [metric.value for metric in history_page.metric] == ["none yet", "1 of 1", "none yet"]
    assert "1 reading: 95 % interval 21 to 100 %." in page_text(history_page)
    assert "One radiograph has no distribution to compare" in page_text(history_page)
