"""What the viewer gets of a radiograph: its greys, before any window where its file has them, and how it lies."""

from typing import NamedTuple

import numpy as np

from model.io.greyscale import Window
from model.io.radiograph import Radiograph

MOST_BITS = 16
"""Of the viewer."""


class Greys(NamedTuple):
    """What of the viewer's arguments is the radiograph's own; see ``components.viewer.viewer``."""

    pixels: np.ndarray
    bits: int
    presets: tuple[Window, ...] = ()
    values: tuple[float, float, str] | None = None
    negative: bool = False


def greys(scan: Radiograph) -> Greys:
    """A DICOM file's values with its own windows; of any other file, and of one curved on its way, the pixels.

    The picture opens as the file wants it seen and as the model saw it: through the file's first window, or over
    the full range; but for padding, which is as dark as the darkest of the others. A look-up table or a sigmoid
    is a curve, which no window of the viewer can follow.
    """
    header = scan.header
    if header is None or scan.values is None or header.has_voi_lut or header.window_function == "SIGMOID":
        return Greys(scan.pixels, scan.bits)
    low, high, bits = scale(scan.values, scan.bits)
    pixels = np.clip((scan.values - np.float32(low)) / np.float32(high - low), 0, 1)
    return Greys(pixels, bits, header.windows, (low, high, ""), header.inverted)


def scale(values: np.ndarray, bits: int) -> tuple[float, float, int]:
    """The least and the greatest value that can be shown, and the bits that it takes to tell those between apart.

    Whole numbers are one step from each other, unless they are too many for 16 bits.
    """
    low, high = float(values.min()), float(values.max())
    if not np.issubdtype(values.dtype, np.integer):
        return low, high if high > low else low + 1, MOST_BITS
    bits = min(max(bits, int(high - low).bit_length()), MOST_BITS)
    low = 0.0 if low >= 0 and high < 2**bits else low
    return low, max(high, low + 2**bits - 1), bits


def marker(scan: Radiograph) -> str:
    """What the header says of the view, such as ``AP, L``; nothing that names the patient."""
    header = scan.header
    if header is None:
        return ""
    # U is of what has no side: a chest has both.
    return ", ".join(word for word in (header.view, header.laterality) if word and word != "U")


def orientation(scan: Radiograph) -> tuple[str, str] | None:
    """Where the header says that rows and columns run to, if it says so in the letters of the standard."""
    match scan.header.orientation if scan.header else ():
        case (str(along), str(down)) if along and down and set(along + down) <= set("LRAPHF"):
            return along, down
    return None
