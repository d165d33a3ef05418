import numpy as np
import pytest

from tests.pictures import chest
from training import augment

IMAGE = chest(96, 96).astype(np.float32) / 255


def test_views_differ_stay_in_range_and_repeat_with_their_seed() -> None:
    views = [augment.strong(IMAGE, np.random.default_rng(seed)) for seed in range(20)]
    assert all(view.shape == IMAGE.shape and view.dtype == np.float32 for view in views)
    assert all(view.min() >= 0 and view.max() <= 1 for view in views)
    assert len({view.tobytes() for view in views}) == 20
    assert np.array_equal(views[3], augment.strong(IMAGE, np.random.default_rng(3)))


def test_a_warp_without_chance_is_the_identity() -> None:
    view = augment.warp(
        IMAGE,
        np.random.default_rng(0),
        area=(1.0, 1.0),
        log_aspect=0.0,
        degrees=0.0,
        shear_degrees=0.0,
        flip=False,
    )
    assert np.allclose(view, IMAGE, atol=1e-6)


def test_half_of_the_views_are_mirrored() -> None:
    ramp = np.tile(np.linspace(0, 1, 64, dtype=np.float32), (64, 1))
    generator = np.random.default_rng(0)
    views = [
        augment.warp(ramp, generator, area=(0.8, 1.0), log_aspect=0.0, degrees=0.0, shear_degrees=0.0, flip=True)
        for _ in range(200)
    ]
    mirrored = np.mean([view[:, 5].mean() > view[:, -6].mean() for view in views])
    assert mirrored == pytest.approx(0.5, abs=0.12)


def test_erasing_leaves_most_of_the_picture() -> None:
    changed = np.mean([(augment.erase(IMAGE, np.random.default_rng(seed)) != IMAGE).mean() for seed in range(20)])
    assert 0.02 < changed < 0.3
