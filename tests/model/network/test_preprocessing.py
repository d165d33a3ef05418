import numpy as np
import pytest
from PIL import Image

from model.network.preprocessing import network_input, triangle_filter
from tests.pictures import chest


def test_the_square_is_grey_from_0_to_255() -> None:
    square = network_input(chest(300, 200).astype(np.float32) / 255, 64)
    assert square.shape == (64, 64, 1)
    assert square.dtype == np.float32
    assert 0 <= square.min() < square.max() <= 255


def test_a_square_of_the_right_size_is_left_alone() -> None:
    pixels = chest(64, 64)
    assert np.allclose(network_input(pixels.astype(np.float32) / 255, 64)[..., 0], pixels, atol=1e-4)


def test_depth_is_not_rounded_away() -> None:
    pixels = np.full((64, 64), 1000.4 / 65535, np.float32)
    assert network_input(pixels, 32).mean() == pytest.approx(1000.4 / 257, rel=1e-5)


def test_a_finer_radiograph_gives_the_same_input() -> None:
    coarse = chest(128, 128).astype(np.float32) / 255
    fine = np.kron(coarse, np.ones((4, 4), np.float32))
    difference = network_input(coarse, 64) - network_input(fine, 64)
    assert np.abs(difference).mean() < 1


@pytest.mark.parametrize("width", [7, 31, 64, 65, 200, 1023])
@pytest.mark.parametrize("height", [5, 64, 99, 640])
def test_it_is_pillows_antialiased_triangle(width: int, height: int) -> None:
    pixels = np.random.default_rng(0).random((height, width), np.float32)
    expected = Image.fromarray(255 * pixels).resize((64, 64), Image.Resampling.BILINEAR)
    assert np.allclose(network_input(pixels, 64)[..., 0], np.asarray(expected), atol=1e-3)


@pytest.mark.parametrize("length", [1, 2, 224, 5000])
def test_every_position_is_an_average(length: int) -> None:
    weights = triangle_filter(length, 224).toarray()
    assert weights.shape == (224, length)
    assert weights.min() >= 0
    assert np.allclose(weights.sum(axis=1), 1)
