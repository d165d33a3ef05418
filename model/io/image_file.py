"""Read a PNG, JPEG, BMP, TIFF or WebP file's bytes as grey pixels, upright."""

import io
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

import cv2
import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError
from PIL.TiffImagePlugin import TiffImageFile

from model.io.dicom_header import usual_aspect
from model.io.errors import EXPECTED, UnreadableRadiograph, check_size, too_large
from model.io.greyscale import least_depth
from model.io.wording import quoted, reason

FORMATS = ("PNG", "JPEG", "BMP", "TIFF", "WEBP")

_DEEP_MODES = {"I;16", "I;16B", "I;16L", "I;16N"}
_DEEP_COLOURS = {"LA", "RGB", "RGBA", "CMYK"}
_ALPHA_MODES = {"P", "PA", "LA", "La", "RGBA", "RGBa"}

_STRIP = 256
"""Rows that are turned to grey at a time."""
_MAX_DEEP_COLOURS = 40_000_000
"""Pixels of 16-bit colours, which are decoded twice, and are 1 GB beyond."""
_ROUNDING = 0.001
"""Of white: how far floating-point greys may lie outside black and white."""
_NEW_SUBFILE_TYPE, _SUBFILE_TYPE, _MAX_SAMPLE_VALUE = 254, 255, 281
_PNG_DEPTH = 24
"""Where a PNG file's first chunk, the header, has the bits of a sample."""
_SIDEWAYS = (5, 6, 7, 8)
"""EXIF orientations that swap rows and columns."""
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""ITU-R BT.601, the weights that Pillow turns colours to grey with."""


class GreyImage(NamedTuple):
    """One picture.

    ``pixels`` is float32 of shape (height, width), 0 (black) to 1 (white); ``bits`` are those of its greys.
    ``pixel_aspect`` is the height of a pixel over its width.
    """

    pixels: np.ndarray
    format: str
    bits: int
    pixel_aspect: float


def read_image(data: bytes, name: str) -> GreyImage:
    """Decode an image file of 1 to 16 bits, in grey, RGB, RGBA, palette or CMYK.

    Greys in samples of 16 or 32 bits may have fewer: as few as the file states or, where it states none, as hold
    the brightest of them. The picture is turned upright by its EXIF orientation. Transparent parts are black, the
    colour of air.

    Raises:
        UnreadableRadiograph: no image, of another format, damaged, too large or too small, of several pages.
    """
    image = _open(data, name)
    with as_damaged_image(image, name):
        page = _go_to_picture(image, name)
        check_size(name, *image.size)
        # What the file says of its samples is read first: Pillow turns a TIFF file upright when it loads it, and
        # forgets the rest.
        samples, aspect = _samples(image, data), _pixel_aspect(image)
        deep_colours = samples.bits == 16 and image.mode in _DEEP_COLOURS
        if deep_colours and image.width * image.height > _MAX_DEEP_COLOURS:
            raise UnreadableRadiograph(
                f"{name} holds {image.width:,} x {image.height:,} pixels in 16-bit colours. Expected at most "
                f"{_MAX_DEEP_COLOURS // 10**6} million of them. Export it in grey."
            )
        image.load()
        pixels, bits = (
            _deep_grey(_deep_colours(image, data, page, name), samples, name)
            if deep_colours
            else _grey(image, samples, name)
        )
        return GreyImage(_upright(pixels, _orientation(image)), str(image.format), bits, aspect)


def _open(data: bytes, name: str) -> Image.Image:
    """Open an image without decoding any pixel."""
    try:
        with warnings.catch_warnings():
            # Size is left to check_size, damage to what is decoded.
            warnings.simplefilter("ignore")
            return Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError:
        raise UnreadableRadiograph(
            f"{name} is not an image that can be read: it begins with {quoted(data[:8])}. "
            f"{EXPECTED} Check that its ending tells what it is, or export it again."
        ) from None
    except Image.DecompressionBombError:
        raise too_large(name, "far more than 100 million pixels") from None
    except Exception as problem:
        raise UnreadableRadiograph(
            f"{name} has a damaged header ({reason(problem)}). {EXPECTED} Export it again."
        ) from problem


class _Samples(NamedTuple):
    """What a file says of its samples.

    ``bits`` of each; ``greatest`` is the greatest value that a grey can have, where it is stated, else 0;
    ``scaled`` tells whether greys of fewer bits are scaled up to fill their samples.
    """

    bits: int
    greatest: int = 0
    scaled: bool = False
    white_is_zero: bool = False


def _samples(image: Image.Image, data: bytes) -> _Samples:
    """Read what a TIFF file (TIFF 6.0, sections 4 and 8) or a PNG file (PNG, 11.2.1, 11.3.2.7) says of samples."""
    if isinstance(image, TiffImageFile):
        tags = image.tag_v2
        bits = int(tags.get(ExifTags.Base.BitsPerSample, (1,))[0])
        greatest = int(max(tags.get(_MAX_SAMPLE_VALUE, (0,))))
        white_is_zero = tags.get(ExifTags.Base.PhotometricInterpretation, 0) == 0
        # 65,535 is what the tag says by default.
        return _Samples(bits, greatest if greatest < 65535 else 0, white_is_zero=white_is_zero)
    if image.format == "PNG":
        return _Samples(data[_PNG_DEPTH], 2 ** _significant_bits(data) - 1, scaled=True)
    return _Samples(8)


def _significant_bits(data: bytes) -> int:
    """Return the bits that a PNG file's greys had before they were put in its samples (chunk sBIT), or 0."""
    at = 8
    while (kind := data[at + 4 : at + 8]) not in (b"", b"IDAT", b"IEND"):
        length = int.from_bytes(data[at : at + 4], "big")
        if kind == b"sBIT":
            significant = max(data[at + 8 : at + 8 + min(length, 3)], default=0)
            return significant if significant <= 16 else 0
        at += 12 + length
    return 0


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
            f"{name} is damaged or cut off: its {image.format} data end early or make no sense "
            f"({reason(problem)}). "
            f"Expected a whole file. Copy or export it again."
        ) from problem


