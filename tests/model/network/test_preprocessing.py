import numpy as np
import pytest

from model.network.preprocessing import network_input
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
