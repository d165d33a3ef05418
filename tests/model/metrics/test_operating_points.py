"""The counts agree with scikit-learn's at every threshold; between two thresholds a human decides."""

import numpy as np
import pytest
from sklearn import metrics

from model.metrics.operating_points import (
    ConfusionMatrix,
    OperatingPoints,
    counts_at,
    most_accurate_threshold,
    operating_points,
    sorted_by_class,
    thinned,
    youden_threshold,
)

COARSE = np.random.default_rng(7)
LABELS = COARSE.integers(0, 2, 300)
SCORES = (0.6 * COARSE.random(300) + 0.4 * LABELS * COARSE.random(300)).round(2)
"""Two decimals, so that many scores are tied."""

THRESHOLDS = np.unique(
    np.concatenate([np.linspace(-0.1, 1.1, 61), SCORES, np.nextafter(SCORES, 2), np.nextafter(SCORES, -1)])
)


def _called(threshold: float) -> np.ndarray:
    return np.greater_equal(SCORES, threshold)


@pytest.mark.parametrize("name", ["recall", "accuracy", "f1"])
def test_rates_are_scikit_learns(name: str) -> None:
    measure = getattr(metrics, f"{name}_score")
    settings = {} if name == "accuracy" else {"zero_division": np.nan}
    points = operating_points(LABELS, SCORES)
    ours = [getattr(points.at(threshold), name) for threshold in THRESHOLDS]
    theirs = [measure(LABELS, _called(threshold), **settings) for threshold in THRESHOLDS]
    np.testing.assert_allclose(ours, theirs, rtol=1e-15)


def test_counts_and_specificity_are_scikit_learns() -> None:
    points = operating_points(LABELS, SCORES)
    for threshold in THRESHOLDS:
        counts = points.at(threshold)
        tn, fp, fn, tp = metrics.confusion_matrix(LABELS, _called(threshold), labels=[0, 1]).ravel()
        assert counts == ConfusionMatrix(tp, fp, fn, tn)
        assert counts.specificity == metrics.recall_score(LABELS, _called(threshold), pos_label=0)


def test_there_is_one_row_a_distinct_score_and_one_above_all() -> None:
    points = operating_points([0, 1, 1, 0], [0.2, 0.7, 0.2, 0.4])
    np.testing.assert_array_equal(points.thresholds, [0.2, 0.4, 0.7, np.inf])
    np.testing.assert_array_equal(points.tp, [2, 1, 1, 0])
    np.testing.assert_array_equal(points.fp, [2, 1, 0, 0])
    np.testing.assert_array_equal(points.fn, [0, 1, 1, 2])
    np.testing.assert_array_equal(points.tn, [0, 1, 2, 2])


def test_a_score_at_the_threshold_is_called_pneumonia() -> None:
    points = operating_points([1, 0], [0.5, 0.25])
    assert points.at(0.5).tp == 1
    assert points.at(np.nextafter(0.5, 1)).tp == 0


def test_index_takes_many_thresholds_at_once() -> None:
    points = operating_points([0, 1], [0.25, 0.75])
    np.testing.assert_array_equal(points.index([-np.inf, 0.25, 0.5, 0.75, 0.8, np.inf]), [0, 0, 1, 1, 2, 2])


def test_order_of_the_rows_does_not_matter() -> None:
    order = np.random.default_rng(1).permutation(len(LABELS))
    one, other = operating_points(LABELS, SCORES), operating_points(LABELS[order], SCORES[order])
    np.testing.assert_array_equal(one.tp, other.tp)
    np.testing.assert_array_equal(one.fp, other.fp)


def test_a_rate_of_nothing_is_not_a_number() -> None:
    nobody = ConfusionMatrix(tp=0, fp=0, fn=0, tn=0)
    rates = [nobody.recall, nobody.specificity, nobody.accuracy, nobody.f1]
    assert np.isnan(rates).all()


@pytest.mark.parametrize(
    ("labels", "scores", "message"),
    [
        ([0, 1], [0.5], r"one shape \(n,\), n at least 1; received \(2,\) and \(1,\)"),
        ([], [], r"received \(0,\) and \(0,\)"),
        ([[0, 1]], [[0.1, 0.2]], r"received \(1, 2\)"),
        ([0, 2], [0.1, 0.2], r"labels 0 and 1; received \[0, 2\]"),
        ([0, 1], [0.1, np.nan], "finite scores; 1 are not"),
        ([0, 1], [np.inf, -np.inf], "finite scores; 2 are not"),
    ],
)
def test_what_cannot_be_counted_is_refused(labels: list, scores: list, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        operating_points(labels, scores)


def _thinned_points(labels: np.ndarray, scores: np.ndarray, most: int) -> OperatingPoints:
    classes = sorted_by_class(labels, scores)
    return counts_at(classes, thinned(classes, most))


def test_few_scores_are_all_kept() -> None:
    generator = np.random.default_rng(1)
    labels, scores = generator.integers(0, 2, 60), generator.random(60).round(1)
    whole, thin = operating_points(labels, scores), _thinned_points(labels, scores, 200)
    for name in ("thresholds", "tp", "fp", "fn", "tn"):
        assert np.array_equal(getattr(whole, name), getattr(thin, name))


@pytest.mark.parametrize("seed", range(3))
def test_many_are_thinned_and_exact_where_they_are_shown(seed: int) -> None:
    generator = np.random.default_rng(seed)
    labels = (generator.random(20_000) < 0.1).astype(int)
    scores = generator.normal(2 * labels, 1).round(3)
    whole, thin = operating_points(labels, scores), _thinned_points(labels, scores, 500)
    assert len(thin.thresholds) <= 501
    assert thin.thresholds[0] == scores.min() and thin.thresholds[-2] == scores.max()
    for threshold in thin.thresholds:
        assert thin.at(threshold) == whole.at(threshold)
    assert np.diff(thin.fn).max() / thin.fn.max() < 0.01, "a step of recall"
    assert np.diff(thin.tn).max() / thin.tn.max() < 0.01, "a step of specificity"


def test_policies_take_the_lowest_of_equal_thresholds() -> None:
    points = operating_points([0, 0, 1, 1, 0, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    assert most_accurate_threshold(points) == 0.3
    assert youden_threshold(points) == 0.3


def test_the_most_accurate_is_not_youdens_where_pneumonia_is_common() -> None:
    labels, scores = [0, 1, 0, *[1] * 9], [0.1, 0.2, 0.3, *[0.4] * 9]
    points = operating_points(labels, scores)
    assert most_accurate_threshold(points) == 0.2
    assert youden_threshold(points) == 0.4


REFERRED = operating_points([0, 0, 0, 1, 0, 1, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9])


def test_between_two_thresholds_a_human_decides() -> None:
    referred, kept = REFERRED.referral(0.35, 0.65)
    assert referred == 2
    assert kept == ConfusionMatrix(tp=3, fp=0, fn=0, tn=3)


def test_the_lower_end_is_referred_and_the_upper_is_not() -> None:
    assert REFERRED.referral(0.4, 0.6) == (1, ConfusionMatrix(tp=3, fp=1, fn=0, tn=3))


def test_an_empty_band_is_one_threshold() -> None:
    referred, kept = REFERRED.referral(0.5, 0.5)
    assert referred == 0 and kept == REFERRED.at(0.5)


def test_a_band_the_wrong_way_round_is_refused() -> None:
    with pytest.raises(ValueError, match=r"lower end is not above its upper; received 0\.7 to 0\.3"):
        REFERRED.referral(0.7, 0.3)
