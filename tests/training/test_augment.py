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
    view = augment.random_affine(IMAGE, np.random.default_rng(0), area=(1.0, 1.0))
    assert np.allclose(view, IMAGE, atol=1e-6)


def test_half_of_the_views_are_mirrored() -> None:
    ramp = np.tile(np.linspace(0, 1, 64, dtype=np.float32), (64, 1))
    generator = np.random.default_rng(0)
    views = [augment.random_affine(ramp, generator, area=(0.8, 1.0), flip=True) for _ in range(200)]
    mirrored = np.mean([view[:, 5].mean() > view[:, -6].mean() for view in views])
    assert mirrored == pytest.approx(0.5, abs=0.12)


def test_erasing_leaves_most_of_the_picture() -> None:
    views = [augment.erase_rectangles(IMAGE, np.random.default_rng(seed)) for seed in range(20)]
    assert 0.02 < np.mean([view != IMAGE for view in views]) < 0.3


def test_what_is_perturbed_is_upright_and_not_mirrored() -> None:
    views = [augment.perturb(IMAGE, np.random.default_rng(seed)) for seed in range(40)]
    assert len({view.tobytes() for view in views}) > 30
    assert all(view.min() >= 0 and view.max() <= 1 for view in views)
    ramp = np.tile(np.linspace(0.1, 0.9, 96, dtype=np.float32), (96, 1))
    for seed in range(40):
        view = augment.perturb(ramp, np.random.default_rng(seed))
        inside = view[20:-20, 20:-20]  # of the black that a wider shape leaves around it
        assert inside[:, 40].mean() > inside[:, 5].mean()
        assert np.abs(np.diff(inside, axis=0)).mean() < 0.05


def test_matched_grey_values_are_the_others() -> None:
    dark = (chest(96, 96, seed=3).astype(np.float32) / 255) ** 3
    matched = augment.match_grey_values(IMAGE, dark, share=1.0)
    assert np.quantile(matched, [0.1, 0.5, 0.9]) == pytest.approx(np.quantile(dark, [0.1, 0.5, 0.9]), abs=0.02)
    assert np.corrcoef(IMAGE.ravel(), matched.ravel())[0, 1] > 0.8
    assert augment.match_grey_values(IMAGE, dark, share=0.0) == pytest.approx(IMAGE, abs=1e-6)


def test_a_mixed_spectrum_leaves_every_phase() -> None:
    other = np.random.default_rng(0).random(IMAGE.shape).astype(np.float32)
    same = augment.mix_spectrum(IMAGE, other, share=0.0)
    mixed = augment.mix_spectrum(IMAGE, other, share=0.3)
    assert same == pytest.approx(IMAGE, abs=1e-5)
    assert mixed.shape == IMAGE.shape and mixed.dtype == np.float32
    assert np.abs(mixed - IMAGE).mean() > 0.01
    assert np.corrcoef(IMAGE.ravel(), mixed.ravel())[0, 1] > 0.8


def test_style_is_transferred_by_chance() -> None:
    other = chest(96, 96, seed=5).astype(np.float32) / 255
    views = [augment.style_transfer(IMAGE, other, np.random.default_rng(seed)) for seed in range(40)]
    untouched = np.mean([np.array_equal(view, IMAGE) for view in views])
    assert untouched == pytest.approx(0.25, abs=0.2)
