"""A radiograph, its heat map and all that the viewer is told of them, as the bytes that the browser gets.

Bytes travel over the page's own socket as they are: base64 would add a third, and a file of Streamlit's
media server, marked as public, may be kept on disk by the browser.

    4 bytes    length of the header, unsigned, little-endian
    header     JSON in UTF-8
    codes      height x width, one byte each, or two, little-endian
    heat       MAP_SIDE x MAP_SIDE, one byte each
    colours    256 x RGB for each of the header's colour maps
"""

import json
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np

from dashboard.reading.viewer.colour_maps import COLOUR_MAPS
from dashboard.reading.viewer.windows import AUTO, ValueScale, histogram, window_choices
from dashboard.shared.images import shrink
from model.io.greyscale import Window
from model.network import gradcam

LONGEST_SIDE = 2600
"""Pixels a side that are sent: what a chest detector of 43 cm has at 6 a millimetre; larger ones are averaged."""
MAP_SIDE = 256
"""Side of the heat map: a map of 7 x 7 positions holds nothing finer."""


def pack(
    pixels: np.ndarray,
    heat: np.ndarray | None,
    description: str,
    *,
    bits: int = 16,
    presets: Sequence[Window] = (),
    values: tuple[float, float, str] | None = None,
    marker: str = "",
    orientation: tuple[str, str] | None = None,
    negative: bool = False,
    overlay: bool = True,
) -> bytes:
    """All of it in one piece; the arguments are those of ``viewer``.

    Raises:
        ValueError: pixels outside 0 to 1 or not of two dimensions, values that do not ascend, bits outside
            1 to 16, or a window without width.
    """
    _check(pixels, bits)
    shown = meaning(values, bits)
    codes = encode(shrink(pixels, LONGEST_SIDE), bits)
    counts = histogram(codes)
    choices = window_choices(counts, shown, presets, negative=negative)
    header = {
        "width": codes.shape[1],
        "height": codes.shape[0],
        "bytes": codes.itemsize,
        "own_width": pixels.shape[1],
        "own_height": pixels.shape[0],
        "bits": bits,
        "low": shown.low,
        "high": shown.high,
        "unit": shown.unit,
        "presets": choices,
        "reach": next(window.width for window in choices if window.name == AUTO),
        "marker": marker,
        "orientation": orientation,
        "negative": negative,
        "mapped": heat is not None,
        "overlay": overlay and heat is not None,
        "description": description,
        "map_side": MAP_SIDE,
        "colour_maps": list(COLOUR_MAPS),
    }
    cold = np.zeros((1, 1), np.float32)
    warm = np.rint(255 * gradcam.enlarge(cold if heat is None else heat, MAP_SIDE, MAP_SIDE)).astype(np.uint8)
    return _joined(header, codes, warm, *COLOUR_MAPS.values())


def meaning(values: tuple[float, float, str] | None, bits: int) -> ValueScale:
    """The values given, else those that the file stored: 0 to 255 for 8 bit."""
    shown = ValueScale(*values) if values else ValueScale(0, 2**bits - 1, "")
    if not shown.high > shown.low:
        raise ValueError(f"expected values that ascend; received {shown.low} to {shown.high}.")
    return shown


def encode(pixels: np.ndarray, bits: int) -> np.ndarray:
    """Pixels from 0 to 1 as uint8 where 8 bits hold them, else uint16; 1 becomes the largest.

    A float32 holds k / 65535 near enough that every 16-bit picture comes back to the last bit.
    """
    kind = np.uint8 if bits <= 8 else np.uint16
    scaled = np.multiply(pixels, np.float32(np.iinfo(kind).max), dtype=np.float32)
    return np.rint(scaled, out=scaled).astype(kind)


def _check(pixels: np.ndarray, bits: int) -> None:
    if pixels.ndim != 2 or not pixels.size:
        raise ValueError(f"expected pixels of shape (height, width); received {pixels.shape}.")
    low, high = float(pixels.min()), float(pixels.max())
    if not (low >= 0 and high <= 1):
        raise ValueError(f"expected pixels from 0 to 1; received {low:g} to {high:g}.")
    if not 1 <= bits <= 16:
        raise ValueError(f"expected 1 to 16 bits a pixel; received {bits}.")


def _joined(header: dict[str, Any], *arrays: np.ndarray) -> bytes:
    text = json.dumps(header, allow_nan=False).encode()
    parts = [np.ascontiguousarray(array, array.dtype.newbyteorder("<")).data for array in arrays]
    return b"".join([struct.pack("<I", len(text)), text, *parts])
