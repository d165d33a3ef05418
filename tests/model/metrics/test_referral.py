import numpy as np
import pytest

from model.metrics.operating_points import ConfusionMatrix, operating_points
from model.metrics.referral import referral

LABELS = np.array([0, 0, 0, 1, 0, 1, 1, 1])
SCORES = np.array([0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9])
POINTS = operating_points(LABELS, SCORES)


def test_between_two_thresholds_a_human_decides() -> None:
    referred, kept = referral(POINTS, 0.35, 0.65)
    assert referred == 2
    assert kept == ConfusionMatrix(tp=3, fp=0, fn=0, tn=3)


def test_the_lower_end_is_referred_and_the_upper_is_not() -> None:
    assert referral(POINTS, 0.4, 0.6) == (1, ConfusionMatrix(tp=3, fp=1, fn=0, tn=3))


def test_an_empty_band_is_one_threshold() -> None:
    referred, kept = referral(POINTS, 0.5, 0.5)
    assert referred == 0 and kept == POINTS.at(0.5)


def test_a_band_the_wrong_way_round_is_refused() -> None:
    with pytest.raises(ValueError, match=r"lower end is not above its upper; received 0\.7 to 0\.3"):
        referral(POINTS, 0.7, 0.3)