def _go_to_picture(image: Image.Image, name: str) -> int:
    """Go to the only page that is a picture of its own, and return its number, from 0.

    Raises:
        UnreadableRadiograph: there are several pages or frames, of which one alone would be read.
    """
    # An MPO is a camera's JPEG, whose further pictures are smaller copies of the first.
    frames = 1 if image.format == "MPO" else getattr(image, "n_frames", 1)
    if frames == 1:
        return 0
    pages = [number for number in range(frames) if not _is_copy_or_mask(image, number)]
    if len(pages) != 1:
        raise UnreadableRadiograph(
            f"{name} is an image file of several pages. Expected one page, received {len(pages) or frames}. "
            f"Export each page as a file of its own."
        )
    image.seek(pages[0])
    return pages[0]


def _is_copy_or_mask(image: Image.Image, page: int) -> bool:
    """Return whether a TIFF file's page is a smaller copy or the mask of another (TIFF 6.0, section 8)."""
    if not isinstance(image, TiffImageFile):
        return False
    image.seek(page)
    kind = int(image.tag_v2.get(_NEW_SUBFILE_TYPE, 0))
    return bool(kind & 0b101) or image.tag_v2.get(_SUBFILE_TYPE) == 2


def _grey(image: Image.Image, samples: _Samples, name: str) -> tuple[np.ndarray, int]:
    """Return grey pixels, 0 to 1, and the bits that the file gives each of them."""
    if image.mode in _DEEP_MODES | {"I", "F"}:
        pixels, bits = _scaled(_in_strips(image), samples, name, floating=image.mode == "F")
        # Pillow inverts shallower greys itself, and leaves these as they are.
        return np.subtract(1, pixels, out=pixels) if samples.white_is_zero else pixels, bits
    bits = {"1": 1, "L": min(samples.bits, 8)}.get(image.mode, 8)
    if image.mode == "L" and "transparency" not in image.info:
        return np.divide(np.asarray(image), np.float32(255), dtype=np.float32), bits
    try:
        pixels = _in_strips(image, _shallow_grey)
        return np.divide(pixels, np.float32(255), out=pixels), bits
    except ValueError:
        raise UnreadableRadiograph(
            f"{name} holds colours of the kind {image.mode}, which cannot be turned to grey. "
            f"Expected grey, RGB, palette or CMYK. Export it as a grey PNG or TIFF."
        ) from None


def _in_strips(image: Image.Image, turned: Callable[[Image.Image], Image.Image] | None = None) -> np.ndarray:
    """Return an image's values, ``turned`` first, as float32; a whole copy for each step would fill the memory."""
    values = np.empty((image.height, image.width), np.float32)
    for top in range(0, image.height, _STRIP):
        strip = image.crop((0, top, image.width, min(top + _STRIP, image.height)))
        values[top : top + _STRIP] = np.asarray(turned(strip) if turned else strip)
    return values


def _shallow_grey(image: Image.Image) -> Image.Image:
    """Turn to grey of 8 bits, over black where it is transparent."""
    if image.mode in _ALPHA_MODES or "transparency" in image.info:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "black"), image)
    return image.convert("L")


