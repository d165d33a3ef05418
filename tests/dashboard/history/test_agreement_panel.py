"""Agreement as the page History shows it."""

from streamlit.testing.v1 import AppTest

from dashboard.history.store import History
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
        ("Agreement, word given first", "80.0 %"),
        ("Agreement in the end", "100.0 %"),
        ("Changes of mind", "20.0 %"),
    ]
    assert "of 5 readings; 95 % interval 38 to 96 %. Cohen's kappa 0.62" in page_text(history_page)
    assert "of 5 words given before the model's result, 1 changed to its finding" in page_text(history_page)
    assert "0 of the first, 1 in the end" in page_text(history_page)
    assert history_page.table[0].value["Model: pneumonia"].tolist() == ["0", "3"]
