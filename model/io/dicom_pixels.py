"""Decode a DICOM file's pixels and take them through its greyscale transformations (PS3.4 N.2, PS3.3 C.11)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from pydicom import Dataset, FileDataset
from pydicom.pixels import apply_color_lut, get_decoder

from model.io.dicom_checks import MONOCHROME, PALETTE, PixelFormat
from model.io.dicom_decoders import decoding_plugin
from model.io.dicom_header import (
    Header,
    functional_group,
    lut_item,
    read_header,
    text_of,
    values_of,
    voi_attributes,
)
from model.io.dicom_shutter import hidden
from model.io.greyscale import LookUpTable, exact_linear, full_range, rescaled, stored_values, true_depth, windowed

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""ITU-R BT.601, the weights that Pillow turns colours to grey with."""


@dataclass(frozen=True)
class Frame:
    """Frame ``number`` (from 1) of ``count`` in a file.

    ``pixels`` is float32 of shape (height, width), 0 (black) to 1 (white), through every transformation that
    the file asks for. ``values`` is uint8, uint16, int8, int16, int32 or float32 of the same shape, the modality
    LUT's output, which windows are in units of, padding as dark as any and black in the first window; ``None`` for
    colours.
    ``bits`` are those stored, at least as many as tell the values apart.
    """

    pixels: np.ndarray
    values: np.ndarray | None
    bits: int
    number: int
    count: int
    header: Header


def decoded_frames(dataset: FileDataset, pixel_format: PixelFormat) -> Iterator[np.ndarray]:
    """Decode the stored values, frame by frame; (u)int8 or (u)int16 of shape (height, width).

    Colours are RGB, of shape (height, width, 3).
    """
    dataset.file_meta.TransferSyntaxUID = pixel_format.transfer_syntax
    grey = pixel_format.photometric in MONOCHROME
    # The same decoder everywhere, whatever else happens to be installed beside it.
    plugin = decoding_plugin(pixel_format.transfer_syntax)
    pairs = get_decoder(pixel_format.transfer_syntax).iter_array(
        dataset,
        decoding_plugin=plugin,
        allow_excess_frames=False,
        correct_unused_bits=not grey,
    )
    for words, _ in islice(pairs, pixel_format.frames):
        yield stored_values(words, min(pixel_format.bits, 8 * words.itemsize)) if grey else words


def displayed_frame(dataset: FileDataset, stored: np.ndarray, pixel_format: PixelFormat, index: int) -> Frame:
    """Take one frame's stored values through the file's transformations; ``index`` counts from 0.

    Raises:
        ValueError: the transformations are damaged; the message is the reason alone.
    """
    header = read_header(dataset, index)
    if pixel_format.photometric in MONOCHROME:
        pixels, values = _displayed_greys(dataset, stored, header, index)
    else:
        pixels, values = _luma(dataset, stored, pixel_format), None
        pixels[hidden(dataset, pixels.shape, index)] = 0
    # More than the header says where it understates them.
    bits = max(pixel_format.bits, (int(stored.max()) - int(stored.min())).bit_length())
    return Frame(pixels, values, bits, index + 1, pixel_format.frames, header)


