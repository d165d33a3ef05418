import numpy as np
import pytest
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

from model.metrics.calibration import Calibration, at_prevalence, clipped_logit, fit_platt, log_odds


def test_log_odds_are_those_of_not_being_normal() -> None:
    logits = np.array([[0.3, -1.2, 2.0], [4.0, 0.0, 0.5]])
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    pneumonia = 1 - shares[:, 0]
    assert log_odds(logits) == pytest.approx(np.log(pneumonia / (1 - pneumonia)))


def test_probability_is_platts_sigmoid() -> None:
    assert Calibration(2.0, -1.0).probability([0.5, 1.0]) == pytest.approx([0.5, 1 / (1 + np.exp(-1))])


def test_extremes_neither_overflow_nor_leave_the_unit_interval() -> None:
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert Calibration(1.0, 0.0).probability([-800.0, 800.0]).tolist() == [0.0, 1.0]


def test_platts_slope_and_intercept_are_found_again() -> None:
    generator = np.random.default_rng(3)
    probabilities = expit(generator.normal(0.5, 1.5, 40_000))
    labels = (generator.random(40_000) < probabilities).astype(int)
    fitted = fit_platt((logit(probabilities) - 0.7) / 2.5, labels)
    assert (fitted.slope, fitted.intercept) == pytest.approx((2.5, 0.7), abs=0.1)
    assert fitted.probability((logit(probabilities) - 0.7) / 2.5) == pytest.approx(probabilities, abs=0.02)


def test_platt_scaling_is_logistic_regression() -> None:
    generator = np.random.default_rng(6)
    odds = generator.normal(0, 3, 500)
    labels = (generator.random(500) < expit(0.7 * odds - 0.4)).astype(int)
    fitted, expected = fit_platt(odds, labels), LogisticRegression(C=np.inf).fit(odds[:, None], labels)
    assert (fitted.slope, fitted.intercept) == pytest.approx(
        (expected.coef_[0, 0], expected.intercept_[0]), rel=1e-6
    )


def test_calibration_for_another_prevalence_is_that_of_so_many_of_each_label() -> None:
    generator = np.random.default_rng(8)
    odds = generator.normal(0, 2, 400)
    labels = (generator.random(400) < expit(odds + 1)).astype(int)
    # Each normal as often as it takes for both labels to be as frequent.
    weights = np.where(labels == 1, 1 / labels.sum(), 1 / (1 - labels).sum())
    expected = LogisticRegression(C=np.inf, tol=1e-8).fit(odds[:, None], labels, sample_weight=weights * 200)
    fitted = fit_platt(odds, labels, 0.5)
    assert (fitted.slope, fitted.intercept) == pytest.approx(
        (expected.coef_[0, 0], expected.intercept_[0]), abs=1e-3
    )


def test_certain_probabilities_have_the_log_odds_of_the_clip() -> None:
    odds = clipped_logit([0, 0.5, 1], 0.001)
    assert odds == pytest.approx([-np.log(999), 0, np.log(999)])


def test_bayes_counted_by_hand() -> None:
    # Of 100 patients 80 have pneumonia; the finding comes up in 60 of them and in 5 of the 20 others: 60 of 65.
    # Where 10 of 100 have it, it comes up in 7.5 of them and in 22.5 of the 90 others: 7.5 of 30.
    assert at_prevalence(60 / 65, 0.8, 0.1) == pytest.approx(7.5 / 30)


def test_the_same_prevalence_changes_nothing() -> None:
    shown = np.array([[0.0, 0.2], [0.9, 1.0]])
    assert at_prevalence(shown, 0.76, 0.76) == pytest.approx(shown)


def test_certainty_stays_certain_and_all_else_follows_the_prevalence() -> None:
    rarer, commoner = (at_prevalence([0.0, 0.3, 0.7, 1.0], 0.5, share) for share in (0.1, 0.9))
    assert (rarer[0], rarer[-1]) == (commoner[0], commoner[-1]) == (0, 1)
    assert (rarer[1:3] < [0.3, 0.7]).all()
    assert (commoner[1:3] > [0.3, 0.7]).all()


def test_there_and_back() -> None:
    assert at_prevalence(at_prevalence(0.83, 0.76, 0.05), 0.05, 0.76) == pytest.approx(0.83)


def test_it_is_a_shift_of_the_log_odds() -> None:
    moved = at_prevalence(Calibration(1.0, 0.0).probability(1.5), 0.75, 0.25)
    assert moved == pytest.approx(Calibration(1.0, -2 * np.log(3)).probability(1.5))


@pytest.mark.parametrize("share", [0.0, 1.0, 5.0, float("nan")])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="prevalence: expected a share between 0 and 1, both excluded; received"):
        at_prevalence(0.5, 0.5, share)
