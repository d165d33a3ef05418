"""The radiograph under its heat map, as one picture: for paper and archives, which have no switch."""

import cv2
import numpy as np

from model.network import gradcam

OPACITY = 0.6
"""Of the map where it is hottest: what the viewer begins with."""


def grey(pixels: np.ndarray) -> np.ndarray:
    """A radiograph, float32 of shape (height, width), 0 to 1, as uint8 of that shape."""
    return np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8)


def overlaid(pixels: np.ndarray, heat: np.ndarray) -> np.ndarray:
    """A radiograph under its heat map.

    Args:
        pixels: float32 of shape (height, width), 0 to 1.
        heat: float32 of shape (rows, columns), 0 to 1, over the same field.

    Returns:
        uint8 RGB of shape (height, width, 3); where the map is cold, the radiograph's own grey.
    """
    height, width = pixels.shape
    colours = gradcam.colours(gradcam.enlarge(heat, width, height)).astype(np.float32)
    opacity = OPACITY * colours[..., 3:] / 255
    below = grey(pixels).astype(np.float32)[..., None]
    return np.rint(below * (1 - opacity) + colours[..., :3] * opacity).astype(np.uint8)


def fitted(pixels: np.ndarray, longest: int) -> np.ndarray:
    """A picture of shape (height, width) shrunk, never enlarged, to a longest side in pixels."""
    height, width = pixels.shape
    shrink = longest / max(height, width)
    if shrink >= 1:
        return pixels
    size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
