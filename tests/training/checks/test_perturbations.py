import numpy as np
import pytest

from tests.pictures import chest
from training.checks import perturbations

IMAGE = chest(96, 96)


@pytest.mark.parametrize("name", perturbations.CONDITIONS)
def test_each_condition_changes_the_picture_and_nothing_else(name: str) -> None:
    before = IMAGE.copy()
    changed = perturbations.CONDITIONS[name](IMAGE)
    assert changed.shape == IMAGE.shape and changed.dtype == np.uint8
    assert not np.array_equal(changed, IMAGE)
    assert np.array_equal(before, IMAGE)


def test_stretching_makes_a_square_as_much_wider_as_it_says() -> None:
    square = np.zeros((101, 101), np.uint8)
    square[35:66, 35:66] = 255
    wider = perturbations.stretch(square, 1.33) > 127
    width, height = wider.any(axis=0).sum(), wider.any(axis=1).sum()
    assert width / height == pytest.approx(1.33, abs=0.06)
    assert width * height == pytest.approx(31 * 31, rel=0.06)


def test_gamma_leaves_black_and_white_alone() -> None:
    ends = np.array([[0, 128, 255]], np.uint8)
    darker = perturbations.apply_gamma(ends, 1.4)[0]
    assert (darker[0], darker[2]) == (0, 255) and darker[1] < 128


def test_contrast_keeps_the_mean() -> None:
    flat = np.linspace(80, 160, 64, dtype=np.uint8).reshape(8, 8)
    stronger = perturbations.scale_contrast(flat, 1.4)
    assert stronger.mean() == pytest.approx(flat.mean(), abs=0.5)
    assert stronger.std() == pytest.approx(1.4 * flat.std(), rel=0.02)


def test_a_crop_at_the_corner_loses_the_other_sides() -> None:
    ramp = np.tile(np.arange(100, dtype=np.uint8), (100, 1))
    assert perturbations.crop(ramp, 0.1, corner=True).min() >= 9
    centred = perturbations.crop(ramp, 0.1, corner=False)
    assert centred.min() in (4, 5) and centred.max() in (94, 95)


def test_blur_and_sharpening_are_opposites_in_variance() -> None:
    details = [
        np.diff(changed.astype(float)).std()
        for changed in (perturbations.blur(IMAGE, 2), perturbations.sharpen(IMAGE, 1))
    ]
    assert details[0] < np.diff(IMAGE.astype(float)).std() < details[1]
