"""Pictures of a radiograph: in grey, under its heat map, smaller, and coded for a page or for paper."""

import base64

import cv2
import numpy as np

from model.network import gradcam, lungs

OPACITY = 0.6
"""Of the map where it is hottest: what the viewer begins with."""
OUTLINE = (94, 209, 196)
"""RGB of the lungs' outline: no colour of the heat map."""
THIN = 1 / 700
"""Width of the outline, as a share of the picture's longest side."""


def to_uint8(pixels: np.ndarray) -> np.ndarray:
    """Return a radiograph, float32 of shape (height, width), 0 to 1, as uint8 of that shape.

    OpenCV does in one pass, rounding to even, what takes NumPy three.
    """
    return cv2.convertScaleAbs(np.maximum(pixels, 0), alpha=255)


def to_codes(pixels: np.ndarray, bits: int) -> np.ndarray:
    """Return pixels from 0 to 1 as uint8 where 8 bits hold them, else as uint16; 1 becomes the largest.

    A float32 holds k / 65535 closely enough for every 16-bit picture to come back to the last bit.
    """
    if bits <= 8:
        return to_uint8(pixels)
    scaled = np.multiply(pixels, np.float32(65535), dtype=np.float32)
    return np.rint(scaled, out=scaled).astype(np.uint16)


def overlay_heat_map(pixels: np.ndarray, heat: np.ndarray) -> np.ndarray:
    """Draw the heat map over a radiograph.

    Args:
        pixels: float32 of shape (height, width), 0 to 1.
        heat: float32 of shape (rows, columns), 0 to 1, over the same field.

    Returns:
        uint8 RGB of shape (height, width, 3); where the map is cold, the radiograph's own grey.
    """
    height, width = pixels.shape
    colours = gradcam.colour_heat(gradcam.drawn_heat(heat, width, height)).astype(np.float32)
    opacity = OPACITY * colours[..., 3:] / 255
    below = to_uint8(pixels).astype(np.float32)[..., None]
    return np.rint(below * (1 - opacity) + colours[..., :3] * opacity).astype(np.uint8)


def outline_lungs(picture: np.ndarray, field: np.ndarray) -> np.ndarray:
    """Draw a thin line around the lung fields.

    Args:
        picture: uint8 RGB of shape (height, width, 3).
        field: probability of lung, float32 of shape (rows, columns), 0 to 1, over the same field.

    Returns:
        A new picture of the same shape.
    """
    height, width = picture.shape[:2]
    # Sixteenths of a pixel; a pixel's place is its centre.
    lines = [np.rint(16 * (line * (width, height) - 0.5)).astype(np.int32) for line in lungs.outlines(field)]
    thickness = max(1, round(THIN * max(height, width)))
    return cv2.polylines(picture.copy(), lines, True, OUTLINE, thickness, cv2.LINE_AA, shift=4)


def shrink(pixels: np.ndarray, longest_side: int, pixel_aspect: float = 1.0) -> np.ndarray:
    """Average a picture of shape (height, width) to a longest side in pixels; a smaller one is not enlarged.

    Where ``pixel_aspect``, the height of a pixel over its width, is not 1, the pixels are made square: their longer
    side is interpolated, so that the picture has the shape of what it shows.
    """
    height, width = pixels.shape
    across, down = max(1.0, 1 / pixel_aspect), max(1.0, pixel_aspect)
    scale = min(1.0, longest_side / max(height * down, width * across))
    if scale < 1:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    if pixel_aspect == 1:
        return pixels
    return cv2.resize(pixels, (max(1, round(width * across * scale)), max(1, round(height * down * scale))))


def jpeg(picture: np.ndarray, quality: int) -> bytes:
    """Code a grey or RGB picture, uint8, as JPEG; ``quality`` is 1 to 100."""
    bgr = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    _, coded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return coded.tobytes()


def thumbnail(picture: np.ndarray) -> str:
    """Code a small picture, uint8, as JPEG in a ``data:`` address, which no browser keeps on disk."""
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg(picture, quality=80)).decode()}"
