"""Rates against scikit-learn, intervals against chance."""

import numpy as np
import pytest
from sklearn import metrics

from model.metrics.estimate import Estimate
from model.metrics.intervals import proportion
from model.metrics.operating_points import OperatingPoints, operating_points
from model.metrics.rates import RATES, matthews, predictive_values, rates

GENERATOR = np.random.default_rng(4)
LABELS = np.repeat([0, 1], [60, 90])
SCORES = (GENERATOR.normal(1.5 * LABELS, 1)).round(1)
POINTS = operating_points(LABELS, SCORES)
MEASURED = rates(POINTS)


@pytest.mark.parametrize("row", range(3, len(POINTS.thresholds) - 3, 7))
def test_values_are_scikit_learns(row: int) -> None:
    found = POINTS.thresholds[row] <= SCORES
    expected = {
        "recall": metrics.recall_score(LABELS, found),
        "specificity": metrics.recall_score(LABELS, found, pos_label=0),
        "precision": metrics.precision_score(LABELS, found),
        "npv": metrics.precision_score(LABELS, found, pos_label=0),
        "accuracy": metrics.accuracy_score(LABELS, found),
        "balanced_accuracy": metrics.balanced_accuracy_score(LABELS, found),
        "f1": metrics.f1_score(LABELS, found),
        "mcc": metrics.matthews_corrcoef(LABELS, found),
    }
    assert {name: MEASURED[name].value[row] for name in RATES} == pytest.approx(expected)


@pytest.mark.parametrize("name", RATES)
def test_intervals_hold_their_value(name: str) -> None:
    value, low, high = MEASURED[name]
    known = ~np.isnan(value)
    assert np.all(low[known] <= value[known] + 1e-12) and np.all(value[known] <= high[known] + 1e-12)


def test_a_rate_of_nothing_is_unknown() -> None:
    assert np.isnan(MEASURED["precision"].value[-1]), "no call is positive"
    assert np.isnan(MEASURED["npv"].value[0]), "every call is positive"
    assert MEASURED["mcc"].value[0] == MEASURED["mcc"].value[-1] == 0


def _drawn(recall: float, specificity: float, positives: int, negatives: int, times: int) -> OperatingPoints:
    tp, tn = GENERATOR.binomial(positives, recall, times), GENERATOR.binomial(negatives, specificity, times)
    return OperatingPoints(np.zeros(times), tp, negatives - tn, positives - tp, tn)


@pytest.mark.parametrize(("recall", "specificity"), [(0.97, 0.9), (0.8, 0.6), (0.95, 0.99)])
def test_intervals_of_balanced_accuracy_and_mcc_cover_95_in_100(recall: float, specificity: float) -> None:
    drawn = rates(_drawn(recall, specificity, 390, 234, 6000))
    truth = {
        "balanced_accuracy": (recall + specificity) / 2,
        "mcc": float(matthews(np.array(recall), np.array(specificity), 390 / 624)),
    }
    for name, true in truth.items():
        covered = np.mean((drawn[name].low <= true) & (true <= drawn[name].high))
        assert covered == pytest.approx(0.95, abs=0.015), name


def test_predictive_values_follow_bayes() -> None:
    """Altman and Bland 1994, BMJ 309:102: recall 0.90, specificity 0.63 (liver scan), prevalence 0.25."""
    recall, specificity = (Estimate(*(np.array([value]),) * 3) for value in (231 / 258, 54 / 86))
    positive, negative = predictive_values(recall, specificity, 0.25)
    assert positive.value[0] == pytest.approx(0.45, abs=0.005)
    assert negative.value[0] == pytest.approx(0.95, abs=0.005)


def test_predictive_values_at_the_samples_own_prevalence_are_its_own() -> None:
    positive, negative = predictive_values(MEASURED["recall"], MEASURED["specificity"], 90 / 150)
    np.testing.assert_allclose(positive.value[:-1], MEASURED["precision"].value[:-1])
    np.testing.assert_allclose(negative.value[1:], MEASURED["npv"].value[1:])


def test_predictive_values_cover_95_in_100_at_another_prevalence() -> None:
    points = _drawn(0.97, 0.9, 390, 234, 6000)
    recall, specificity = proportion(points.tp, points.tp + points.fn), proportion(points.tn, points.tn + points.fp)
    positive, negative = predictive_values(recall, specificity, 0.1)
    for measured, true in ((positive, 0.097 / (0.097 + 0.09)), (negative, 0.81 / (0.81 + 0.003))):
        assert np.mean((measured.low <= true) & (true <= measured.high)) == pytest.approx(0.95, abs=0.02)


def test_one_confusion_matrix_has_the_rates_of_its_row() -> None:
    row = 20
    for name, measured in rates(POINTS.at(POINTS.thresholds[row])).items():
        assert measured == pytest.approx([end[row] for end in MEASURED[name]]), name
        assert isinstance(measured.value, float)
