import io
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom import uid
from pydicom.encaps import encapsulate
from pydicom.filewriter import dcmwrite

from model.io import dicom_checks, radiograph
from tests.codestreams import chest12, codestream
from tests.dicoms import compressed, dataset, dicom, encapsulated, written
from tests.model.io.asserts import refusal

CHEST = chest12()


def with_syntax(data: bytes, syntax: str) -> bytes:
    """Return the file with another transfer syntax than its own, of the same length."""
    old = uid.JPEG2000Lossless.encode()
    assert data.count(old) == 1
    return data.replace(old, syntax.encode().ljust(len(old), b"\0"))


def without_syntax() -> bytes:
    made = dataset(CHEST)
    made.PixelData = encapsulate([codestream("jpeg_lossless")])
    made["PixelData"].VR = "OB"
    made["PixelData"].is_undefined_length = True
    out = io.BytesIO()
    dcmwrite(out, made, implicit_vr=False, little_endian=True)
    return out.getvalue()


def dicomdir() -> bytes:
    made = dataset(CHEST, SOPClassUID=uid.MediaStorageDirectoryStorage, PixelData=None)
    return written(made)


REFUSALS: dict[str, tuple[Callable[[], bytes], str]] = {
    "DICOMDIR": (dicomdir, "is a DICOMDIR, the index of a disc, and holds no picture"),
    "no modality": (lambda: dicom(CHEST, Modality=None), "does not say its modality (0008,0060)"),
    "no pixels": (lambda: dicom(CHEST, PixelData=None), "holds no pixel data: it is a Digital X-Ray Image Storage"),
    "unknown syntax": (
        lambda: with_syntax(compressed(CHEST, uid.JPEG2000Lossless), "1.2.840.10008.1.2.4.92"),
        "JPEG 2000 Part 2 Multi-component Image Compression (Lossless Only), 1.2.840.10008.1.2.4.92",
    ),
    "private syntax": (
        lambda: with_syntax(compressed(CHEST, uid.JPEG2000Lossless), "1.2.3.4.5"),
        "a transfer syntax that is not read: 1.2.3.4.5",
    ),
    "no syntax": (without_syntax, "does not say its transfer syntax (0002,0010), and its pixels are compressed"),
    "no rows": (lambda: dicom(CHEST, Rows=None), "lacks the attribute Rows (0028,0010)"),
    "no bits": (lambda: dicom(CHEST, BitsStored=None), "lacks the attribute Bits Stored (0028,0101)"),
    "photometric": (
        lambda: dicom(CHEST, PhotometricInterpretation="HSV"),
        "has the photometric interpretation HSV. Expected MONOCHROME1",
    ),
    "signed colours": (
        lambda: dicom(np.dstack([CHEST >> 4] * 3).astype(np.uint8), PixelRepresentation=1),
        "holds colours that can be negative (Pixel Representation 1). Expected colours from 0 up",
    ),
    "32 bits": (
        lambda: dicom(CHEST.astype(np.uint32), bits=32),
        "stores 32 bits in 32 a pixel. Expected 2 to 16 bits",
    ),
    "high bit": (
        lambda: dicom(CHEST << 4, HighBit=15),
        "gives High Bit (0028,0102) as 15 where 12 bits are stored. Expected 11, one less than Bits Stored",
    ),
    "samples": (lambda: dicom(CHEST, SamplesPerPixel=3), "gives 3 samples a pixel to MONOCHROME2"),
    "too small": (lambda: dicom(CHEST[:20, :20].copy()), "20 x 20 pixels. Expected at least 32"),
    "too large": (
        lambda: dicom(CHEST, Rows=20_000, Columns=20_000),
        "20,000 x 20,000 pixels. Expected at most 100 million",
    ),
    "too many frames": (lambda: dicom(CHEST, NumberOfFrames=501), "holds 501 frames. Expected 1 to 500"),
    "fewer than no frames": (lambda: dicom(CHEST, NumberOfFrames=-1), "holds -1 frames. Expected 1 to 500"),
    "no pixels at all": (lambda: dicom(CHEST, PixelData=b""), "holds no pixel data: it is a Digital"),
    "too much in frames": (
        lambda: dicom(CHEST, Rows=1024, Columns=1024, NumberOfFrames=200),
        "holds 200 frames of 1,024 x 1,024 pixels. Expected at most 100 million",
    ),
    "other size": (
        lambda: encapsulated([codestream("jpeg_lossless")], np.pad(CHEST, 4), uid.JPEGLossless),
        "its header says 104 x 96 pixels, the compressed picture inside measures 96 x 88",
    ),
    "no codestream": (
        lambda: encapsulated([b"words, words"], CHEST, uid.JPEGLossless),
        "the compressed picture inside is none that can be read",
    ),
    "missing frame": (
        lambda: encapsulated([codestream("jpeg_lossless")], np.stack([CHEST] * 2), uid.JPEGLossless),
        "1 of its 2 frames are there",
    ),
    "wrong VR": (lambda: dicom(CHEST).replace(b"\x28\0\x10\0US", b"\x28\0\x10\0FD"), "lacks the attribute Rows"),
}


