"""Files of about a megabyte, where decoders may lose themselves: as large as small radiographs are."""

from collections.abc import Callable
from functools import cache
from random import Random

import imagecodecs
import numpy as np
from PIL import Image
from pydicom import uid

from model.io.radiograph import UnreadableRadiograph
from tests.dicoms import dicom, encapsulated
from tests.fuzz.kinds.images import opened
from tests.fuzz.kinds.kind import Kind
from tests.pictures import chest, coded

SIDE = 768
ENCODERS: dict[str, Callable[[np.ndarray], bytes]] = {
    uid.JPEGLossless: lambda greys: bytes(imagecodecs.ljpeg_encode(greys, bitspersample=12)),
    uid.JPEGLSLossless: lambda greys: bytes(imagecodecs.jpegls_encode(greys)),
    uid.JPEG2000Lossless: lambda greys: bytes(imagecodecs.jpeg2k_encode(greys, codecformat="j2k", reversible=True)),
    uid.HTJ2KLossless: lambda greys: bytes(imagecodecs.htj2k_encode(greys, reversible=True)),
}
"""Codestreams of 12-bit greys by transfer syntax."""


@cache
def whole() -> list[bytes]:
    """Return a noisy radiograph in the formats that take long to decode, JPEG 2000 thrice."""
    deep = chest(SIDE, SIDE).astype(np.uint16) * 15
    files = [encapsulated([encode(deep)], deep, syntax) for syntax, encode in ENCODERS.items()]
    files += [encapsulated([ENCODERS[uid.JPEG2000Lossless](deep)], deep, uid.JPEG2000Lossless)] * 2
    files += [dicom(deep, uid.DeflatedExplicitVRLittleEndian)]
    grey, colours = Image.fromarray(deep), Image.fromarray(chest(SIDE, SIDE)).convert("RGB")
    files += [coded(grey, "PNG"), coded(grey, "TIFF", compression="tiff_lzw"), coded(colours, "JPEG", quality=95)]
    return [*files, coded(colours, "WEBP", lossless=True), coded(colours, "JPEG", progressive=True)]


def made(random: Random) -> bytes:
    """Return one of them: by chance they are mutated alone."""
    return random.choice(whole())


KIND = Kind("large", opened, (UnreadableRadiograph,), whole, made, 0.001)
