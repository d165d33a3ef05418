import cv2
import numpy as np
import pytest

from dashboard.reading.viewer.colour_maps import COLOUR_MAPS


@pytest.mark.parametrize("name", ["inferno", "viridis", "cividis"])
def test_colours_grow_lighter_in_even_steps(name: str) -> None:
    table = COLOUR_MAPS[name]
    lightness = cv2.cvtColor((table[None] / 255).astype(np.float32), cv2.COLOR_RGB2LAB)[0, :, 0]
    steps = np.diff(cv2.blur(lightness[:, None], (1, 15))[8:-8, 0])
    assert steps.min() > 0
    assert steps.max() < 2.2 * np.median(steps)
