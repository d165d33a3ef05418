"""Made-up pictures of which every pixel is known."""

import cv2
import numpy as np

from tests.pictures import chest

_Y, _X = np.mgrid[0:240, 0:320]
RAMP = (200 * _X + 5 * _Y).astype(np.uint16)
"""16 bit, shape (240, 320): brighter to the right, and a little downwards."""

LARGE = np.repeat(np.repeat(np.array([[0, 1], [0.25, 0.75]], np.float32), 1500, 0), 1600, 1)
"""float32, shape (3000, 3200), in quarters: more than is sent."""

HEAT = np.zeros((7, 7), np.float32)
HEAT[:, 4:] = 1
"""Hot on the right."""

LUNG = np.array([[0.25, 0.25], [0.5, 0.25], [0.5, 0.75], [0.25, 0.75]], np.float32)
"""A lung's outline, in shares of width and height."""


def detector() -> np.ndarray:
    """Return a chest as a detector delivers it: uint16 of shape (2500, 2000), with noise in the low bits."""
    coarse = cv2.resize(chest(250, 312).astype(np.float32), (2000, 2500), interpolation=cv2.INTER_CUBIC)
    noise = np.random.default_rng(0).normal(0, 200, coarse.shape)
    return np.clip(250 * coarse + noise, 0, 65535).astype(np.uint16)
