"""Make pictures for the tests, in every coding a radiograph may come in."""

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image


def chest(width: int = 256, height: int = 240, seed: int = 0) -> np.ndarray:
    """Draw two dark lungs in a grey body, with a little noise; uint8 of shape (height, width)."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    body = 170 * np.exp(-(((x - width / 2) / (0.42 * width)) ** 4))
    for side in (0.32, 0.68):
        lung = ((x - side * width) / (0.14 * width)) ** 2 + ((y - 0.5 * height) / (0.32 * height)) ** 2
        body -= 110 * (lung < 1)
    noise = np.random.default_rng(seed).normal(0, 4, body.shape)
    return np.clip(body + noise + 20, 0, 255).astype(np.uint8)


def coded(image: Image.Image, kind: str, **options: Any) -> bytes:
    """Write the image as a file's bytes."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def png(pixels: np.ndarray) -> bytes:
    """Write grey pixels, uint8 or uint16, as a PNG file's bytes."""
    return coded(Image.fromarray(pixels), "PNG")


def write_chests(folder: Path, number: int) -> Path:
    """Write so many small chests into a new folder, named ``00.png`` and so on, and return it."""
    folder.mkdir()
    for seed in range(number):
        (folder / f"{seed:0{len(str(number - 1))}}.png").write_bytes(png(chest(64, 64, seed)))
    return folder


def promised_png(width: int, height: int) -> bytes:
    """Make a PNG whose header promises a size that is never delivered."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
