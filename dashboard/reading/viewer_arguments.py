"""The arguments that the viewer is opened with, and those for a radiograph and its reading."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import cv2
import numpy as np

from dashboard.shared.formatting import hottest_region
from dashboard.shared.images import to_codes
from model.io.dicom_header import Header, PixelSpacing
from model.io.greyscale import Window, exact_linear
from model.io.radiograph import Radiograph
from model.network import lungs
from model.network.classifier import Reading

MOST_BITS = 16
"""Of a pixel in the viewer."""
AS_READ, FULL = "As read", "Full range"
"""Windows that a picture without windows of its own opens with: the one through which the model read it."""


class ValueScale(NamedTuple):
    """The values that pixels of 0 and of 1 stand for, as ``ValueScale(0, 4095, "")``."""

    low: float
    high: float
    unit: str


@dataclass(frozen=True)
class ViewerArguments:
    """A picture as the viewer is to show it.

    Args:
        pixels: float32 of shape (height, width), 0 to 1, the least and the greatest value that can be shown.
        heat: float32 of shape (rows, columns), 0 to 1, over the same field; without one, the controls of the heat
            map are absent.
        description: of the picture, for those who cannot see it.
        bits: of the file's pixels, 1 to 16; up to 8, one byte a pixel is sent, else two.
        presets: windows of the file, in units of its values, as ``LINEAR_EXACT`` has them. Without them, windows
            are taken from the histogram.
        opening: the window that the picture opens with, in units of its values; without one, it opens with the
            first of the presets, else over the full range of the picture.
        values: what the pixels stand for; 0 to 2 ** ``bits`` - 1 by default.
        pixel_aspect: height of a pixel over its width; the picture is shown with square ones.
        view_label: view and laterality as recorded, such as ``PA, upright``; shown in a corner.
        orientation: the parts of the body that rows and columns run to, in the letters L, R, A, P, H and F, such
            as ("L", "F"); shown at the edges, wherever the picture is turned.
        negative: whether high values are shown dark.
        overlay: whether the heat map is on at the beginning.
        spacing: size of a pixel, by which lengths are measured in mm; without it, in pixels.
        outlines: of the lungs, closed polygons of shape (k, 2), x and y in shares of width and height.

    Raises:
        ValueError: pixels outside 0 to 1 or not of two dimensions, values that do not ascend, or bits outside
            1 to 16.
    """

    pixels: np.ndarray
    heat: np.ndarray | None = None
    description: str = ""
    bits: int = MOST_BITS
    presets: Sequence[Window] = ()
    opening: Window | None = None
    values: ValueScale | None = None
    pixel_aspect: float = 1.0
    view_label: str = ""
    orientation: tuple[str, str] | None = None
    negative: bool = False
    overlay: bool = True
    spacing: PixelSpacing | None = None
    outlines: Sequence[np.ndarray] = ()

    def __post_init__(self) -> None:
        if self.pixels.ndim != 2 or not self.pixels.size:
            raise ValueError(f"expected pixels of shape (height, width); received {self.pixels.shape}.")
        low, high = float(self.pixels.min()), float(self.pixels.max())
        if not (low >= 0 and high <= 1):
            raise ValueError(f"expected pixels from 0 to 1; received {low:g} to {high:g}.")
        if not 1 <= self.bits <= MOST_BITS:
            raise ValueError(f"expected 1 to {MOST_BITS} bits a pixel; received {self.bits}.")
        if not self.scale.high > self.scale.low:
            raise ValueError(f"expected values that ascend; received {self.scale.low} to {self.scale.high}.")

    @property
    def scale(self) -> ValueScale:
        """The values given, else those that the file stored: 0 to 255 for 8 bit."""
        return self.values or ValueScale(0, 2**self.bits - 1, "")


def viewer_arguments(scan: Radiograph, reading: Reading | None) -> ViewerArguments:
    """Return the arguments for a radiograph under its heat map; without a reading, for the radiograph alone."""
    description = f"Radiograph {scan.name}"
    if reading:
        description += f" under the model's heat map: {hottest_region(reading.heat)}"
    return replace(
        viewer_pixels(scan),
        heat=reading.heat if reading else None,
        outlines=lungs.outlines(reading.lungs) if reading else (),
        pixel_aspect=scan.pixel_aspect,
        description=description,
        view_label=view_label(scan),
        orientation=orientation(scan),
        # The heat map of a reading that should not be trusted is off until it is asked for.
        overlay=reading is not None and not reading.warnings,
        spacing=scan.header.pixel_spacing if scan.header else None,
    )


def viewer_pixels(scan: Radiograph) -> ViewerArguments:
    """Return a DICOM file's values with its own windows; of any other file the pixels.

    The picture opens as the file wants it seen and as the model saw it: through the file's first window, or over
    the full range. Where that would show anything else, the pixels are shown as they are, from black to white:
    a look-up table or a sigmoid is a curve, which no window of the viewer can follow, and a window may be narrower
    than its values can be told apart.
    """
    header = scan.header
    if scan.values is not None and header and not header.has_voi_lut and header.window_function != "SIGMOID":
        given = windowed_values(scan.values, scan.bits, header)
        if opens_as(given, scan.pixels):
            return given
    white = 2**scan.bits - 1
    return ViewerArguments(scan.pixels, bits=scan.bits, opening=Window(AS_READ, white / 2, white))


def windowed_values(values: np.ndarray, stored_bits: int, header: Header) -> ViewerArguments:
    """Return a DICOM file's values, to be opened through its first window or else over their full range."""
    scale, bits = value_scale(values, stored_bits)
    pixels = np.clip((values - np.float32(scale.low)) / np.float32(scale.high - scale.low), 0, 1)
    return ViewerArguments(
        pixels,
        bits=bits,
        presets=[exact_linear(window, header.window_function) for window in header.windows],
        opening=None if header.windows else full_range(values),
        values=scale,
        negative=header.inverted,
    )


