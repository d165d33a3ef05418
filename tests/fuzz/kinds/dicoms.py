"""DICOM in every transfer syntax that can be written here."""

import copy
import warnings
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

import imagecodecs
import numpy as np
from PIL import Image
from pydicom import Dataset, uid
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.encaps import encapsulate
from pydicom.tag import Tag

from model.io.radiograph import UnreadableRadiograph
from tests import lossless_jpeg
from tests.codestreams import ENCODED, chest12, codestream
from tests.dicoms import compressed, dataset, dicom, encapsulated, look_up_table, written
from tests.fuzz.kinds.images import SIDE, noise, opened
from tests.fuzz.kinds.kind import Kind
from tests.pictures import chest, coded

NATIVE = (
    uid.ImplicitVRLittleEndian,
    uid.ExplicitVRLittleEndian,
    uid.ExplicitVRBigEndian,
    uid.DeflatedExplicitVRLittleEndian,
)
ENCODERS: dict[str, Callable[[np.ndarray], bytes]] = {
    uid.JPEGBaseline8Bit: lambda greys: coded(Image.fromarray(greys), "JPEG"),
    uid.JPEGLossless: lambda greys: lossless_jpeg.encode(greys, 8, 6),
    uid.JPEGLosslessSV1: lambda greys: lossless_jpeg.encode(greys, 8, 1),
    uid.JPEGLSLossless: lambda greys: bytes(imagecodecs.jpegls_encode(greys)),
    uid.JPEGLSNearLossless: lambda greys: bytes(imagecodecs.jpegls_encode(greys, level=2)),
    uid.JPEG2000Lossless: lambda greys: bytes(imagecodecs.jpeg2k_encode(greys, codecformat="j2k", reversible=True)),
    uid.JPEG2000: lambda greys: bytes(imagecodecs.jpeg2k_encode(greys, codecformat="j2k", level=40)),
    uid.HTJ2KLossless: lambda greys: bytes(imagecodecs.htj2k_encode(greys, reversible=True)),
}
"""Codestreams of 8-bit greys by transfer syntax."""

WORDS = (
    *(b"", b"0", b"1", b"-1", b"1.5", b"1e99", b"nan", b"inf", b"8", b"12", b"16", b"500", b"99999", b"1\\2"),
    *(b"DX", b"CR", b"MONOCHROME1", b"MONOCHROME2", b"PALETTE COLOR", b"RGB", b"YBR_FULL", b"LINEAR"),
    *(b"SIGMOID", b"LINEAR_EXACT", b"OD", b"HU", b"US", b"INVERSE", b"CHEST", b"036M", b"LOG", b"LIN", b"abc"),
    *(b"FOR PROCESSING", b"RECTANGULAR", b"CIRCULAR", b"POLYGONAL", b"1\\1", b"16\\16", b"0\\0\\40\\40\\9"),
    *(b"ISO_IR 100", b"\xff\xfe"),
)
KEYWORDS = (
    *("Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation", "SamplesPerPixel"),
    *("NumberOfFrames", "PhotometricInterpretation", "PlanarConfiguration", "Modality", "SOPClassUID"),
    *("RescaleSlope", "RescaleIntercept", "RescaleType", "WindowCenter", "WindowWidth", "VOILUTFunction"),
    *("WindowCenterWidthExplanation", "PresentationLUTShape", "PixelPaddingValue", "PixelPaddingRangeLimit"),
    *("ShutterShape", "ShutterLeftVerticalEdge", "ShutterRightVerticalEdge", "ShutterUpperHorizontalEdge"),
    *("ShutterLowerHorizontalEdge", "CenterOfCircularShutter", "RadiusOfCircularShutter"),
    *("VerticesOfThePolygonalShutter", "ShutterPresentationValue", "PixelAspectRatio", "PixelSpacing"),
    *("ImagerPixelSpacing", "PatientAge", "PatientBirthDate", "StudyDate", "ViewPosition", "BodyPartExamined"),
    *("PixelIntensityRelationship", "PixelIntensityRelationshipSign", "PresentationIntentType"),
    *("SpecificCharacterSet", "LossyImageCompression", "PatientOrientation", "BurnedInAnnotation"),
)
"""What the reader looks at."""


@cache
def whole() -> list[bytes]:
    """Return a radiograph in every transfer syntax, small, and what else a header may hold."""
    greys, deep = chest(SIDE, SIDE), chest(SIDE, SIDE).astype(np.uint16) * 16
    colours = np.repeat(greys[..., None], 3, axis=2)
    files = [dicom(pixels, syntax) for syntax in NATIVE for pixels in (greys, deep, np.stack([deep, deep]))]
    files += [dicom(colours), dicom(deep.astype(np.int16) - 1024), written(dataset(deep), preamble=False)]
    files += [compressed(pixels, uid.RLELossless) for pixels in (greys, deep)]
    files += [encapsulated([encode(greys)], greys, syntax, 8) for syntax, encode in ENCODERS.items()]
    files += [encapsulated([lossless_jpeg.encode(deep, 12, 4)] * 2, np.stack([deep, deep]), uid.JPEGLossless)]
    files += [encapsulated([coded(Image.fromarray(colours), "JPEG")], colours, uid.JPEGBaseline8Bit, 8)]
    files += [encapsulated([codestream(name)], chest12(), syntax) for name, syntax in ENCODED.items()]
    files += [dicom(deep, **attributes) for attributes in _described(deep)]
    return files


