"""Made-up files of every format, depth, transfer syntax and greyscale transformation that is read."""

from collections.abc import Callable
from functools import partial
from typing import Any

import cv2
import numpy as np
from PIL import Image
from pydicom import Dataset, uid

from tests import lossless_jpeg
from tests.codestreams import ENCODED, chest12, codestream
from tests.dicoms import NATIVE, compressed, dataset, dicom, encapsulated, look_up_table, written
from tests.model.io.test_dicom_shutter import SHUTTERS
from tests.model.io.test_image_file import chunked, deep, numbers_tiff, packed, tiff
from tests.pictures import chest, coded, png

Makers = dict[str, Callable[[], bytes]]

CHEST = chest12()
"""Of DICOM files: uint16 of shape (88, 96), 50 to 4050."""
GREY = chest() // 2 + 40
"""Of image files: uint8 of shape (240, 256), neither black nor white anywhere, as shows when it is stretched."""
EIGHT_BITS = (CHEST >> 4).astype(np.uint8)
COLOURS = np.dstack([EIGHT_BITS, EIGHT_BITS // 2, 255 - EIGHT_BITS])


def _of_depth(bits: int, kind: type = np.uint16) -> np.ndarray:
    """Return ``GREY`` in the low bits of a sample."""
    return np.rint(GREY / np.float32(255) * (2**bits - 1)).astype(kind)


def _packed_tiff(bits: int, white_is_zero: bool) -> bytes:
    return tiff(packed(_of_depth(bits), bits), bits, white_is_zero)


def _png(bits: int) -> bytes:
    return png(_of_depth(bits))


def _tiff_in(kind: type, bits: int) -> bytes:
    return numbers_tiff(_of_depth(bits, kind))


def _file(kind: str, mode: str = "L", **options: Any) -> Callable[[], bytes]:
    return lambda: coded(Image.fromarray(GREY).convert(mode), kind, **options)


IMAGES: Makers = {
    **{f"PNG {mode}": _file("PNG", mode) for mode in ("1", "L", "P", "LA", "RGB", "RGBA")},
    "BMP": _file("BMP"),
    "BMP RGB": _file("BMP", "RGB"),
    **{f"JPEG {mode}": _file("JPEG", mode) for mode in ("L", "RGB", "CMYK")},
    "JPEG progressive": _file("JPEG", progressive=True),
    "WebP": _file("WEBP"),
    "WebP lossless": _file("WEBP", lossless=True),
    **{f"TIFF {mode}": _file("TIFF", mode) for mode in ("1", "L", "P", "RGB", "RGBA", "CMYK")},
    "TIFF LZW": _file("TIFF", compression="tiff_lzw"),
    **{f"PNG of {bits} bits in 16": partial(_png, bits) for bits in (8, 10, 12, 14, 16)},
    "PNG of sBIT 12": lambda: chunked(png(_of_depth(12)), b"sBIT", bytes([12])),
    "PNG of sBIT 14, dark": lambda: chunked(png(_of_depth(12)), b"sBIT", bytes([14])),
    "PNG of 16-bit colours": lambda: deep(_of_depth(16), 3, ".png"),
    "TIFF of 16-bit colours": lambda: deep(_of_depth(16), 3, ".tiff"),
    **{
        f"TIFF of {bits} bits, {'white' if white_is_zero else 'black'} at zero": (
            partial(_packed_tiff, bits, white_is_zero)
        )
        for bits in (1, 2, 4, 8, 12, 16)
        for white_is_zero in (False, True)
        if (bits, white_is_zero) != (12, True)
    },
    "TIFF of Max Sample Value 4095": lambda: tiff(packed(_of_depth(11), 16), 16, greatest=4095),
    **{
        f"TIFF of {bits} bits in {kind.__name__}": partial(_tiff_in, kind, bits)
        for kind in (np.int16, np.int32, np.uint32, np.float32)
        for bits in (12, 14)
    },
    "TIFF of 0 to 1": lambda: numbers_tiff(GREY / np.float32(255)),
    "TIFF turned": lambda: tiff(packed(GREY, 8), 8, turned=6),
    "PNG of pixels that are not square": _file("PNG", dpi=(200, 100)),
}


def stored(name: str) -> Callable[[], bytes]:
    """Return the maker of a radiograph around a stored codestream."""
    return lambda: encapsulated([codestream(name)], CHEST, ENCODED[name])


def _baseline() -> bytes:
    stream = coded(Image.fromarray(EIGHT_BITS), "JPEG", quality=98)
    return encapsulated([stream], EIGHT_BITS, uid.JPEGBaseline8Bit, bits=8)


LOSSLESS: Makers = {
    **{uid.UID(syntax).name: partial(dicom, CHEST, syntax) for syntax in NATIVE},
    "deflated": lambda: dicom(CHEST, uid.DeflatedExplicitVRLittleEndian),
    "RLE": lambda: compressed(CHEST, uid.RLELossless),
    "JPEG 2000 lossless": lambda: compressed(CHEST, uid.JPEG2000Lossless),
    **{name: stored(name) for name in ENCODED if "near" not in name and "lossless" in name},
}
LOSSY: dict[str, tuple[Callable[[], bytes], float]] = {
    "JPEG baseline": (_baseline, 1.0 * 16),
    "JPEG extended": (stored("jpeg_extended"), 1.0),
    "JPEG-LS near-lossless": (stored("jpeg_ls_near_lossless"), 2.0),
    "JPEG 2000": (lambda: compressed(CHEST, uid.JPEG2000, j2k_psnr=[70]), 4.0),
    "HTJ2K": (stored("htj2k"), 8.0),
}
"""How each is made, and the greatest mean difference, in steps of 4095."""


def _window(centre: float, width: float, function: str | None = None) -> dict[str, Any]:
    made: dict[str, Any] = {"WindowCenter": centre, "WindowWidth": width}
    return made | ({"VOILUTFunction": function} if function else {})


_RISING = np.linspace(0, 1, 4096) ** 2
_PADDING: dict[str, Any] = {"PixelPaddingValue": 0}
_ATTRIBUTES: dict[str, dict[str, Any]] = {
    "no window": {},
    "LINEAR": _window(1800, 900, "LINEAR"),
    "LINEAR_EXACT": _window(1800, 900, "LINEAR_EXACT"),
    "SIGMOID": _window(1800, 900, "SIGMOID"),
    "window of two values": _window(1800, 2),
    "window of one value": _window(1800, 1),
    "window of one value between two": _window(1801.5, 1),
    "LINEAR_EXACT of half a value": _window(1800, 0.5, "LINEAR_EXACT"),
    "window far wider than the greys": _window(2000, 30_000),
    "window of millions": _window(0, 9e6),
    "window of nine values": _window(1800, 9),
    "several windows": {"WindowCenter": [800, 99], "WindowWidth": [1500, 9]},
    "rescale below zero": {"RescaleIntercept": -1024, "RescaleSlope": 1} | _window(500, 900),
    "rescale by a fraction": {"RescaleIntercept": -7.5, "RescaleSlope": 0.25} | _window(400, 700),
    "rescale by a negative": {"RescaleIntercept": 4095, "RescaleSlope": -1} | _window(1800, 900),
    "rescale beyond 16 bits": {"RescaleIntercept": 0, "RescaleSlope": 100} | _window(180_000, 90),
    "padding": _PADDING,
    "padding and a window": _PADDING | _window(1000, 6000),
    "padding and a window of millions": _PADDING | _window(1000, 9e6),
    "padding and a sigmoid": _PADDING | _window(1800, 900, "SIGMOID"),
    "nothing but padding": {"PixelPaddingValue": 0, "PixelPaddingRangeLimit": 4095} | _window(1800, 3000),
    **{f"shutter, {name}": shutter for name, (shutter, _) in SHUTTERS.items()},
    **{f"shutter, {name}, and a window": shutter | _window(1000, 6000) for name, (shutter, _) in SHUTTERS.items()},
    "presentation shape INVERSE": {"PresentationLUTShape": "INVERSE"},
    "pixels that are not square": {"PixelSpacing": [0.4, 0.2]},
    "pixels twice as wide": {"PixelAspectRatio": [1, 2]},
    **{
        f"VOI LUT of {true} bits that states {stated}": {
            "VOILUTSequence": [look_up_table(_RISING * (2**true - 1), 0, stated)]
        }
        for stated, true in [(8, 8), (12, 12), (16, 16), (16, 12), (12, 10), (10, 16)]
    },
    **{
        f"Modality LUT of {true} bits that states {stated}": {
            "ModalityLUTSequence": [look_up_table(_RISING * (2**true - 1), 0, stated)]
        }
        | _window(2 ** (true - 2), 2 ** (true - 1))
        for stated, true in [(8, 8), (12, 12), (16, 16), (16, 12), (12, 16)]
    },
    "both LUTs": {
        "ModalityLUTSequence": [look_up_table(_RISING * 65535, 0, 16)],
        "VOILUTSequence": [look_up_table(np.linspace(0, 4095, 30_000), 2000, 12)],
    },
}
"""Of the greyscale transformations (PS3.4 N.2), the shutter and the pixels' shape."""


def _shown(photometric: str, attributes: dict[str, Any]) -> bytes:
    """Make the chest with attributes; with two edges of zeros where there is padding."""
    picture = CHEST.copy()
    if "PixelPaddingValue" in attributes:
        picture[:6], picture[:, -6:] = 0, 0
    return dicom(picture, PhotometricInterpretation=photometric, **attributes)


def _lossless_jpeg(predictor: int) -> bytes:
    return encapsulated([lossless_jpeg.encode(CHEST, 12, predictor)], CHEST, uid.JPEGLossless)


def _of_bits(bits: int, signed: bool) -> bytes:
    values = np.rint(CHEST / 4095 * (2**bits - 1)).astype(np.int64) - signed * 2 ** (bits - 1)
    return dicom(values.astype(f"{'i' if signed else 'u'}{1 if bits == 8 else 2}"), bits=bits)


def _understated(stated: int, true: int) -> bytes:
    """Make a file that states fewer or more bits than its greys have."""
    large = cv2.resize(CHEST, None, fx=3, fy=3, interpolation=cv2.INTER_LINEAR)
    return dicom(np.rint(large / 4095 * (2**true - 1)).astype(np.uint16), bits=stated)


def _palette() -> bytes:
    entries = np.arange(0, 65536, 257).astype(np.uint16).tobytes()
    made = dataset(EIGHT_BITS, PhotometricInterpretation="PALETTE COLOR")
    for colour in ("Red", "Green", "Blue"):
        made.add_new(f"{colour}PaletteColorLookupTableDescriptor", "US", [256, 0, 16])
        made.add_new(f"{colour}PaletteColorLookupTableData", "OW", entries)
    return written(made)


def _enhanced() -> bytes:
    """Make two frames, each with a window of its own (PS3.3 C.7.6.16.2.10)."""
    groups = []
    for centre in (1200, 2400):
        group, item = Dataset(), Dataset()
        item.WindowCenter, item.WindowWidth = centre, 800
        group.FrameVOILUTSequence = [item]
        groups.append(group)
    return dicom(np.stack([CHEST, CHEST[::-1]]), PerFrameFunctionalGroupsSequence=groups)


DICOM: Makers = {
    **LOSSLESS,
    **{name: make for name, (make, _) in LOSSY.items()},
    **{f"lossless JPEG of predictor {predictor}": partial(_lossless_jpeg, predictor) for predictor in range(1, 8)},
    **{
        f"{photometric}, {name}": partial(_shown, photometric, attributes)
        for name, attributes in _ATTRIBUTES.items()
        for photometric in ("MONOCHROME1", "MONOCHROME2")
    },
    **{
        f"{'signed' if signed else 'unsigned'}, {bits} bits": partial(_of_bits, bits, signed)
        for bits in (8, 10, 12, 14, 16)
        for signed in (False, True)
    },
    **{f"{bits} bits that state 16": partial(_understated, 16, bits) for bits in (8, 10, 12, 14)},
    "14 bits that state 12": lambda: _understated(12, 14),
    "RGB": lambda: dicom(COLOURS),
    "RGB by RLE": lambda: compressed(COLOURS, uid.RLELossless),
    "RGB and a shutter": lambda: dicom(COLOURS, **SHUTTERS["circle"][0]),
    "RGB by JPEG": lambda: encapsulated(
        [coded(Image.fromarray(COLOURS), "JPEG")], COLOURS, uid.JPEGBaseline8Bit, 8
    ),
    "YBR_FULL": lambda: dicom(
        np.array(Image.fromarray(COLOURS).convert("YCbCr")), PhotometricInterpretation="YBR_FULL"
    ),
    "PALETTE COLOR": _palette,
    "one grey": lambda: dicom(np.full_like(CHEST, 7)),
    "several frames": lambda: dicom(np.stack([CHEST, CHEST[::-1], CHEST // 2])),
    "several frames by RLE": lambda: compressed(np.stack([CHEST, CHEST // 2]), uid.RLELossless),
    "several frames with windows of their own": _enhanced,
}

FILES: Makers = IMAGES | DICOM
