"""Drift: silent where nothing changed, loud where something did."""

import numpy as np
import pytest

from dashboard.drift import cumulative, drift, stability_index
from dashboard.resources import load_scores

GENERATOR = np.random.default_rng(5)


def test_it_is_as_rare_as_it_says_where_nothing_changed() -> None:
    validation = load_scores("validation").probabilities
    measured = [drift(GENERATOR.choice(validation, 60), validation) for _ in range(400)]
    assert np.mean([one.p_value < 0.05 for one in measured]) <= 0.08
    assert 0.01 <= np.mean([one.stability > one.stability_limit for one in measured]) <= 0.10


def test_another_mix_of_patients_is_found() -> None:
    scores = load_scores("validation")
    normals = scores.probabilities[scores.labels == 0]
    measured = drift(normals[:40], scores.probabilities)
    assert measured.p_value < 1e-6
    assert measured.stability > 4 * measured.stability_limit


def test_the_widest_gap_is_where_it_is_said_to_be() -> None:
    measured = drift([0.1, 0.2, 0.3, 0.9], [0.6, 0.7, 0.8, 0.95])
    assert (measured.distance, measured.gap) == (0.75, 0.3)


def test_equal_samples_do_not_differ() -> None:
    sample = np.linspace(0, 1, 50)
    measured = drift(sample[::-1], sample)
    assert (measured.distance, measured.p_value, measured.stability) == (0, 1, 0)
    assert measured.recent.tolist() == sample.tolist()


def test_the_stability_index_is_finite_with_empty_bins_and_none_with_one_bin() -> None:
    stability, limit = stability_index(np.array([0.5]), np.linspace(0, 1, 100))
    assert 0 < stability < limit
    stability, limit = stability_index(np.array([0.2, 0.9]), np.full(9, 0.5))
    assert np.isfinite([stability, limit]).all()


def test_the_cumulative_share_steps_at_each_distinct_value() -> None:
    values, shares = cumulative(np.array([0.1, 0.1, 0.4, 0.9]))
    assert values.tolist() == [0.1, 0.4, 0.9]
    assert shares.tolist() == [0.5, 0.75, 1]


@pytest.mark.parametrize(
    ("recent", "validation", "name"),
    [([], [0.5], "readings"), ([0.5], [], "validation"), ([1.2], [0.5], "readings"), ([np.nan], [0.5], "readings")],
)
def test_no_probabilities_are_refused(recent: list[float], validation: list[float], name: str) -> None:
    with pytest.raises(ValueError, match=f"{name}: expected probabilities from 0 to 1, at least one; received"):
        drift(recent, validation)
