"""The page for a committee says what the evaluation says, on one page; the table as CSV is scikit-learn's."""

import csv
import io
from datetime import UTC, datetime

import numpy as np
import pytest
from pypdf import PdfReader
from sklearn import metrics

from dashboard.shared.resources import load_card
from dashboard.thresholds.choice import OperatingChoice
from dashboard.thresholds.committee_pdf import committee_pdf, judged, share_in_percent, summary
from dashboard.thresholds.evaluation_set import EvaluationSet
from dashboard.thresholds.operating_points_csv import COLUMNS, operating_points_csv
from model.metrics.estimate import Estimate
from model.network.policy import Policy

GENERATOR = np.random.default_rng(6)
LABELS = np.repeat([0, 1], [80, 120])
SCORES = np.concatenate([GENERATOR.beta(1, 3, 80), GENERATOR.beta(4, 1, 120)]).round(4)
EVIDENCE = EvaluationSet(
    name="test/made_up",
    images="made-up images",
    network="a made-up network",
    labels=LABELS,
    scores=SCORES,
    prevalence=0.6,
    policies=[Policy("Default", "made up", "nothing", 0.4, 0.4), Policy("Band", "a band", "air", 0.2, 0.7)],
    provenance="Made up from two beta distributions.",
)
CHOICE = OperatingChoice(0.4, 0.2, 0.7, 0.95)
TIME = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def _text(choice: OperatingChoice = CHOICE) -> str:
    reader = PdfReader(io.BytesIO(committee_pdf(EVIDENCE, choice, load_card(), "threshold=0.4", TIME)))
    assert len(reader.pages) == 1
    return " ".join(reader.pages[0].extract_text().split())


def test_it_says_what_was_chosen_and_what_it_costs() -> None:
    text, called = _text(), SCORES >= 0.4
    tn, fp, fn, tp = metrics.confusion_matrix(LABELS, called).ravel()
    assert "Threshold 0.4" in text and "Default: made up, fixed on nothing" in text
    assert f"misses {fn} of {fn + tp} pneumonias and raises {fp} false alarms among {fp + tn} normals" in text
    assert f"{100 * metrics.balanced_accuracy_score(LABELS, called):.1f} %" in text
    assert f"{metrics.matthews_corrcoef(LABELS, called):.3f}" in text
    assert "/thresholds?threshold=0.4" in text and "Not a medical device." in text


@pytest.mark.parametrize("choice", [OperatingChoice(0.41, 0.2, 0.7, 0.95), OperatingChoice(0.7, 0.3, 0.7, 0.95)])
def test_what_was_set_by_hand_is_called_so(choice: OperatingChoice) -> None:
    assert "fixed on no images" in _text(choice)


@pytest.mark.parametrize("threshold", [0.7, 0.7000004])
def test_a_policy_of_two_thresholds_is_named(threshold: float) -> None:
    text = _text(OperatingChoice(threshold, 0.2, 0.7, 0.95))
    assert "Band: a band, fixed on air." in text
    assert "fixed on no images" not in text


def test_the_same_arguments_give_the_same_bytes() -> None:
    one, other = (committee_pdf(EVIDENCE, CHOICE, load_card(), "", TIME) for _ in range(2))
    assert one == other


@pytest.mark.parametrize(
    ("recall", "state"),
    [
        (Estimate(0.97, 0.95, 0.99), "met"),
        (Estimate(0.95, 0.9, 0.97), "unsure"),
        (Estimate(0.94, 0.9, 0.99), "missed"),
    ],
)
def test_the_requirement_has_three_states(recall: Estimate[float], state: str) -> None:
    assert judged(recall, 0.95) == state


def test_a_share_stands_with_its_interval_and_a_share_of_nothing_is_a_dash() -> None:
    assert share_in_percent(Estimate(0.95, 0.9, 0.975)) == "95.0 % (90.0 to 97.5)"
    assert share_in_percent(Estimate(float("nan"), 0.0, 1.0)) == "-"


def test_costs_are_the_definition() -> None:
    found, called = summary(EVIDENCE, CHOICE), SCORES >= 0.4
    missed, alarms = np.mean(~called[LABELS == 1]), np.mean(called[LABELS == 0])
    assert found.cost == pytest.approx(0.1 * 20 * missed + 0.9 * alarms)
    assert found.least_cost <= found.cost


def test_the_csv_holds_every_operating_point() -> None:
    rows = list(csv.DictReader(io.StringIO(operating_points_csv(EVIDENCE).decode())))
    assert list(rows[0]) == list(COLUMNS)
    assert len(rows) == len(np.unique(SCORES)) + 1 and rows[-1]["threshold"] == "inf"
    assert rows[-1]["precision"] == ""
    for row in rows[10:-10:20]:
        called = float(row["threshold"]) <= SCORES
        assert float(row["npv"]) == pytest.approx(metrics.precision_score(LABELS, called, pos_label=0), abs=1e-6)
        assert float(row["f1_low"]) <= metrics.f1_score(LABELS, called) <= float(row["f1_high"])
        assert int(row["fn"]) == np.sum(~called[LABELS == 1])
