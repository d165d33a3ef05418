"""DeLong's test against its definition and against chance, McNemar's against a published table."""

import numpy as np
import pytest
from scipy.stats import binomtest, norm

from model.metrics.paired_tests import accuracy_difference, delong, mcnemar


def _two_networks(seed: int, gain: float = 0.0, number: int = 90) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels and two networks that find the same radiographs hard."""
    generator = np.random.default_rng(seed)
    labels = np.repeat([0, 1], [number // 3, number - number // 3])
    shared = labels + generator.normal(0, 0.8, number)
    first, second = (shared + generator.normal(0, 0.5, number) for _ in range(2))
    return labels, first, second + gain * labels


@pytest.mark.parametrize("seed", range(3))
def test_delong_is_its_definition(seed: int) -> None:
    """DeLong et al. 1988, eq. 4 to 6: the covariance matrix of both areas, then the contrast (-1, 1)."""
    labels, *networks = _two_networks(seed)
    wins = [one[labels == 1, None] > one[None, labels == 0] for one in networks]
    positive, negative = (np.array([win.mean(axis) for win in wins]) for axis in (1, 0))
    covariance = np.cov(positive) / positive.shape[1] + np.cov(negative) / negative.shape[1]
    error = np.sqrt(np.array([-1, 1]) @ covariance @ np.array([-1, 1]))
    gain = wins[1].mean() - wins[0].mean()

    (value, low, high), p = delong(labels, *networks)

    assert value == pytest.approx(gain)
    assert high - low == pytest.approx(2 * 1.959964 * error, rel=1e-5)
    assert p == pytest.approx(2 * norm.sf(abs(gain) / error))


def test_equal_networks_differ_by_luck_one_time_in_twenty() -> None:
    p = np.array([delong(*_two_networks(seed, number=150)).p for seed in range(1500)])
    assert np.mean(p < 0.05) == pytest.approx(0.05, abs=0.018)


def test_the_same_network_twice_is_no_difference() -> None:
    labels, first, _ = _two_networks(0)
    assert delong(labels, first, first) == ((0, 0, 0), 1)


def test_one_class_alone_has_no_curve() -> None:
    with pytest.raises(ValueError, match="expected both classes among the labels; received 3 positive"):
        delong([1, 1, 1], [1, 2, 3], [3, 2, 1])


def test_mcnemar_is_as_published() -> None:
    """Fagerland, Lydersen, Laake 2013, table 1 and 4: 1 against 7 discordant pairs, exact p 0.0703."""
    assert mcnemar(1, 7) == pytest.approx(0.0703, abs=5e-5)
    assert mcnemar(7, 1) == mcnemar(1, 7)


def test_networks_that_err_alike_do_not_differ() -> None:
    assert mcnemar(0, 0) == 1


def test_mcnemar_is_a_binomial_test_of_many_pairs_at_once() -> None:
    only_first, only_second = np.array([1, 5, 3, 9, 20, 7]), np.array([0, 0, 3, 1, 41, 6])
    for b, c, p in zip(only_first, only_second, mcnemar(only_first, only_second), strict=True):
        assert p == pytest.approx(binomtest(b, b + c).pvalue)


def test_a_paired_difference_is_its_definition() -> None:
    """Agresti and Min 2005: half an answer is added to each of four cells."""
    found = accuracy_difference(10, 25, 100)
    assert found.value == pytest.approx(0.15)
    centre, variance = 15 / 102, (36 / 102 - (15 / 102) ** 2) / 102
    assert (found.low, found.high) == pytest.approx(centre + np.array([-1, 1]) * 1.959964 * np.sqrt(variance))


def test_intervals_of_paired_differences_cover_95_in_100() -> None:
    drawn = np.random.default_rng(3).multinomial(200, [0.06, 0.1, 0.84], 5000)
    found = accuracy_difference(drawn[:, 0], drawn[:, 1], 200)
    assert np.mean((found.low <= 0.04) & (found.high >= 0.04)) == pytest.approx(0.95, abs=0.015)