def _described(deep: np.ndarray) -> list[dict[str, Any]]:
    table = look_up_table(np.arange(4096), 0, 12, bytes)
    window = {"WindowCenter": [2000, 1000], "WindowWidth": [3000, 500], "RescaleSlope": 2, "RescaleIntercept": -10}
    shutter = {
        "ShutterShape": ["RECTANGULAR", "CIRCULAR", "POLYGONAL"],
        "ShutterLeftVerticalEdge": 2,
        "ShutterRightVerticalEdge": 30,
        "ShutterUpperHorizontalEdge": 2,
        "ShutterLowerHorizontalEdge": 30,
        "CenterOfCircularShutter": [16, 16],
        "RadiusOfCircularShutter": 14,
        "VerticesOfThePolygonalShutter": [1, 1, 1, 30, 30, 30, 30, 1],
    }
    return [
        window,
        shutter,
        {"VOILUTSequence": [table]},
        {"ModalityLUTSequence": [table]},
        {"PixelSpacing": [0.2, 0.1], "PatientAge": "036M", "PixelPaddingValue": 0, "ViewPosition": "PA"},
        {
            "PhotometricInterpretation": "MONOCHROME1",
            "PresentationLUTShape": "INVERSE",
            "VOILUTFunction": "SIGMOID",
        },
    ]


def made(random: Random) -> bytes:
    """Make a radiograph of a transfer syntax, depth, sign and number of frames by chance, and edit its header."""
    syntax = random.choice((*NATIVE, *NATIVE, *ENCODERS))
    plain = _dataset(syntax, random)
    edited = copy.deepcopy(plain)
    for keyword in ("VOILUTSequence", "ModalityLUTSequence"):
        if random.random() < 0.15:
            setattr(edited, keyword, [_table(random)])
    for _ in range(random.choice((0, 1, 2, 4))):
        _edit(edited, random)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return written(edited, syntax)
    except Exception:
        # Some values pydicom refuses to write, in as many ways as it has to read them.
        return written(plain, syntax)


def _dataset(syntax: str, random: Random) -> Dataset:
    frames = random.choice((1, 1, 1, 2))
    shape = (SIDE, SIDE) if frames == 1 else (frames, SIDE, SIDE)
    if syntax in ENCODERS:
        compressed = dataset(np.zeros(shape, np.uint8), random.choice((8, 8, 12, 16)))
        compressed.PixelData = encapsulate([_encoded()[syntax]] * frames)
        compressed["PixelData"].VR, compressed["PixelData"].is_undefined_length = "OB", True
        return compressed
    kind = random.choice((np.uint8, np.uint16, np.int16))
    greys = noise(random).integers(0, 2**16, shape, np.uint16).astype(kind)
    return dataset(greys, random.choice((8, 10, 12, 16)))


@cache
def _encoded() -> dict[str, bytes]:
    return {syntax: encode(chest(SIDE, SIDE)) for syntax, encode in ENCODERS.items()}


def _edit(made: Dataset, random: Random) -> None:
    """Set, empty or remove an attribute; its value's bytes are what they are, whatever pydicom would say."""
    tag = Tag(tag_for_keyword(random.choice(KEYWORDS)) or 0)
    if random.random() < 0.15:
        made.pop(tag, None)
        return
    representation = dictionary_VR(tag).split(" ")[0]
    value = _value(representation, random)
    made[tag] = RawDataElement(tag, representation, len(value), value, 0, False, True)


def _value(representation: str, random: Random) -> bytes:
    if representation in ("US", "SS"):
        numbers = [
            random.choice((0, 1, 2, 3, 7, 8, 12, 16, 31, 32, 64, 4095, 65535)) for _ in range(random.randrange(4))
        ]
        return b"".join(number.to_bytes(2, "little") for number in numbers)
    word = random.choice(WORDS)
    return word + b" " * (len(word) % 2)


def _table(random: Random) -> Dataset:
    """Make a look-up table whose descriptor and data need not fit each other."""
    entries = noise(random).integers(0, 2**16, random.choice((0, 1, 2, 16, 256)))
    item = look_up_table(entries, random.choice((0, 1, -5, 4000)), random.choice((0, 8, 10, 12, 16, 99)), bytes)
    if random.random() < 0.3:
        item.LUTDescriptor = [random.choice((0, 1, 256, 4096)), random.choice((0, 7)), random.choice((8, 16))]
    return item


KIND = Kind("DICOM", opened, (UnreadableRadiograph,), whole, made, 0.15)
