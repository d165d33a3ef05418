"""Colours of the heat map: perceptually uniform, and distinct for every kind of colour vision.

Inferno and viridis (Smith, van der Walt, Firing 2015), cividis (Nuñez, Anderton, Renslow 2018), by
OpenCV's copies of their published tables.
"""

import cv2

from model.network.gradcam import colour_table

_OPENCV = {
    "inferno": cv2.COLORMAP_INFERNO,
    "viridis": cv2.COLORMAP_VIRIDIS,
    "cividis": cv2.COLORMAP_CIVIDIS,
}


COLOUR_MAPS = {name: colour_table(colour_map) for name, colour_map in _OPENCV.items()}
"""By name, uint8 RGB of shape (256, 3), from no evidence to the most."""
