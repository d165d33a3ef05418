"""The search on the page History and the table of what it finds."""

from datetime import UTC, date, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.history.store import History
from tests.readings import result

DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)


def numbers(page: AppTest) -> list[int]:
    """Return the numbers of the readings in the table."""
    return page.dataframe[0].value["Number"].tolist()


@pytest.mark.slow
def test_readings_are_listed_and_searched(history_page: AppTest, history: History) -> None:
    history.record(
        result(digest="ab" + "0" * 62, probability=1.0), reader_finding="normal", comment="=first", moment=DAY
    )
    history.record(result(finding="review", warnings="view"), moment=DAY + timedelta(days=1))
    history.record(result(model_version="2.0.0"), reader_finding="normal", moment=DAY + timedelta(days=2))
    history_page.run()
    assert not history_page.exception
    table = history_page.dataframe[0].value
    assert numbers(history_page) == [3, 2, 1]
    assert table["Comment"].tolist() == ["", "", "'=first"]
    assert table["Probability"].tolist() == ["95.0 %", "95.0 %", "above 99.9 %"]
    assert table["Reader"].tolist() == ["Normal", "", "Normal"]
    assert table["Model"].tolist() == ["Pneumonia", "For a human to decide", "Pneumonia"]
    for key, value, found in (
        ("history-finding", "review", [2]),
        ("history-word", "none", [2]),
        ("history-version", "2.0.0", [3]),
    ):
        history_page.selectbox(key=key).set_value(value).run()
        assert numbers(history_page) == found
        history_page.selectbox(key=key).set_value(None).run()
    for key, found in (("history-since", [3, 2]), ("history-until", [2, 1])):
        history_page.date_input(key=key).set_value(date(2026, 3, 2)).run()
        assert numbers(history_page) == found
        history_page.date_input(key=key).set_value(None).run()
    history_page.text_input(key="history-digest").set_value("AB").run()
    assert numbers(history_page) == [1]
    history_page.text_input(key="history-digest").set_value("ffff").run()
    assert not history_page.exception
    assert history_page.info[0].value == "No reading to draw figures from. Widen the search."


def test_a_likely_pneumonia_is_not_listed_as_normal(history_page: AppTest, history: History) -> None:
    for probability in (0.49, 0.5):
        history.record(result(finding="normal", probability=probability))
    assert history_page.run().dataframe[0].value["Model"].tolist() == ["Doubtful", "Normal"]
    assert history_page.dataframe[0].value["Probability"].tolist() == ["50.0 %", "49.0 %"]
    assert {row.finding for row in history.readings()} == {"normal"}, "what the policy decided stays"


def test_a_probability_just_below_the_threshold_is_not_written_like_it(
    history_page: AppTest, history: History
) -> None:
    history.record(result(finding="normal", probability=0.9677, threshold=0.9684))
    table = history_page.run().dataframe[0].value
    assert table[["Probability", "Threshold"]].values.tolist() == [["96.77 %", "96.84 %"]]
