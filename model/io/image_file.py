"""Read a PNG, JPEG, BMP, TIFF or WebP file's bytes as grey pixels, upright."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError
from PIL.TiffImagePlugin import TiffImageFile

from model.io.errors import EXPECTED, UnreadableRadiograph, check_size, too_large

FORMATS = ("PNG", "JPEG", "BMP", "TIFF", "WEBP")

_DEEP_MODES = {"I;16", "I;16B", "I;16L", "I;16N"}
_ALPHA_MODES = {"P", "PA", "LA", "La", "RGBA", "RGBa"}


class GreyImage(NamedTuple):
    """``pixels`` is float32 of shape (height, width), 0 (black) to 1 (white); ``bits`` are the file's."""

    pixels: np.ndarray
    format: str
    bits: int


def read_image(data: bytes, name: str) -> GreyImage:
    """Decode an image file of 1 to 16 bits, in grey, RGB, RGBA, palette or CMYK.

    It is turned upright by its EXIF orientation. Transparent parts are black, the colour of air.

    Raises:
        UnreadableRadiograph: no image, of another format, damaged, too large or too small, of several pages.
    """
    image = _open(data, name)
    check_size(name, *image.size)
    # Depth and polarity are read first: turning the picture upright loses them.
    depth, white_is_zero = _depth_and_polarity(image)
    with as_damaged_image(image, name):
        _check_pages(image, name)
        image.load()
        upright = ImageOps.exif_transpose(image)
    pixels, bits = _grey(upright, depth, white_is_zero, name)
    return GreyImage(pixels, str(image.format), bits)


def _open(data: bytes, name: str) -> Image.Image:
    """Open an image without decoding any pixel."""
    try:
        with warnings.catch_warnings():
            # Size is left to check_size, damage to what is decoded.
            warnings.simplefilter("ignore")
            return Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError:
        raise UnreadableRadiograph(
            f"{name} is not an image that can be read: it begins with {data[:8]!r}. "
            f"{EXPECTED} Check that its ending tells what it is, or export it again."
        ) from None
    except Image.DecompressionBombError:
        raise too_large(name, "far more than 100 million pixels") from None
    except Exception as problem:
        raise UnreadableRadiograph(
            f"{name} has a damaged header ({problem}). {EXPECTED} Export it again."
        ) from problem


def _depth_and_polarity(image: Image.Image) -> tuple[int, bool]:
    """Return the bits of a sample and whether 0 is white (TIFF 6.0, sections 4 and 8); of others 16 and no."""
    if not isinstance(image, TiffImageFile):
        return 16, False
    depths = image.tag_v2.get(ExifTags.Base.BitsPerSample, (1,))
    return int(depths[0]), image.tag_v2.get(ExifTags.Base.PhotometricInterpretation, 0) == 0


@contextmanager
def as_damaged_image(image: Image.Image, name: str) -> Iterator[None]:
    """Turn every error into ``UnreadableRadiograph``, for damage can fail anywhere; silence every warning."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except UnreadableRadiograph:
        raise
    except Exception as problem:
        raise UnreadableRadiograph(
            f"{name} is damaged or cut off: its {image.format} data end early or make no sense ({problem}). "
            f"Expected a whole file. Copy or export it again."
        ) from problem


def _check_pages(image: Image.Image, name: str) -> None:
    """Refuse several pages or frames, of which the first alone would be read."""
    # An MPO is a camera's JPEG, whose further pictures are smaller copies of the first.
    pages = 1 if image.format == "MPO" else getattr(image, "n_frames", 1)
    if pages > 1:
        raise UnreadableRadiograph(
            f"{name} is an image file of several pages. Expected one page, received {pages}. "
            f"Export each page as a file of its own."
        )


def _grey(image: Image.Image, depth: int, white_is_zero: bool, name: str) -> tuple[np.ndarray, int]:
    """Return grey pixels, 0 to 1, and the bits that the file gives each of them."""
    if image.mode in _DEEP_MODES | {"I", "F"}:
        values = np.asarray(image, np.float32)
        white = 2**depth - 1 if image.mode in _DEEP_MODES else _white(values, name)
        pixels = values / np.float32(white)
        # Pillow inverts shallower greys itself, and leaves these as they are.
        return 1 - pixels if white_is_zero else pixels, min(depth, 16)
    bits = {"1": 1, "L": min(depth, 8)}.get(image.mode, 8)
    if image.mode in _ALPHA_MODES or "transparency" in image.info:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "black"), image)
    try:
        return np.asarray(image.convert("L"), np.float32) / np.float32(255), bits
    except ValueError:
        raise UnreadableRadiograph(
            f"{name} holds colours of the kind {image.mode}, which cannot be turned to grey. "
            f"Expected grey, RGB, palette or CMYK. Export it as a grey PNG or TIFF."
        ) from None


def _white(values: np.ndarray, name: str) -> float:
    """Return the value of white: 32-bit integers hold 16-bit greys; floats are 0 to 1, 8-bit or 16-bit greys."""
    low, high = float(values.min()), float(values.max())
    if not np.isfinite([low, high]).all() or low < 0 or high > 65535:
        raise UnreadableRadiograph(
            f"{name} has grey values from {low:g} to {high:g}. Expected 0 to 65,535. "
            f"Export it as a 16-bit PNG or TIFF."
        )
    return 1.0 if high <= 1 else 255.0 if high <= 255 else 65535.0
