"""The page History, run headlessly on histories made for it."""

import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.history.store import History
from dashboard.shared.resources import load_card, load_samples, load_scores
from tests.readings import result

APP = Path(__file__).resolve().parents[3] / "dashboard" / "app.py"
DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def app() -> Iterator[AppTest]:
    """Yield the page, not yet run."""
    before = list(sys.path)
    yield AppTest.from_file(str(APP), default_timeout=60).run().switch_page("history/page.py")
    sys.path[:] = before


def network() -> str:
    return load_card().files["pneumonia.keras"]


def page_text(app: AppTest) -> str:
    parts = [element.proto.body for element in app.get("html")]
    return "\n".join([*parts, *(part.value for part in app.markdown), *(part.value for part in app.caption)])


def numbers(app: AppTest) -> list[int]:
    """Of the readings in the table."""
    return app.dataframe[0].value["Number"].tolist()


def test_an_empty_history_says_how_to_begin(app: AppTest) -> None:
    app.run()
    assert not app.exception
    assert "No reading kept yet" in page_text(app)
    assert not app.dataframe
    assert app.page_link[0].label == "Read a radiograph"


def test_a_history_that_cannot_be_opened_is_explained(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUNGFIELD_DATABASE", "sqlite://")
    app.run()
    assert not app.exception
    assert "received one in memory" in app.error[0].value


def test_readings_are_listed_and_searched(app: AppTest, history: History) -> None:
    history.record(
        result(digest="ab" + "0" * 62, probability=1.0), reader_finding="normal", comment="=first", moment=DAY
    )
    history.record(result(finding="review", warnings="view"), moment=DAY + timedelta(days=1))
    history.record(result(model_version="2.0.0"), reader_finding="normal", moment=DAY + timedelta(days=2))
    app.run()
    assert not app.exception
    table = app.dataframe[0].value
    assert numbers(app) == [3, 2, 1]
    assert table["Comment"].tolist() == ["", "", "'=first"]
    assert table["Probability"].tolist() == ["95.0 %", "95.0 %", "above 99.9 %"]
    assert table["Reader"].tolist() == ["Normal", "", "Normal"]
    assert table["Model"].tolist() == ["Pneumonia", "For a human to decide", "Pneumonia"]
    for key, value, found in (
        ("history-finding", "review", [2]),
        ("history-word", "none", [2]),
        ("history-version", "2.0.0", [3]),
    ):
        app.selectbox(key=key).set_value(value).run()
        assert numbers(app) == found
        app.selectbox(key=key).set_value(None).run()
    for key, found in (("history-since", [3, 2]), ("history-until", [2, 1])):
        app.date_input(key=key).set_value(date(2026, 3, 2)).run()
        assert numbers(app) == found
        app.date_input(key=key).set_value(None).run()
    app.text_input(key="history-digest").set_value("AB").run()
    assert numbers(app) == [1]
    app.text_input(key="history-digest").set_value("ffff").run()
    assert not app.exception
    assert app.info[0].value == "No reading to draw figures from. Widen the search."


def test_a_likely_pneumonia_is_not_listed_as_normal(app: AppTest, history: History) -> None:
    for probability in (0.49, 0.5):
        history.record(result(finding="normal", probability=probability))
    assert app.run().dataframe[0].value["Model"].tolist() == ["Doubtful", "Normal"]
    assert app.dataframe[0].value["Probability"].tolist() == ["50.0 %", "49.0 %"]
    assert {row.finding for row in history.readings()} == {"normal"}, "what the policy decided stays"


def test_a_probability_just_below_the_threshold_is_not_written_like_it(app: AppTest, history: History) -> None:
    history.record(result(finding="normal", probability=0.9677, threshold=0.9684))
    table = app.run().dataframe[0].value
    assert table[["Probability", "Threshold"]].values.tolist() == [["96.77 %", "96.84 %"]]


def test_a_correction_takes_the_readings_place(app: AppTest, history: History) -> None:
    history.record(result(), reader_finding="normal", reader_first=True, comment="a")
    app.run()
    app.selectbox(key="correct").set_value(1).run()
    app.segmented_control[0].set_value("pneumonia")
    app.button[-1].click().run()
    assert not app.exception
    assert app.dataframe[0].value[["Number", "Reader", "Comment", "Corrects"]].values.tolist() == [
        [2, "Pneumonia", "a", 1]
    ]
    app.toggle(key="history-superseded").set_value(True).run()
    assert numbers(app) == [2, 1]


def test_agreement_is_counted_first_and_in_the_end(app: AppTest, history: History) -> None:
    for number in range(4):
        finding = "pneumonia" if number % 2 else "normal"
        history.record(result(finding=finding, digest=f"{number:064x}"), reader_finding=finding, reader_first=True)
    changed = history.record(result(digest="c" * 64), reader_finding="normal", reader_first=True)
    history.correct(changed, reader_finding="pneumonia", comment="")
    history.record(result(digest="d" * 64), reader_finding="unsure")
    app.run()
    assert not app.exception
    assert [(metric.label, metric.value) for metric in app.metric] == [
        ("Agreement, word given first", "80.0 %"),
        ("Agreement in the end", "100.0 %"),
        ("Changes of mind", "20.0 %"),
    ]
    assert "of 5 readings; 95 % interval 38 to 96 %. Cohen's kappa 0.62" in page_text(app)
    assert "of 5 words given before the model's result, 1 changed to its finding" in page_text(app)
    assert "0 of the first, 1 in the end" in page_text(app)
    assert app.table[0].value["Model: pneumonia"].tolist() == ["0", "3"]


def test_drift_is_explained_in_plain_words(app: AppTest, history: History) -> None:
    scores = load_scores("validation")
    normals = scores.probabilities[scores.labels == 0][:35]
    for number, probability in enumerate(normals):
        kept = result(digest=f"{number:064x}", network=network(), probability=float(probability), finding="normal")
        history.record(kept)
        history.record(kept)
    app.run()
    assert not app.exception
    text = page_text(app)
    assert "**They differ from validation's** (two tests, together at a level of 1 %). The widest gap is" in text
    assert text.count("less than 1 of 10,000 cases") == 2


def test_few_readings_are_called_few_and_another_networks_are_left_out(app: AppTest, history: History) -> None:
    history.record(result())
    app.run()
    assert "another's probabilities are not comparable" in page_text(app)
    history.record(result(network=network()))
    app.run()
    assert "**No difference from validation's is found** (two tests, together at a level of 1 %)." in page_text(app)
    assert "With 1 radiograph only the grossest could be." in page_text(app)


def test_the_samples_count_only_if_wanted(app: AppTest, history: History) -> None:
    history.record(result(digest=load_samples()[0]["sha256"]), reader_finding="normal")
    app.run()
    assert app.info[0].value == "No reading to draw figures from. Widen the search."
    toggle = app.toggle(key="samples")
    assert toggle.label == "Count 1 reading of the sample composites in the figures below"
    toggle.set_value(True).run()
    assert app.metric[1].value == "0.0 %"