@pytest.mark.parametrize(("make", "message"), REFUSALS.values(), ids=REFUSALS)
def test_what_is_no_radiograph_is_refused_undecoded(make: Callable[[], bytes], message: str) -> None:
    assert message in refusal(make(), "scan.dcm")


@pytest.mark.parametrize(
    ("modality", "name"),
    [
        ("CT", "computed tomography"),
        ("MR", "magnetic resonance"),
        ("US", "ultrasound"),
        ("NM", "nuclear medicine"),
        ("PT", "positron emission tomography"),
        ("MG", "mammography"),
        ("XA", "angiography"),
        ("HD", None),
    ],
)
def test_other_modalities_are_refused_by_name(modality: str, name: str | None) -> None:
    received = f"{modality}, {name}" if name else modality
    assert refusal(dicom(CHEST, Modality=modality), "scan.dcm") == (
        f"scan.dcm is of modality {received}. Expected a chest radiograph of modality CR, DX or RF, or one "
        f"captured or scanned from film (OT, RG, SC). Choose the radiograph of the study."
    )


@pytest.mark.parametrize(
    ("attributes", "measured"),
    [
        ({"PresentationIntentType": "FOR PROCESSING"}, "before any processing"),
        ({"SOPClassUID": uid.DigitalXRayImageStorageForProcessing}, "before any processing"),
        (
            {"PresentationIntentType": "FOR PROCESSING", "PixelIntensityRelationship": "LIN"},
            "which are linear in the X-ray intensity",
        ),
        (
            {"PresentationIntentType": "FOR PROCESSING", "PixelIntensityRelationship": "LOG"},
            "which are logarithmic in the X-ray intensity",
        ),
    ],
)
def test_the_detectors_own_values_are_refused(attributes: dict[str, Any], measured: str) -> None:
    assert refusal(dicom(CHEST, **attributes), "scan.dcm") == (
        f"scan.dcm holds the detector's own values, For Processing (0008,0068), {measured}. Expected the "
        f"radiograph For Presentation, as it is shown to be read. Choose that one of the study, or export it "
        f"from the archive."
    )


def test_what_is_for_presentation_is_read_whatever_its_greys_came_from() -> None:
    scan = radiograph.read(
        dicom(CHEST, PresentationIntentType="FOR PRESENTATION", PixelIntensityRelationship="LIN")
    )
    assert np.array_equal(scan.pixels, radiograph.read(dicom(CHEST)).pixels)


def test_what_makers_write_for_digital_radiography_is_read() -> None:
    assert {"DR", "XR"} <= set(dicom_checks.READ)
    assert radiograph.read(dicom(CHEST, Modality="DR")).pixels.shape == CHEST.shape


@pytest.mark.parametrize("modality", dicom_checks.READ)
def test_radiographs_of_every_kind_are_read(modality: str) -> None:
    scan = radiograph.read(dicom(CHEST, Modality=modality, SOPClassUID=uid.SecondaryCaptureImageStorage))
    assert scan.header is not None
    assert scan.header.modality == modality


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"Modality": ["DX", "CR"]}, r"is of modality DX\CR. Expected a chest radiograph"),
        ({"PhotometricInterpretation": ["1", "2"]}, "lacks the attribute Photometric Interpretation (0028,0004)"),
        ({"Rows": [88, 88]}, "lacks the attribute Rows (0028,0010), or it makes no sense"),
        ({"PixelData": None, "SOPClassUID": "1.2", "Modality": "DX"}, "holds no pixel data: it is a 1.2, or is"),
    ],
)
def test_several_values_are_named_as_dicom_writes_them(attributes: dict[str, Any], message: str) -> None:
    assert message in refusal(dicom(CHEST, **attributes), "scan.dcm")


def test_what_is_no_sop_class_is_not_repeated() -> None:
    data = dicom(CHEST, PixelData=None, SOPClassUID="1.2.x")
    assert "holds no pixel data, or is cut off before them." in refusal(data, "scan.dcm")


@pytest.mark.parametrize("keyword", ["BitsAllocated", "Rows", "PixelRepresentation"])
@pytest.mark.parametrize("syntax", [uid.ImplicitVRLittleEndian, uid.ExplicitVRLittleEndian])
def test_an_empty_attribute_of_the_pixels_is_named(keyword: str, syntax: str) -> None:
    whole = dicom(CHEST, syntax)
    made = pydicom.dcmread(io.BytesIO(whole))
    element = made[keyword]
    tag, length = struct.pack("<HH", element.tag.group, element.tag.element), element.VM * 2
    head = tag + (b"US\2\0" if syntax == uid.ExplicitVRLittleEndian else b"\2\0\0\0")
    at = whole.index(head)
    emptied = whole[:at] + head.replace(b"\2", b"\0") + whole[at + len(head) + length :]
    assert f"lacks the attribute {element.name} {element.tag}" in refusal(emptied, "scan.dcm")
