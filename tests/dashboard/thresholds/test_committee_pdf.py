import io
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader
from sklearn import metrics

from dashboard.shared.resources import load_card
from dashboard.thresholds.choice import OperatingChoice
from dashboard.thresholds.committee_pdf import committee_pdf
from tests.dashboard.thresholds.examples import CHOICE, EVALUATION_SET, LABELS, SCORES

TIME = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def _text(choice: OperatingChoice = CHOICE) -> str:
    reader = PdfReader(io.BytesIO(committee_pdf(EVALUATION_SET, choice, load_card(), "threshold=0.4", TIME)))
    assert len(reader.pages) == 1
    return " ".join(reader.pages[0].extract_text().split())


def test_it_says_what_was_chosen_and_what_it_costs() -> None:
    text, called = _text(), SCORES >= 0.4
    tn, fp, fn, tp = metrics.confusion_matrix(LABELS, called).ravel()
    assert "Alarm from 40.0 %" in text and "Default: made up, fixed on nothing" in text
    assert f"misses {fn} of {fn + tp} pneumonias and raises {fp} false alarms among {fp + tn} normals" in text
    assert f"{100 * metrics.balanced_accuracy_score(LABELS, called):.1f} %" in text
    assert f"{metrics.matthews_corrcoef(LABELS, called):.3f}" in text
    assert "/thresholds?threshold=0.4" in text and "Not a medical device." in text


@pytest.mark.parametrize(
    "choice", [OperatingChoice(0.41, 0.2, 0.7, 0.95, 0.1), OperatingChoice(0.7, 0.3, 0.7, 0.95, 0.1)]
)
def test_what_was_set_by_hand_is_called_so(choice: OperatingChoice) -> None:
    assert "Set by hand, not validated" in _text(choice)


@pytest.mark.parametrize("threshold", [0.7, 0.7000004])
def test_a_policy_of_two_thresholds_is_named(threshold: float) -> None:
    text = _text(OperatingChoice(threshold, 0.2, 0.7, 0.95, 0.1))
    assert "Band: a band, fixed on air." in text
    assert "Set by hand" not in text


def test_the_same_arguments_give_the_same_bytes() -> None:
    one, other = (committee_pdf(EVALUATION_SET, CHOICE, load_card(), "", TIME) for _ in range(2))
    assert one == other