def _displayed_greys(
    dataset: FileDataset, stored: np.ndarray, header: Header, index: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the pixels to be shown, 0 to 1, and the values that windows are in units of.

    Padding, and what a display shutter hides, is black and sets no range.
    """
    padding = _padding(dataset, stored) | hidden(dataset, stored.shape, index)
    values = _modality_values(dataset, stored, header, index)
    pixels = _voi_pixels(dataset, values, header, index, ~padding)
    # PS3.3 C.7.6.3.1.2, C.11.6.1.2: the least value is shown white.
    pixels = 1 - pixels if header.inverted else pixels
    pixels[padding] = 0
    return pixels, _with_dark_padding(values, padding, header)


def _luma(dataset: FileDataset, stored: np.ndarray, pixel_format: PixelFormat) -> np.ndarray:
    """Return the luma of colours or of palette entries (PS3.3 C.7.6.3.1.5), 0 to 1."""
    colours, bits = stored, pixel_format.bits
    if pixel_format.photometric == PALETTE:
        colours, bits = apply_color_lut(stored, dataset), int(dataset.RedPaletteColorLookupTableDescriptor[2])
    white = 2 ** true_depth(bits, int(colours[..., :3].max())) - 1
    return np.minimum(colours[..., :3].astype(np.float32) @ _LUMA / np.float32(white), np.float32(1))


def _padding(dataset: FileDataset, stored: np.ndarray) -> np.ndarray:
    """Return where pixels only fill up the picture's rectangle (PS3.3 C.7.5.1.1.2); bool of the same shape."""
    value = text_of(dataset, "PixelPaddingValue")
    if value is None:
        return np.zeros(stored.shape, bool)
    limit = text_of(dataset, "PixelPaddingRangeLimit") or value
    low, high = sorted(_with_sign_of(stored, int(end)) for end in (value, limit))
    return (stored >= low) & (stored <= high)


def _with_sign_of(stored: np.ndarray, value: int) -> int:
    """Return a 16-bit value that was written with the other sign than its pixels': -2000 for 63536."""
    bounds = np.iinfo(stored.dtype)
    if value > bounds.max:
        return value - 2**16
    return value + 2**16 if value < bounds.min else value


def _with_dark_padding(values: np.ndarray, padding: np.ndarray, header: Header) -> np.ndarray:
    """Return the values, padding set to the one shown darkest, or to one that the first window shows black."""
    if padding.all() or not padding.any():
        return values
    valid = values[~padding]
    dark = valid.max() if header.inverted else valid.min()
    if header.windows and not header.has_voi_lut:
        _, centre, width = exact_linear(header.windows[0], header.window_function)
        black = np.ceil(centre + width / 2) if header.inverted else np.floor(centre - width / 2)
        dark = max(dark, black) if header.inverted else min(dark, black)
    if not np.issubdtype(values.dtype, np.integer):
        return np.where(padding, np.float32(dark), values)
    bounds = np.iinfo(values.dtype)
    kind = values.dtype.type if bounds.min <= dark <= bounds.max else np.int32
    return np.where(padding, kind(np.clip(dark, -(2**31), 2**31 - 1)), values)


def _modality_values(dataset: FileDataset, stored: np.ndarray, header: Header, index: int) -> np.ndarray:
    """Apply the modality LUT or the rescale (PS3.3 C.11.1), if there is either."""
    # The modality LUT of a fluoroscopy leads back to the beam's intensity, not to display (PS3.4 N.2.5).
    lut = None if header.modality == "RF" else _lut(dataset, dataset, "ModalityLUTSequence")
    if lut:
        return lut(stored)
    # PS3.3 C.7.6.16.2.9 in enhanced multi-frame files.
    holder = functional_group(dataset, index, "PixelValueTransformationSequence")
    slope = float(text_of(holder, "RescaleSlope") or 1)
    intercept = float(text_of(holder, "RescaleIntercept") or 0)
    if not np.isfinite([slope, intercept]).all() or slope == 0:
        raise ValueError(f"it rescales its greys by {slope:g} and {intercept:g}")
    return rescaled(stored, slope, intercept)


def _voi_pixels(
    dataset: FileDataset, values: np.ndarray, header: Header, index: int, valid: np.ndarray
) -> np.ndarray:
    """Apply the VOI LUT, else the first window (PS3.3 C.11.2), else stretch the ``valid`` values to 0 to 1."""
    lut = _lut(dataset, voi_attributes(dataset, index), "VOILUTSequence")
    if lut:
        # The first value has the sign of the values (PS3.3 C.11.2.1.1); pydicom gives it that of the pixels.
        wrapped = lut.first >= 2**15 and values.min() < 0
        return (replace(lut, first=lut.first - 2**16) if wrapped else lut).normalised(values)
    if header.windows:
        _, centre, width = header.windows[0]
        return windowed(values, centre, width, header.window_function)
    return full_range(values, valid)


def _lut(root: FileDataset, holder: Dataset, sequence: str) -> LookUpTable | None:
    """Return the first LUT of a sequence (PS3.3 C.11.1.1.1), if it is complete."""
    item = lut_item(holder, sequence)
    if item is None:
        return None
    descriptor = values_of(item, "LUTDescriptor")
    # 0 stands for 65,536 entries, which 16 bits cannot count.
    entries, first, bits = int(descriptor[0]) or 2**16, int(descriptor[1]), int(descriptor[2])
    table = _lut_entries(item.LUTData, entries, bits, little_endian=bool(root.original_encoding[1]))
    if len(table) < entries or not 1 <= bits <= 16:
        raise ValueError(f"a look-up table of {entries} entries of {bits} bits holds {len(table)}")
    return LookUpTable(table[:entries].astype(np.uint16), first, bits)


def _lut_entries(data: bytes | int | list[int], entries: int, bits: int, little_endian: bool) -> np.ndarray:
    """Return LUT Data as numbers: 16-bit words in the file's byte order, or bytes where 8 bits suffice."""
    if not isinstance(data, bytes):
        return np.atleast_1d(np.asarray(data))
    if bits <= 8 and len(data) < 2 * entries:
        return np.frombuffer(data, np.uint8)
    return np.frombuffer(data[: len(data) // 2 * 2], "<u2" if little_endian else ">u2")