def _deep_colours(image: Image.Image, data: bytes, page: int, name: str) -> np.ndarray:
    """Decode 16-bit colours, of which Pillow keeps the upper 8 bits alone.

    Returns:
        uint16 of shape (height, width, 3 or 4): blue, green, red and, of four, how opaque.

    Raises:
        UnreadableRadiograph: inks, or colours in an order that OpenCV does not read.
    """
    coded, colours = np.frombuffer(data, np.uint8), None
    if image.mode != "CMYK" and page == 0:
        colours = cv2.imdecode(coded, cv2.IMREAD_UNCHANGED)
    elif image.mode != "CMYK":
        _, pages = cv2.imdecodemulti(coded, cv2.IMREAD_UNCHANGED, range=(page, page + 1))
        colours = pages[0] if pages else None
    if colours is None or colours.dtype != np.uint16 or colours.ndim != 3:
        raise UnreadableRadiograph(
            f"{name} holds 16-bit colours in an order that cannot be read. Expected one grey for each pixel. "
            f"Export it as a grey PNG or TIFF."
        )
    return colours


def _deep_grey(colours: np.ndarray, samples: _Samples, name: str) -> tuple[np.ndarray, int]:
    """Return as ``_grey`` does the luma of 16-bit colours, over black where they are transparent."""
    luma = np.empty(colours.shape[:2], np.float32)
    strips = [slice(top, top + _STRIP) for top in range(0, len(luma), _STRIP)]
    for strip in strips:
        luma[strip] = colours[strip, :, 2::-1].astype(np.float32) @ _LUMA
    pixels, bits = _scaled(luma, samples, name, floating=False)
    if colours.shape[2] == 4:
        for strip in strips:
            pixels[strip] *= colours[strip, :, 3] / np.float32(65535)
    return pixels, bits


def _scaled(values: np.ndarray, samples: _Samples, name: str, floating: bool) -> tuple[np.ndarray, int]:
    """Scale greys of more than 8 bits to 0 to 1, in place; return them and how many bits they have.

    Floating-point greys are 0 to 1, or of as many bits as whole ones.

    Raises:
        UnreadableRadiograph: values below 0, above 16 bits, or on no scale that can be told.
    """
    low, high = float(values.min()), float(values.max())
    if (
        not np.isfinite([low, high]).all()
        or low < -_ROUNDING
        or high > 65535
        or (floating and 1 + _ROUNDING < high < 16)
    ):
        raise UnreadableRadiograph(
            f"{name} has grey values from {low:g} to {high:g}. Expected 0 to 65,535 or, in floating point, 0 to 1. "
            f"Export it as a 16-bit PNG or TIFF."
        )
    white, bits = _white(high, samples, floating)
    np.divide(values, np.float32(white), out=values)
    return np.clip(values, 0, 1, out=values), bits


def _white(high: float, samples: _Samples, floating: bool) -> tuple[int, int]:
    """Return the value of white and the bits of a grey, of greys that reach up to ``high``."""
    if floating and high <= 1 + _ROUNDING:
        return 1, 16
    bits = samples.bits
    if bits in (16, 32):
        if samples.scaled and 0 < samples.greatest < high:
            return 65535, 16
        stated = samples.greatest >= high and samples.greatest.bit_length()
        bits = stated or least_depth(high)
    return 2**bits - 1, bits


def _orientation(image: Image.Image) -> int:
    """Return the EXIF orientation that is left to be undone, 1 where there is none or EXIF is damaged."""
    with suppress(Exception):
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    return 1


def _upright(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """Turn a picture upright by its EXIF orientation (EXIF 2.32, 4.6.4), 1 to 8; any other leaves it as it is."""
    turned = pixels.T if orientation in _SIDEWAYS else pixels
    flipped_rows = turned[::-1] if orientation in (3, 4, 7, 8) else turned
    return flipped_rows[:, ::-1] if orientation in (2, 3, 6, 7) else flipped_rows


def _pixel_aspect(image: Image.Image) -> float:
    """Return the height over the width that a pixel has when the picture is upright; 1 where none is stated.

    By the pixels to the inch or metre, across and down, or their ratio: JFIF 1.02, page 5; PNG 11.3.4.3 (pHYs);
    TIFF 6.0, section 8.
    """
    for keyword in ("dpi", "aspect", "jfif_density", "resolution"):
        with suppress(Exception):
            across, down = map(float, image.info[keyword])
            aspect = usual_aspect(across / down)
            return 1 / aspect if _orientation(image) in _SIDEWAYS else aspect
    return 1.0
