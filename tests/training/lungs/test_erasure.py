"""What is left of the body is taken out of the class maps."""

from pathlib import Path

import keras
import numpy as np
import pytest

from tests.training.lungs.test_transplant import patient
from training.lungs import erasure, network


def spread(n: int, channels: int) -> np.ndarray:
    return np.random.default_rng(0).normal(0, 1, (n, channels)) * np.linspace(1, 3, channels)


def test_erased_weights_do_not_see_the_directions() -> None:
    weights, directions = spread(6, 3), spread(6, 2)
    changed = erasure.erased(weights, directions, np.cov(spread(50, 6), rowvar=False))
    assert directions.T @ changed == pytest.approx(0, abs=1e-9)


def test_erasing_twice_changes_nothing_more() -> None:
    weights, directions, covariance = spread(6, 3), spread(6, 2), np.cov(spread(50, 6), rowvar=False)
    once = erasure.erased(weights, directions, covariance)
    assert erasure.erased(once, directions, covariance) == pytest.approx(once)


def test_erased_weights_are_nearest_where_features_vary_most() -> None:
    """Of two features that carry the direction alike, the one that varies less gives way."""
    changed = erasure.erased(np.ones((2, 1)), np.ones((2, 1)), np.diag([1.0, 100.0]))
    assert abs(changed[0, 0] - 1) > abs(changed[1, 0] - 1)


def test_difference_is_of_means() -> None:
    features, labels = np.array([[1.0], [3.0], [10.0]]), np.array([0, 0, 1])
    assert erasure.difference(features, labels) == pytest.approx([8.0])


def test_pooled_features_give_the_logits(backbone: Path) -> None:
    reader = network.reader(64, 3, 0.2, 1, backbone)
    views = np.random.default_rng(0).random((3, 64, 64)).astype(np.float32)
    weights = np.concatenate(
        [reader.get_layer(f"class_maps_{stride}").get_weights()[0][0, 0] for stride in (32, 16)]
    )
    logits = np.asarray(reader(255 * views[..., None])["logits"])
    assert erasure.pooled(reader)(views) @ weights == pytest.approx(logits, abs=1e-4)


def test_mean_logit_of_painted_lungs_is_the_same_for_either_body(backbone: Path) -> None:
    keras.utils.set_random_seed(2)
    reader = network.reader(64, 3, 0.2, 1, backbone)
    patients = [patient(40, 160 + 60 * (row % 2), (8, 8, 32, 40)) for row in range(8)]
    labels = np.arange(8) % 2
    before = reader.get_layer("class_maps_32").get_weights()[0].copy()
    erasure.erase(reader, patients, labels, seed=3)
    features = erasure.pooled(reader)
    directions, _ = erasure.body_directions(features, patients, labels, np.random.default_rng(3))
    kernels = [reader.get_layer(f"class_maps_{stride}").get_weights()[0][0, 0] for stride in (32, 16)]
    assert directions.T @ np.concatenate(kernels) == pytest.approx(0, abs=1e-3)
    assert not (reader.get_layer("class_maps_32").get_weights()[0] == before).all()