def opens_as(given: ViewerArguments, pixels: np.ndarray) -> bool:
    """Return whether the viewer opens with these pixels, 0 to 1, to one grey level of 255."""
    codes, (low, high, _) = to_codes(given.pixels, given.bits), given.scale
    _, centre, width = given.opening or given.presets[0]
    # PS3.3 C.11.2.1.3.2, the exact linear window, of codes.
    shown = codes * np.float32((high - low) / (width * np.iinfo(codes.dtype).max))
    shown += np.float32((low - centre) / width + 0.5)
    np.clip(shown, 0, 1, out=shown)
    if given.negative:
        np.subtract(1, shown, out=shown)
    return cv2.norm(shown, pixels, cv2.NORM_INF) <= 1 / 255


def full_range(values: np.ndarray) -> Window:
    """Return the window from the least to the greatest of the values; a value that is alone is black."""
    low, high = float(values.min()), float(values.max())
    return Window(FULL, (low + high) / 2, high - low) if high > low else Window(FULL, low + 0.5, 1)


def value_scale(values: np.ndarray, bits: int) -> tuple[ValueScale, int]:
    """Return the scale that holds the values of a file, and the bits that tell those apart.

    Whole numbers are one step from each other, unless they are too many for 16 bits.
    """
    low, high = float(values.min()), float(values.max())
    if not np.issubdtype(values.dtype, np.integer):
        return ValueScale(low, high if high > low else low + 1, ""), MOST_BITS
    bits = min(max(bits, int(high - low).bit_length()), MOST_BITS)
    low = 0.0 if low >= 0 and high < 2**bits else low
    return ValueScale(low, max(high, low + 2**bits - 1), ""), bits


def view_label(scan: Radiograph) -> str:
    """Return the view and side that the header states, such as ``AP, L``; nothing that names the patient."""
    header = scan.header
    if header is None:
        return ""
    # U stands for unpaired: a chest has both sides.
    return ", ".join(part for part in (header.view, header.laterality) if part and part != "U")


def orientation(scan: Radiograph) -> tuple[str, str] | None:
    """Return where rows and columns run to, if the header states it in the standard's letters."""
    match scan.header.orientation if scan.header else ():
        case (str(along), str(down)) if along and down and set(along + down) <= set("LRAPHF"):
            return along, down
    return None
