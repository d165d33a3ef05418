import numpy as np
import pytest

from model.network import gradcam


def test_grad_cam_is_equation_1_and_2() -> None:
    activations = np.zeros((2, 2, 2))
    activations[0, 0, 0], activations[1, 1, 1] = 3, 5
    gradients = np.ones((2, 2, 2)) * np.array([2.0, -1.0])
    assert gradcam.grad_cam(activations, gradients).tolist() == [[6, 0], [0, 0]]


def test_a_cold_map_stays_cold() -> None:
    assert gradcam.scale_heat(np.full((7, 7), 0.01), full_scale=1.0).max() == pytest.approx(0.01)
    assert gradcam.scale_heat(np.full((7, 7), 3.0), full_scale=1.0).max() == 1


def test_a_scale_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a positive full scale of the heat map; received 0"):
        gradcam.scale_heat(np.zeros((7, 7)), 0)


def test_the_hottest_spot_stays_where_it_was() -> None:
    heat = np.zeros((7, 7), np.float32)
    heat[1, 5] = 1
    large = gradcam.enlarge_heat(heat, width=140, height=70)
    assert large.shape == (70, 140)
    row, column = np.unravel_index(large.argmax(), large.shape)
    assert abs(row - 15) <= 2
    assert abs(column - 110) <= 3
    assert 0 <= large.min() <= large.max() <= 1


def test_nothing_is_painted_where_there_is_no_evidence() -> None:
    painted = gradcam.colour_heat(np.array([[0.0, 1.0]], np.float32))
    assert painted.shape == (1, 2, 4)
    assert painted[0, 0, 3] == 0
    assert painted[0, 1, 3] == 255
    assert painted[0, 1, 0] > 200
