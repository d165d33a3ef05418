import numpy as np
import pytest

from model.operating_points import Counts, operating_points
from model.referral import referral, risk_coverage

LABELS = np.array([0, 0, 0, 1, 0, 1, 1, 1])
SCORES = np.array([0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9])
POINTS = operating_points(LABELS, SCORES)


def test_between_two_thresholds_a_human_decides() -> None:
    referred, kept = referral(POINTS, 0.35, 0.65)
    assert referred == 2
    assert kept == Counts(tp=3, fp=0, fn=0, tn=3)


def test_the_lower_end_is_referred_and_the_upper_is_not() -> None:
    assert referral(POINTS, 0.4, 0.6) == (1, Counts(tp=3, fp=1, fn=0, tn=3))


def test_an_empty_band_is_one_threshold() -> None:
    referred, kept = referral(POINTS, 0.5, 0.5)
    assert referred == 0 and kept == POINTS.at(0.5)


def test_a_band_the_wrong_way_round_is_refused() -> None:
    with pytest.raises(ValueError, match=r"lower end is not above its upper; received 0\.7 to 0\.3"):
        referral(POINTS, 0.7, 0.3)


def test_keeping_all_is_the_error_of_the_threshold_and_keeping_few_is_safer() -> None:
    coverage, risk = risk_coverage(LABELS, SCORES, 0.5)
    assert coverage[-1] == 1 and risk[-1] == 2 / 8
    assert coverage[5] == 6 / 8 and risk[5] == 0


def test_risk_falls_with_coverage_where_probabilities_are_right() -> None:
    generator = np.random.default_rng(0)
    probabilities = generator.random(20_000)
    labels = generator.random(20_000) < probabilities
    coverage, risk = risk_coverage(labels, probabilities, 0.5)
    assert risk[len(risk) // 2] == pytest.approx(0.125, abs=0.01), "the mean of min(p, 1 - p) beyond 0.25 and 0.75"
    assert risk[-1] == pytest.approx(0.25, abs=0.01)
    assert coverage[0] == 1 / 20_000
