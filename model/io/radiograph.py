"""From a file's bytes to a ``Radiograph``: grey pixels at full depth, upright, 0 black to 1 white."""

import hashlib
import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError
from PIL.TiffImagePlugin import TiffImageFile

from model.io import dicom
from model.io.dicom_header import Header
from model.io.errors import EXPECTED, MAX_PIXELS, MIN_SIDE, UnreadableRadiograph, check_size, too_large

__all__ = ["MAX_PIXELS", "MIN_SIDE", "Radiograph", "UnreadableRadiograph", "frames", "read", "read_all"]

FORMATS = ("PNG", "JPEG", "BMP", "TIFF", "WEBP")

_DEEP = {"I;16", "I;16B", "I;16L", "I;16N"}


@dataclass(frozen=True)
class Radiograph:
    """One radiograph.

    ``pixels`` is float32 of shape (height, width), 0 (black) to 1 (white), at the file's own
    resolution and depth. ``format`` is the file's, ``bits`` its depth, ``digest`` the SHA-256 of its bytes.
    It is number ``frame`` of ``frames`` in its file. A DICOM file alone has a ``header``, and ``values``: the
    greys before any window, in the units of the header's windows (uint8, uint16, int8, int16, int32 or float32 of
    the same shape), unless they were colours.
    """

    name: str
    pixels: np.ndarray
    format: str
    bits: int
    digest: str
    header: Header | None = None
    frame: int = 1
    frames: int = 1
    values: np.ndarray | None = field(default=None, repr=False)

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])


def read(data: bytes, name: str = "radiograph") -> Radiograph:
    """Decode a file of any supported kind; of several frames the first, and no other is decoded.

    An image file: 8 or 16 bit, grey, RGB, RGBA, palette or CMYK; turned upright as its EXIF orientation
    says. Transparent parts are black, the colour of air. A DICOM file: see ``model.io.dicom``.

    Raises:
        UnreadableRadiograph: empty, not an image, of another format or modality, truncated, too large or
            too small, an image file of several pages.
    """
    return next(frames(data, name))


def read_all(data: bytes, name: str = "radiograph") -> list[Radiograph]:
    """Every frame of a file, as ``read`` decodes it and under its errors; of an image file the only one."""
    return list(frames(data, name))


def frames(data: bytes, name: str = "radiograph") -> Iterator[Radiograph]:
    """Every frame of a file, decoded as it is asked for; raises as ``read`` does, at any of them."""
    if not data:
        raise UnreadableRadiograph(f"{name} is empty. {EXPECTED} Export it again and drop it anew.")
    digest = hashlib.sha256(data).hexdigest()
    if not dicom.recognised(data):
        yield _read_image(data, name, digest)
        return
    for one in dicom.frames(data, name):
        yield Radiograph(name, one.pixels, "DICOM", one.bits, digest, one.header, one.number, one.of, one.values)


def _read_image(data: bytes, name: str, digest: str) -> Radiograph:
    image = _open(data, name)
    check_size(name, *image.size)
    _check_pages(image, name)
    # Turning the picture upright loses what its file says of it.
    depth, white_is_zero = _samples(image)
    pixels, bits = _grey(_decode(image, name), depth, white_is_zero, name)
    return Radiograph(name, pixels, str(image.format), bits, digest)


def _open(data: bytes, name: str) -> Image.Image:
    """The image with its header read and no pixel decoded."""
    try:
        with warnings.catch_warnings():
            # Size is checked here, against a limit of our own and with a message of our own.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError:
        raise UnreadableRadiograph(
            f"{name} is not an image that can be read: it begins with {data[:8]!r}. "
            f"{EXPECTED} Check that its ending tells what it is, or export it again."
        ) from None
    except Image.DecompressionBombError:
        raise UnreadableRadiograph(too_large(name, "far more than 100 million pixels")) from None
    except Exception as problem:
        raise UnreadableRadiograph(
            f"{name} has a damaged header ({problem}). {EXPECTED} Export it again."
        ) from problem


def _check_pages(image: Image.Image, name: str) -> None:
    """Refuse several pages or frames, of which the first alone would be read.

    A camera's JPEG (then an ``MPO``) keeps smaller copies of itself as further pictures; these are not missed.
    """
    with _told(image, name):
        pages = 1 if image.format == "MPO" else getattr(image, "n_frames", 1)
    if pages > 1:
        raise UnreadableRadiograph(
            f"{name} is an image file of several pages. Expected one page, received {pages}. "
            f"Export each page as a file of its own."
        )


def _decode(image: Image.Image, name: str) -> Image.Image:
    with _told(image, name):
        image.load()
        return ImageOps.exif_transpose(image)


@contextmanager
def _told(image: Image.Image, name: str) -> Iterator[None]:
    """Damage, which can fail anywhere within Pillow, comes out as ``UnreadableRadiograph``, without a warning."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Exception as problem:
        raise UnreadableRadiograph(
            f"{name} is damaged or cut off: its {image.format} data end early or make no sense ({problem}). "
            f"Expected a whole file. Copy or export it again."
        ) from problem


def _samples(image: Image.Image) -> tuple[int, bool]:
    """The bits of a sample and whether 0 is white, as a TIFF file may say (TIFF 6.0, sec. 8); else 16 at most."""
    if not isinstance(image, TiffImageFile):
        return 16, False
    depths = image.tag_v2.get(ExifTags.Base.BitsPerSample, (1,))
    return int(depths[0]), image.tag_v2.get(ExifTags.Base.PhotometricInterpretation, 0) == 0


def _grey(image: Image.Image, depth: int, white_is_zero: bool, name: str) -> tuple[np.ndarray, int]:
    """Pixels from 0 to 1, and the bits that the file gives each of them."""
    if image.mode in _DEEP | {"I", "F"}:
        values = np.asarray(image, np.float32)
        pixels = values / np.float32(2**depth - 1 if image.mode in _DEEP else _top(values, name))
        # Pillow turns shallower greys round itself, and leaves these as they are.
        return 1 - pixels if white_is_zero else pixels, min(depth, 16)
    bits = {"1": 1, "L": min(depth, 8)}.get(image.mode, 8)
    if image.mode in {"P", "PA", "LA", "La", "RGBA", "RGBa"} or "transparency" in image.info:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "black"), image)
    try:
        return np.asarray(image.convert("L"), np.float32) / np.float32(255), bits
    except ValueError:
        raise UnreadableRadiograph(
            f"{name} holds colours of the kind {image.mode}, which cannot be turned to grey. "
            f"Expected grey, RGB, palette or CMYK. Export it as a grey PNG or TIFF."
        ) from None


def _top(values: np.ndarray, name: str) -> float:
    """White: 32-bit integers hold 16-bit greys; floating-point images are 0 to 1, 8-bit or 16-bit greys."""
    low, high = float(values.min()), float(values.max())
    if not np.isfinite([low, high]).all() or low < 0 or high > 65535:
        raise UnreadableRadiograph(
            f"{name} has grey values from {low:g} to {high:g}. Expected 0 to 65,535. "
            f"Export it as a 16-bit PNG or TIFF."
        )
    return 1.0 if high <= 1 else 255.0 if high <= 255 else 65535.0
