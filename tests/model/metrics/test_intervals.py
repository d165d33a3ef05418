"""Wilson's interval against published values, DeLong's against its definition, both against chance."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from model.metrics.intervals import Z_95, auc, proportion


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_is_as_published(successes: int, trials: int, low: float, high: float) -> None:
    """Newcombe 1998, Statistics in Medicine 17, table I, method 3."""
    np.testing.assert_allclose(proportion(successes, trials), (successes / trials, low, high), atol=5e-5)


def test_wilson_ends_are_the_shares_that_the_score_test_just_allows() -> None:
    k, n = np.arange(1, 40), 40
    for end in proportion(k, np.full(39, n))[1:]:
        np.testing.assert_allclose(np.abs(k / n - end) / np.sqrt(end * (1 - end) / n), Z_95)


def test_wilson_of_none_and_of_all_ends_exactly_at_0_and_1() -> None:
    _, low, high = proportion(np.array([0, 390]), np.array([390, 390]))
    assert low[0] == 0 and high[1] == 1
    np.testing.assert_allclose(high[0], 1 - low[1])


def test_nothing_is_known_of_no_trials() -> None:
    value, low, high = proportion(0, 0)
    assert np.isnan(value)
    assert (low, high) == (0, 1)


def test_wilson_covers_95_in_100() -> None:
    generator = np.random.default_rng(5)
    truth = generator.uniform(0.02, 0.98, 20_000)
    _, low, high = proportion(generator.binomial(390, truth), np.array(390))
    assert abs(np.mean((low <= truth) & (truth <= high)) - 0.95) < 0.005


def _tied_scores(seed: int) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    labels = np.repeat([0, 1], [40, 70])
    return labels, (generator.normal(labels, 1) * 4).round() / 4


@pytest.mark.parametrize("seed", range(5))
def test_delong_is_its_definition(seed: int) -> None:
    """DeLong et al. 1988: every pneumonia is compared with every normal, a tie being half a win."""
    labels, scores = _tied_scores(seed)
    positive, negative = scores[labels == 1, None], scores[None, labels == 0]
    wins = (positive > negative) + 0.5 * (positive == negative)
    variance = wins.mean(1).var(ddof=1) / positive.size + wins.mean(0).var(ddof=1) / negative.size

    value, low, high = auc(labels, scores)

    assert value == pytest.approx(wins.mean(), rel=1e-12)
    assert value == pytest.approx(roc_auc_score(labels, scores), rel=1e-12)
    half = Z_95 * np.sqrt(variance) / (value * (1 - value))
    odds = np.log(np.array([low, value, high]) / (1 - np.array([low, value, high])))
    np.testing.assert_allclose(np.diff(odds), half, rtol=1e-9)


def test_delong_covers_95_in_100() -> None:
    generator = np.random.default_rng(11)
    labels = np.repeat([0, 1], [60, 100])
    # Two unit normals 1.5 apart: the area is the normal distribution at 1.5 / sqrt(2).
    truth, trials = 0.8555778168267576, 1500
    inside = 0
    for _ in range(trials):
        _, low, high = auc(labels, generator.normal(1.5 * labels))
        inside += low <= truth <= high
    assert abs(inside / trials - 0.95) < 0.02


def test_area_turns_over_with_the_labels() -> None:
    labels, scores = _tied_scores(9)
    one, other = auc(labels, scores), auc(1 - labels, scores)
    np.testing.assert_allclose(one, (1 - other.value, 1 - other.high, 1 - other.low))


def test_a_perfect_order_has_area_1() -> None:
    assert auc([0, 0, 1, 1], [0.1, 0.2, 0.3, 0.4]).value == 1
    assert auc([1, 1, 0, 0], [0.1, 0.2, 0.3, 0.4]).value == 0


def test_area_needs_both_classes() -> None:
    with pytest.raises(ValueError, match="both classes among the labels; received 3 positive and 0 negative"):
        auc([1, 1, 1], [0.1, 0.2, 0.3])
