"""Drift: found where something changed, and as rarely as it should where nothing did."""

import numpy as np
import pytest

from dashboard.history.drift import LEVEL, measure_drift, stability_index
from dashboard.shared.resources import load_scores


def test_where_nothing_changed_it_is_found_as_rarely_as_its_level() -> None:
    population = load_scores("validation").probabilities
    generator = np.random.default_rng(5)
    measured = [
        measure_drift(generator.choice(population, 80), generator.choice(population, 661)) for _ in range(600)
    ]
    for p_value in ("distance_p", "stability_p"):
        assert 0.02 <= np.mean([getattr(drift, p_value) < 0.05 for drift in measured]) <= 0.08
    assert np.mean([drift.found for drift in measured]) <= 0.02


@pytest.mark.parametrize("number", [1, 5, 20])
def test_with_few_readings_it_is_not_found_too_often(number: int) -> None:
    population = load_scores("validation").probabilities
    generator = np.random.default_rng(6)
    measured = [measure_drift(generator.choice(population, number), population) for _ in range(300)]
    assert np.mean([drift.found for drift in measured]) <= 0.02


def test_a_difference_that_hardly_moves_the_widest_gap_is_found_by_the_index() -> None:
    validation = np.linspace(0, 1, 1000)
    measured = measure_drift(np.repeat([0.05, 0.25, 0.45, 0.65, 0.85], 20), validation)
    assert measured.distance_p > LEVEL
    assert measured.found


def test_another_mix_of_patients_is_found() -> None:
    scores = load_scores("validation")
    normals = scores.probabilities[scores.labels == 0]
    measured = measure_drift(normals[:40], scores.probabilities)
    assert max(measured.distance_p, measured.stability_p) < 1e-6
    assert measured.found


def test_the_widest_gap_is_found_with_its_place() -> None:
    measured = measure_drift([0.1, 0.2, 0.3, 0.9], [0.6, 0.7, 0.8, 0.95])
    assert (measured.distance, measured.gap) == (0.75, 0.3)


def test_equal_samples_do_not_differ() -> None:
    sample = np.linspace(0, 1, 50)
    measured = measure_drift(sample[::-1], sample)
    assert (measured.distance, measured.distance_p, measured.stability, measured.stability_p) == (0, 1, 0, 1)
    assert measured.recent.tolist() == sample.tolist()


def test_the_stability_index_is_finite_with_empty_bins_and_with_ties() -> None:
    index, p_value = stability_index(np.array([0.5]), np.linspace(0, 1, 100))
    assert 0 < index < 1
    assert p_value > 0.5
    assert np.isfinite(stability_index(np.array([0.2, 0.9]), np.full(9, 0.5))).all()


@pytest.mark.parametrize(
    ("recent", "validation", "name"),
    [([], [0.5], "readings"), ([0.5], [], "validation"), ([1.2], [0.5], "readings"), ([np.nan], [0.5], "readings")],
)
def test_no_probabilities_are_refused(recent: list[float], validation: list[float], name: str) -> None:
    with pytest.raises(ValueError, match=f"{name}: expected probabilities from 0 to 1, at least one; received"):
        measure_drift(recent, validation)
