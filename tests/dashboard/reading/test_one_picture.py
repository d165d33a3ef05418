"""One contract over every format and syntax: the viewer opens with the picture that the network reads."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pydicom import uid

from dashboard.reading.viewer.encoding import pack
from dashboard.reading.viewer_arguments import viewer_pixels
from model.io import radiograph
from model.io.greyscale import windowed
from model.network.preprocessing import network_input
from tests import lossless_jpeg
from tests.codestreams import ENCODED, chest12, codestream
from tests.dashboard.reading.viewer.test_encoding import unpacked
from tests.dicoms import NATIVE, compressed, dicom, encapsulated, look_up_table
from tests.pictures import coded

CHEST = chest12()
EIGHT = (CHEST >> 4).astype(np.uint8)
COLOURS = np.dstack([EIGHT] * 3)
SIZE = 64
CURVE = np.linspace(0, 1, 4096) ** 2


def in_baseline(pixels: np.ndarray) -> bytes:
    return encapsulated([coded(Image.fromarray(pixels), "JPEG")], pixels, uid.JPEGBaseline8Bit, 8)


SYNTAXES: dict[str, Callable[[], bytes]] = {
    **{uid.UID(syntax).name: partial(dicom, CHEST, syntax) for syntax in NATIVE},
    **{name: partial(encapsulated, [codestream(name)], CHEST, ENCODED[name]) for name in ENCODED},
    "deflated": partial(dicom, CHEST, uid.DeflatedExplicitVRLittleEndian),
    "RLE": partial(compressed, CHEST, uid.RLELossless),
    "JPEG 2000": partial(compressed, CHEST, uid.JPEG2000Lossless),
    "lossless JPEG": lambda: encapsulated([lossless_jpeg.encode(CHEST, 12, 6)], CHEST, uid.JPEGLossless),
    "JPEG baseline": partial(in_baseline, EIGHT),
    "colours": partial(dicom, COLOURS),
    "JPEG of colours": partial(in_baseline, COLOURS),
}
WINDOW: dict[str, Any] = {"WindowCenter": 1800, "WindowWidth": 1500}
ATTRIBUTES: dict[str, dict[str, Any]] = {
    "full range": {},
    "window": WINDOW,
    "narrow window": {"WindowCenter": 1800, "WindowWidth": 9},
    "window beyond the greys": {"WindowCenter": 2048, "WindowWidth": 9000},
    "exact window": WINDOW | {"VOILUTFunction": "LINEAR_EXACT"},
    "sigmoid": WINDOW | {"VOILUTFunction": "SIGMOID"},
    "rescale": WINDOW | {"RescaleSlope": 1, "RescaleIntercept": -1024},
    "broken rescale": {"RescaleSlope": 0.3, "RescaleIntercept": 7.7},
    "VOI table": {"VOILUTSequence": [look_up_table(CURVE * 4095, 0, 12)]},
    "VOI table of 12 bits that says 16": {"VOILUTSequence": [look_up_table(CURVE * 4095, 0, 16)]},
    "VOI table of 16 bits that says 12": {"VOILUTSequence": [look_up_table(CURVE * 65535, 0, 12)]},
    "modality table": {"ModalityLUTSequence": [look_up_table(CURVE * 4095, 0, 16)]},
    "padding": {"PixelPaddingValue": 0, "PixelPaddingRangeLimit": 500},
    "padding and window": WINDOW | {"PixelPaddingValue": 0, "PixelPaddingRangeLimit": 500},
    "padding and a window beyond": {"WindowCenter": 2048, "WindowWidth": 6000, "PixelPaddingValue": 900},
    "shutter": {"ShutterShape": "CIRCULAR", "CenterOfCircularShutter": [44, 48], "RadiusOfCircularShutter": 30},
    "shutter and window": WINDOW
    | {"ShutterShape": "CIRCULAR", "CenterOfCircularShutter": [44, 48], "RadiusOfCircularShutter": 30},
    "shape": {"PresentationLUTShape": "INVERSE"},
}


def files() -> Iterator[Any]:
    for name, make in SYNTAXES.items():
        yield pytest.param(make, id=name)
    for name, attributes in ATTRIBUTES.items():
        for photometric in ("MONOCHROME1", "MONOCHROME2"):
            make = partial(dicom, CHEST, PhotometricInterpretation=photometric, **attributes)
            yield pytest.param(make, id=f"{name}, {photometric}")
    for bits in (8, 10, 12, 14, 16):
        deep = np.rint(CHEST / 4095 * (2**bits - 1))
        yield pytest.param(partial(dicom, deep.astype(np.uint16), bits=16), id=f"{bits} bits that say 16")
        signed = (deep - 2 ** (bits - 1)).astype(np.int16)
        yield pytest.param(partial(dicom, signed, bits=bits), id=f"{bits} bits, signed")
        for kind in ("PNG", "TIFF"):
            grey = deep.astype(np.uint8 if bits == 8 else np.uint16)
            yield pytest.param(partial(coded, Image.fromarray(grey), kind), id=f"{bits} bits, {kind}")
    for kind in ("JPEG", "BMP", "WEBP"):
        yield pytest.param(partial(coded, Image.fromarray(COLOURS), kind), id=kind)


def opened(scan: radiograph.Radiograph) -> np.ndarray:
    """Return the picture that the viewer opens with, 0 to 1, from the bytes that the browser gets."""
    header, codes, _, _ = unpacked(pack(viewer_pixels(scan)))
    _, centre, width = header["presets"][0]
    values = header["low"] + codes / np.iinfo(codes.dtype).max * (header["high"] - header["low"])
    picture = windowed(values, centre, width, "LINEAR_EXACT")
    return 1 - picture if header["negative"] else picture


@pytest.mark.parametrize("make", files())
def test_the_viewer_opens_with_what_the_network_reads(make: Callable[[], bytes]) -> None:
    scan = radiograph.read(make())
    assert opened(scan) == pytest.approx(scan.pixels, abs=1 / 255)
    difference = network_input(opened(scan).astype(np.float32), SIZE) - network_input(scan.pixels, SIZE)
    assert np.abs(difference).max() <= 1


def test_at_least_forty_files_are_held_to_it() -> None:
    assert len(list(files())) >= 40
