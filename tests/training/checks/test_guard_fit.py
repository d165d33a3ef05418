"""The guard's fit: what it learns, that few radiographs are enough, and how shares are counted."""

import keras
import numpy as np
import pytest

from model.network import lungs
from model.network.engine import Outputs
from tests.pictures import chest
from training.checks import guard_fit, perturbations

GENERATOR = np.random.default_rng(0)
MIXING = GENERATOR.normal(size=(12, 12))


def drawn(number: int, shift: float = 0.0) -> np.ndarray:
    """Correlated features, one of them constant, of pictures that are alike but for a shift."""
    features = (GENERATOR.normal(size=(number, 12)) + shift) @ MIXING
    return np.column_stack([features, np.full(number, 3.0)]).astype(np.float32)


def test_upper_and_lower_half_are_kept_apart() -> None:
    maps = np.arange(2 * 4 * 3 * 2, dtype=np.float32).reshape(2, 4, 3, 2)
    pooled = keras.ops.convert_to_numpy(guard_fit.pool_halves(keras.ops.convert_to_tensor(maps)))
    assert pooled == pytest.approx(np.hstack([maps[:, :2].mean(axis=(1, 2)), maps[:, 2:].mean(axis=(1, 2))]))


def test_with_every_axis_it_is_the_sample_covariance() -> None:
    seen, other = drawn(2000), drawn(5)
    guard = guard_fit.fit_guard(seen, [drawn(300)])
    covariance = np.cov(seen[:, :12].T, bias=True)
    centred = (other - seen.mean(axis=0))[:, :12]
    expected = np.sqrt(np.einsum("ni,ij,nj->n", centred, np.linalg.inv(covariance), centred))
    assert guard.distance(other) == pytest.approx(expected, rel=0.3), "but for the shrinkage"


def test_one_held_out_radiograph_in_a_hundred_is_beyond_the_limit() -> None:
    held_out = drawn(500)
    guard = guard_fit.fit_guard(drawn(500), [held_out], axes=4)
    assert guard.axes.shape == (13, 4)
    assert (guard.distance(held_out) > guard.threshold).mean() == pytest.approx(0.01, abs=0.002)
    assert (guard.distance(held_out) > guard.doubt_threshold).mean() == pytest.approx(0.1, abs=0.003)
    assert (guard.distance(drawn(100, shift=4.0)) > guard.threshold).all()


def test_fewer_radiographs_than_features_are_enough() -> None:
    guard = guard_fit.fit_guard(drawn(4), [drawn(3)])
    assert np.isfinite(guard.distance(drawn(5))).all()
    assert guard.rest > 0 and guard.threshold > 0


def test_features_that_never_move_warn_nobody() -> None:
    still = np.zeros((6, 5), np.float32)
    assert guard_fit.fit_guard(still, [still]).distance(still).tolist() == [0.0] * 6


def test_what_is_fitted_is_perturbed_as_well() -> None:
    chests = np.stack([chest(32, 32, seed) for seed in range(3)])

    class Seen:
        def run(self, pictures: np.ndarray) -> Outputs:
            assert pictures.dtype == np.uint8 and pictures.shape[1:] == (32, 32, 1)
            nothing = np.zeros((len(pictures), 1), np.float32)
            grey = pictures[..., 0].astype(np.float32)
            return Outputs(nothing, nothing, grey / 255, grey.reshape(len(grey), -1))

    seen, shapes = guard_fit.look(Seen(), chests)
    as_they_are, *views = np.split(seen, 1 + guard_fit.PERTURBED_VIEWS)
    assert np.array_equal(as_they_are, chests.reshape(3, -1))
    assert shapes[0] == lungs.shape(chests[0] / np.float32(255))
    for view in views:
        alike = [np.corrcoef(one, other)[0, 1] for one, other in zip(as_they_are, view, strict=True)]
        assert min(alike) > 0.3 and max(alike) < 1
    assert not np.array_equal(views[0], views[1])
    assert np.array_equal(seen, guard_fit.look(Seen(), chests)[0]), "the same every time"


def test_lung_fields_within_the_limits_are_as_those_seen() -> None:
    shapes = [dict.fromkeys(lungs.SHAPE, value) for value in np.linspace(0.3, 0.5, 101)]
    for low, high in guard_fit.lung_limits(shapes).values():
        assert 0.27 < low < 0.3 and 0.5 < high < 0.53


def test_shares_are_counted_over_what_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """By mean grey alone: dark is known, light is not."""
    dark = np.random.default_rng(1).integers(20, 60, (40, 8, 8)).astype(np.uint8)
    light = np.full((3, 8, 8), 128, np.uint8)
    others = {"inverted": 255 - dark, "grey": light}
    monkeypatch.setattr(guard_fit, "out_of_distribution_pictures", lambda radiographs, seed: others)

    def features(pictures: np.ndarray) -> np.ndarray:
        return pictures.mean(axis=(1, 2))[:, None] * np.ones(2)

    class Grey:
        def run(self, pictures: np.ndarray) -> Outputs:
            seen = features(pictures[..., 0])
            return Outputs(seen, seen, pictures[..., 0], seen)

    guard = guard_fit.fit_guard(features(dark), [features(dark)])
    measured = guard_fit.measure_guard(guard, Grey(), dark)
    assert measured["radiographs"]["number"] <= 1
    assert set(measured["harmless"]) == set(perturbations.CONDITIONS)
    assert all(share["of"] == 40 for share in measured["harmless"].values())
    inverted, named = measured["oddities"]["inverted"], measured["inverted_named"]
    assert inverted["number"] == 40 and named["number"] >= 39, "but for the radiograph that is the limit itself"
    grey = measured["oddities"]["grey"]
    assert (grey["number"], grey["of"], grey["high"]) == (3, 3, 1)
    assert grey["low"] == pytest.approx(0.4385, abs=1e-4), "Wilson's, for three of three"
