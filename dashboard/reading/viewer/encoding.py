"""The bytes that the browser gets: a radiograph, its heat map and their header.

Bytes travel over the page's own socket as they are: base64 would add a third, and the browser may keep a file of
Streamlit's media server, which is marked as public, on disk.

    4 bytes    length of the header, unsigned, little-endian
    header     JSON in UTF-8
    codes      height x width, one byte each, or two, little-endian
    heat       MAP_SIDE x MAP_SIDE, one byte each
    colours    256 x RGB for each of the header's colour maps
"""

import json
import struct
from typing import Any

import numpy as np

from dashboard.reading.viewer.colour_maps import COLOUR_MAPS
from dashboard.reading.viewer.windows import AUTO, histogram, window_choices
from dashboard.reading.viewer_arguments import ViewerArguments
from dashboard.shared.images import shrink, to_codes
from model.network import gradcam

LONGEST_SIDE = 2600
"""Pixels a side that are sent: what a chest detector of 43 cm has at 6 a millimetre; larger ones are averaged."""
MAP_SIDE = 256
"""Side of the heat map: a map of 56 x 56 positions holds nothing finer."""


def pack(arguments: ViewerArguments) -> bytes:
    """Pack the picture, its heat map, its windows and the colour maps into one piece.

    Raises:
        ValueError: a window of the file without width.
    """
    pixels, heat, scale, spacing = arguments.pixels, arguments.heat, arguments.scale, arguments.spacing
    codes = to_codes(shrink(pixels, LONGEST_SIDE, arguments.pixel_aspect), arguments.bits)
    windows = window_choices(
        histogram(codes), scale, arguments.presets, arguments.opening, negative=arguments.negative
    )
    cold = np.zeros((1, 1), np.float32)
    levels = np.rint(255 * gradcam.drawn_heat(cold if heat is None else heat, MAP_SIDE, MAP_SIDE)).astype(np.uint8)
    header = {
        "width": codes.shape[1],
        "height": codes.shape[0],
        "bytes": codes.itemsize,
        "own_width": pixels.shape[1],
        "own_height": pixels.shape[0],
        "bits": arguments.bits,
        "low": scale.low,
        "high": scale.high,
        "unit": scale.unit,
        "presets": windows,
        "reach": next(window.width for window in windows if window.name == AUTO),
        "view_label": arguments.view_label,
        "orientation": arguments.orientation,
        "negative": arguments.negative,
        "extent": spacing and [pixels.shape[1] * spacing.width, pixels.shape[0] * spacing.height],
        "calibrated": spacing is not None and spacing.calibrated,
        "mapped": heat is not None,
        "overlay": arguments.overlay and heat is not None,
        "cold": heat is not None and not levels.any(),
        "outlines": [line.round(4).tolist() for line in arguments.outlines],
        "description": arguments.description,
        "map_side": MAP_SIDE,
        "colour_maps": list(COLOUR_MAPS),
    }
    return _join(header, codes, levels, *COLOUR_MAPS.values())


def _join(header: dict[str, Any], *arrays: np.ndarray) -> bytes:
    text = json.dumps(header, allow_nan=False).encode()
    parts = [np.ascontiguousarray(array, array.dtype.newbyteorder("<")).data for array in arrays]
    return b"".join([struct.pack("<I", len(text)), text, *parts])
