"""Colours of the heat map: perceptually uniform, and distinct for every kind of colour vision.

Inferno and viridis (Smith, van der Walt, Firing 2015), cividis (Nuñez, Anderton, Renslow 2018), by
OpenCV's copies of their published tables.
"""

import cv2
import numpy as np

_OPENCV = {
    "inferno": cv2.COLORMAP_INFERNO,
    "viridis": cv2.COLORMAP_VIRIDIS,
    "cividis": cv2.COLORMAP_CIVIDIS,
}


def _table(colour_map: int) -> np.ndarray:
    levels = np.arange(256, dtype=np.uint8)[:, None]
    return cv2.cvtColor(cv2.applyColorMap(levels, colour_map), cv2.COLOR_BGR2RGB)[:, 0]


COLOUR_MAPS = {name: _table(colour_map) for name, colour_map in _OPENCV.items()}
"""By name, uint8 RGB of shape (256, 3), from no evidence to the most."""
