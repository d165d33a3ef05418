"""Shadow mode on the page History: reports and readings come in, agreement and disagreements stand there."""

from dataclasses import asdict

from streamlit.testing.v1 import AppTest

from dashboard.history.shadow.comparison import pair_up
from dashboard.history.shadow.panel import pair_row, saved_readings
from dashboard.history.shadow.tables import ModelReading, read_model_readings, read_reports
from dashboard.history.store import KeptReading
from dashboard.shared.resources import load_card
from model.network.card import KERAS_FILE
from tests import readings

REPORTS = (
    b"accession,word,date\nA1,pneumonia,2026-01-05\nA2,normal,2026-01-06\nA3,pneumonia,2026-02-01\nA9,normal,\n"
)
READINGS = b"accession,probability\na1,0.9999\na2,0.9999\na3,0.0001\n"


def _page() -> None:
    from dashboard.history.shadow.panel import draw_shadow

    draw_shadow([])


def _brought(reports: bytes, readings: bytes | None) -> AppTest:
    app = AppTest.from_function(_page, default_timeout=60).run()
    app.file_uploader(key="shadow_reports").set_value(("reports.csv", reports, "text/csv"))
    if readings is not None:
        app.file_uploader(key="shadow_readings").set_value(("scores.csv", readings, "text/csv"))
    app.run()
    assert not app.exception
    return app


def test_agreement_months_and_disagreements_are_shown() -> None:
    app = _brought(REPORTS, READINGS)
    said = " ".join(text.value for text in app.markdown)
    assert "agree on **1 of 3**" in said
    assert "missed **1** reported pneumonias and raised **1 false alarm**" in said
    assert "1 report had no reading of the model" in said
    assert "**2 disagreements**" in said
    assert [button.proto.label for button in app.get("download_button")] == ["All disagreements (CSV)"]


def test_tables_that_cannot_be_joined_are_refused() -> None:
    (problem,) = _brought(REPORTS, None).error
    assert "received accession in the reports and sha256 in the readings" in problem.value


def test_words_of_a_file_are_no_markdown() -> None:
    (problem,) = _brought(b"accession,word\na,![x](http://other.example)\n", READINGS).error
    assert "![x](http" not in problem.value


def test_without_a_pair_it_says_so() -> None:
    said = " ".join(text.value for text in _brought(b"accession,word\nzz,0\n", READINGS).markdown)
    assert "No report belongs to a reading of the model. 1 report had no reading" in said


def test_the_saved_readings_of_the_network_in_use_are_joined_by_digest() -> None:
    result = readings.result(digest="ab" * 32, probability=0.9999, network=load_card().files[KERAS_FILE])
    other = readings.result(digest="cd" * 32, network="0" * 64)
    rows = [KeptReading(**asdict(one)) for one in (result, other)]
    assert saved_readings(rows) == ("sha256", [ModelReading("ab" * 32, 0.9999, not result.warnings)])


def test_a_disagreement_is_a_row() -> None:
    pairs, _ = pair_up(read_reports(REPORTS)[1], read_model_readings(READINGS)[1], 0.5, 0.5)
    assert pair_row(pairs[2]) == {
        "Radiograph": "a3",
        "Date": "2026-02-01",
        "Report": "pneumonia",
        "Model": "no alarm, below 0.1 %",
    }
