"""PNG, JPEG, BMP, TIFF and WebP."""

from collections.abc import Iterable
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from PIL import Image

from model.io import radiograph
from model.io.radiograph import UnreadableRadiograph
from tests.fuzz.kinds.kind import Breach, Kind
from tests.pictures import chest, coded

SIDE = 32
"""Pixels, the least that is read: small files are the most in a second."""
FRAMES = 3
"""Of a file are read."""


def opened(data: bytes, folder: Path) -> Iterable[str]:
    """Read a file's first frames."""
    for frame in islice(radiograph.frames(data, "scan"), FRAMES):
        pixels = frame.pixels
        if pixels.dtype != np.float32 or pixels.ndim != 2 or not pixels.size or not np.isfinite(pixels).all():
            raise Breach(f"pixels of shape {pixels.shape} and type {pixels.dtype}, or not finite")
        if pixels.min() < 0 or pixels.max() > 1:
            raise Breach(f"pixels from {pixels.min():g} to {pixels.max():g}")
        if not 0 < frame.pixel_aspect < float("inf") or not 1 <= frame.bits <= 32:
            raise Breach(f"pixel aspect {frame.pixel_aspect:g}, bits {frame.bits}")
    return ()


@cache
def whole() -> list[bytes]:
    """Return a picture in every format and mode, small."""
    grey = Image.fromarray(chest(SIDE, SIDE))
    deep = Image.fromarray(chest(SIDE, SIDE).astype(np.uint16) * 16)
    floating = Image.fromarray(chest(SIDE, SIDE).astype(np.float32) / 255)
    turned = Image.Exif()
    turned[0x0112] = 6
    files = [coded(grey.convert(mode), "PNG") for mode in ("1", "L", "P", "LA", "RGB", "RGBA")]
    files += [coded(deep, "PNG"), coded(grey, "PNG", exif=turned, dpi=(300, 150)), coded(grey, "PNG", interlace=1)]
    files += [coded(grey.convert(mode), "JPEG") for mode in ("L", "RGB", "CMYK")]
    files += [coded(grey, "JPEG", progressive=True), coded(grey, "JPEG", exif=turned, dpi=(300, 150))]
    files += [coded(grey.convert(mode), "BMP") for mode in ("1", "L", "P", "RGB", "RGBA")]
    files += [coded(grey.convert(mode), "WEBP") for mode in ("RGB", "RGBA")]
    files += [coded(grey.convert("RGB"), "WEBP", lossless=True, exif=turned)]
    for packing in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"):
        files += [coded(picture, "TIFF", compression=packing) for picture in (grey, deep, floating)]
    files += [coded(grey.convert(mode), "TIFF") for mode in ("1", "P", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "I")]
    files += [coded(grey, "TIFF", compression="jpeg"), coded(grey.convert("1"), "TIFF", compression="group4")]
    return [*files, coded(grey, "TIFF", save_all=True, append_images=[deep])]


def made(random: Random) -> bytes:
    """Make a picture of a format, mode, size, depth, orientation and tags by chance."""
    width, height = (random.choice((1, 31, SIDE, 33, 40, 64)) for _ in range(2))
    pixels = noise(random).integers(0, 2**32, (height, width), np.uint32)
    kind = random.choice(("PNG", "JPEG", "BMP", "TIFF", "WEBP"))
    image = _image(pixels, kind, random)
    exif = Image.Exif()
    exif[0x0112] = random.choice((0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 65535))
    options: dict[str, Any] = {} if kind == "BMP" else {"exif": exif}
    if random.random() < 0.5:
        options["dpi"] = tuple(random.choice((0, 1, 72, 300, 1e6)) for _ in range(2))
    if kind == "TIFF":
        options = {"tiffinfo": {random.choice((254, 255, 262, 274, 280, 281, 282, 339)): random.randrange(70000)}}
    try:
        return coded(image, kind, **options)
    except Exception:
        # Not everything can be written in every format, and Pillow says so in many ways; then plainly.
        return coded(image.convert("RGB"), kind)


def noise(random: Random) -> np.random.Generator:
    """Return NumPy's generator for pixels: too many for Hypothesis to choose one by one."""
    return np.random.default_rng(random.getrandbits(32))


def _image(pixels: np.ndarray, kind: str, random: Random) -> Image.Image:
    depth = random.choice(("8", "16", "32", "float", "colours"))
    if kind in ("PNG", "TIFF") and depth == "16":
        return Image.fromarray((pixels >> random.choice((16, 20, 25))).astype(np.uint16))
    if kind == "TIFF" and depth == "32":
        return Image.fromarray((pixels >> random.choice((0, 16, 20))).astype(np.int32))
    if kind == "TIFF" and depth == "float":
        # Not numbers and infinities among them, as the bits fall.
        return Image.fromarray(pixels.view(np.float32) if random.random() < 0.5 else pixels / np.float32(2**32))
    grey = Image.fromarray(pixels.astype(np.uint8))
    return grey.convert(random.choice(("1", "P", "RGB", "RGBA", "LA", "CMYK"))) if depth == "colours" else grey


KIND = Kind("images", opened, (UnreadableRadiograph,), whole, made, 0.35)
