"""Drift as the page History shows it."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.history.drift_panel import format_p_value
from dashboard.history.store import History
from dashboard.shared.resources import load_card, load_scores
from model.network.card import KERAS_FILE
from tests.dashboard.pages import page_text
from tests.readings import result


def test_drift_is_explained_in_plain_words(history_page: AppTest, history: History) -> None:
    scores = load_scores("validation")
    normals = scores.probabilities[scores.labels == 0][:35]
    for number, probability in enumerate(normals):
        kept = result(
            digest=f"{number:064x}",
            network=load_card().files[KERAS_FILE],
            probability=float(probability),
            finding="normal",
        )
        history.record(kept)
        history.record(kept)
    history_page.run()
    assert not history_page.exception
    text = page_text(history_page)
    assert "**They differ from validation's** (two tests, together at a level of 1 %). The widest gap is" in text
    assert text.count("less than 1 of 10,000 cases") == 2


def test_few_readings_are_called_few_and_another_networks_are_left_out(
    history_page: AppTest, history: History
) -> None:
    history.record(result())
    history_page.run()
    assert "another's probabilities are not comparable" in page_text(history_page)
    for digest in ("c", "d"):
        history.record(result(digest=64 * digest, network=load_card().files[KERAS_FILE]))
    history_page.run()
    assert "**No difference from validation's is found** (two tests, together at a level of 1 %)." in page_text(
        history_page
    )
    assert "With 2 radiographs only the grossest could be." in page_text(history_page)


@pytest.mark.parametrize(
    ("p_value", "frequency"),
    [
        (0.0, "less than 1 of 10,000 cases"),
        (0.0001, "0.01 of 100 cases"),
        (0.06, "6 of 100 cases"),
        (1.0, "nearly every case"),
    ],
)
def test_a_p_value_is_never_rounded_to_never(p_value: float, frequency: str) -> None:
    assert format_p_value(p_value) == frequency
