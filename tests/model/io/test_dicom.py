import io
import logging
import warnings
import zlib
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pydicom import Dataset, uid
from pydicom.encaps import encapsulate
from pydicom.filewriter import dcmwrite
from pydicom.pixels import apply_modality_lut, apply_voi_lut

from model.io import dicom as reader
from model.io import radiograph
from model.io.radiograph import Radiograph, UnreadableRadiograph
from model.network.classifier import Classifier
from tests.codestreams import ENCODED, chest12, codestream
from tests.dicoms import NATIVE, compressed, dataset, dicom, encapsulated, written
from tests.pictures import coded

CHEST = chest12()
BASELINE = (CHEST >> 4).astype(np.uint8)


def stored(name: str) -> Callable[[], bytes]:
    """A radiograph around a codestream that was made beforehand."""
    return lambda: encapsulated([codestream(name)], CHEST, ENCODED[name])


def baseline() -> bytes:
    stream = coded(Image.fromarray(BASELINE), "JPEG", quality=98)
    return encapsulated([stream], BASELINE, uid.JPEGBaseline8Bit, bits=8)


LOSSLESS: dict[str, Callable[[], bytes]] = {
    **{uid.UID(syntax).name: partial(dicom, CHEST, syntax) for syntax in NATIVE},
    "deflated": lambda: dicom(CHEST, uid.DeflatedExplicitVRLittleEndian),
    "RLE": lambda: compressed(CHEST, uid.RLELossless),
    "JPEG 2000 lossless": lambda: compressed(CHEST, uid.JPEG2000Lossless),
    **{name: stored(name) for name in ENCODED if "near" not in name and "lossless" in name},
}
LOSSY: dict[str, tuple[Callable[[], bytes], float]] = {
    "JPEG baseline": (baseline, 1.0 * 16),
    "JPEG extended": (stored("jpeg_extended"), 1.0),
    "JPEG-LS near-lossless": (stored("jpeg_ls_near_lossless"), 2.0),
    "JPEG 2000": (lambda: compressed(CHEST, uid.JPEG2000, j2k_psnr=[70]), 4.0),
    "HTJ2K": (stored("htj2k"), 8.0),
}
"""How each is made, and the greatest mean difference, in steps of 4095."""


def values(scan: Radiograph) -> np.ndarray:
    """The greys before any window, which a grey picture never lacks."""
    assert scan.values is not None
    return scan.values


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load()


@pytest.fixture(scope="module")
def probability(classifier: Classifier) -> float:
    """What the network says of the chest that was never compressed."""
    return classifier.read(radiograph.read(dicom(CHEST))).probability


def test_every_transfer_syntax_that_is_read_is_tested() -> None:
    files = [make() for make in LOSSLESS.values()] + [make() for make, _ in LOSSY.values()]
    syntaxes = {reader.pydicom.dcmread(io.BytesIO(file)).file_meta.TransferSyntaxUID for file in files}
    assert syntaxes == reader.NATIVE | reader.COMPRESSED


@pytest.mark.parametrize("make", LOSSLESS.values(), ids=LOSSLESS)
def test_what_loses_nothing_gives_the_same_pixels_and_reading(
    make: Callable[[], bytes], classifier: Classifier, probability: float
) -> None:
    scan = radiograph.read(make(), "chest.dcm")
    assert (scan.format, scan.bits, scan.width, scan.height) == ("DICOM", 12, 96, 88)
    assert (scan.frame, scan.frames) == (1, 1)
    assert scan.pixels.dtype == np.float32
    assert np.array_equal(values(scan), CHEST)
    assert scan.pixels == pytest.approx((CHEST - CHEST.min()) / np.ptp(CHEST), abs=1e-6)
    assert classifier.read(scan).probability == pytest.approx(probability, abs=1e-4)


@pytest.mark.parametrize(("make", "tolerance"), LOSSY.values(), ids=LOSSY)
def test_what_loses_a_little_gives_nearly_the_same(
    make: Callable[[], bytes], tolerance: float, classifier: Classifier, probability: float
) -> None:
    scan = radiograph.read(make(), "chest.dcm")
    expected = BASELINE if scan.bits == 8 else CHEST
    step = 16 if scan.bits == 8 else 1
    difference = np.abs(values(scan).astype(float) - expected).mean() * step
    assert 0 < difference < tolerance
    assert classifier.read(scan).probability == pytest.approx(probability, abs=0.02)


@pytest.mark.parametrize("syntax", NATIVE)
def test_a_file_without_preamble_is_read(syntax: str) -> None:
    made = dataset(CHEST)
    if syntax == uid.ExplicitVRBigEndian:
        made.PixelData = CHEST.astype(">u2").tobytes()
    data = written(made, syntax, preamble=False)
    assert data[128:132] != b"DICM"
    assert np.array_equal(radiograph.read(data).pixels, radiograph.read(dicom(CHEST)).pixels)


def test_a_file_without_preamble_but_with_meta_information_is_read() -> None:
    for syntax in (uid.ExplicitVRLittleEndian, uid.DeflatedExplicitVRLittleEndian):
        data = dicom(CHEST, syntax)[132:]
        assert np.array_equal(radiograph.read(data).pixels, radiograph.read(dicom(CHEST)).pixels)


# The greyscale pipeline.


@pytest.mark.parametrize("window", [{}, {"WindowCenter": 1500, "WindowWidth": 1200}])
def test_monochrome1_is_the_same_picture(window: dict[str, Any], classifier: Classifier) -> None:
    other_way: dict[str, Any] = {"WindowCenter": 4096 - 1500, "WindowWidth": 1200} if window else {}
    plain = radiograph.read(dicom(CHEST, **window))
    inverse = radiograph.read(
        dicom((4095 - CHEST).astype(np.uint16), PhotometricInterpretation="MONOCHROME1", **other_way)
    )
    assert inverse.pixels == pytest.approx(plain.pixels, abs=1e-6)
    assert classifier.read(inverse).probability == pytest.approx(classifier.read(plain).probability, abs=1e-4)
    assert inverse.header is not None
    assert inverse.header.inverted


def test_a_presentation_shape_inverts() -> None:
    plain, inverse = (
        radiograph.read(dicom(CHEST, PresentationLUTShape=shape)) for shape in ("IDENTITY", "INVERSE")
    )
    assert inverse.pixels == pytest.approx(1 - plain.pixels, abs=1e-6)


@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
@pytest.mark.parametrize("signed", [False, True])
def test_any_depth_and_sign_is_the_same_picture(bits: int, signed: bool) -> None:
    top = 2**bits - 1
    deep = np.rint(CHEST / 4095 * top).astype(np.int64) - signed * 2 ** (bits - 1)
    kind = np.dtype(f"{'i' if signed else 'u'}{1 if bits == 8 else 2}")
    scan = radiograph.read(dicom(deep.astype(kind), bits=bits))
    assert scan.bits == bits
    assert np.abs(scan.pixels - radiograph.read(dicom(CHEST)).pixels).max() < 2 / min(top, 4095) * 4095 / np.ptp(
        CHEST
    )


def test_a_file_may_leave_its_high_bit_unsaid() -> None:
    assert np.array_equal(values(radiograph.read(dicom(CHEST, HighBit=None))), CHEST)


def test_bits_above_those_stored_do_not_count() -> None:
    for picture in (CHEST | 0x8000, (CHEST | 0xF000)):
        assert np.array_equal(values(radiograph.read(dicom(picture))), CHEST)


@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID", None])
def test_a_window_shows_what_pydicom_would(function: str | None) -> None:
    window: dict[str, Any] = {"WindowCenter": [800, 99], "WindowWidth": [1500, 9], "RescaleIntercept": -500}
    window |= {"RescaleSlope": 1, "RescaleType": "US"} | ({"VOILUTFunction": function} if function else {})
    made = dataset(CHEST, **window)
    theirs = apply_voi_lut(apply_modality_lut(CHEST, made), made)
    scan = radiograph.read(written(made))
    assert np.array_equal(values(scan), CHEST.astype(int) - 500)
    assert scan.pixels == pytest.approx((theirs + 500) / 4095, abs=2e-6)
    assert scan.header and not scan.header.look_up


def test_a_window_that_is_none_leaves_the_full_range() -> None:
    scan = radiograph.read(dicom(CHEST, WindowCenter=100, WindowWidth=0))
    assert np.array_equal(scan.pixels, radiograph.read(dicom(CHEST)).pixels)


def table(entries: np.ndarray, first: int, bits: int, words: type = list) -> Dataset:
    """A look-up table's item, its data as numbers (``list``) or as ``bytes``."""
    item = Dataset()
    item.add_new("LUTDescriptor", "SS" if first < 0 else "US", [len(entries), first, bits])
    raw = entries.astype(np.uint16)
    item.add_new("LUTData", *(("US", raw.tolist()) if words is list else ("OW", raw.tobytes())))
    return item


@pytest.mark.parametrize("words", [list, bytes])
@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian])
def test_look_up_tables_come_one_after_the_other(words: type, syntax: str) -> None:
    modality = table(np.linspace(0, 65535, 4096), 0, 16, words)
    voi = table(np.linspace(0, 1, 30000) ** 2 * 4095, 2000, 12, words)
    made = dataset(CHEST, ModalityLUTSequence=[modality], VOILUTSequence=[voi])
    made.WindowCenter, made.WindowWidth = 5, 5
    scan = radiograph.read(written(made, syntax))
    again = dataset(CHEST, ModalityLUTSequence=[modality], VOILUTSequence=[voi])
    again.set_original_encoding(False, True)
    between = apply_modality_lut(CHEST, again)
    assert np.array_equal(values(scan), between)
    assert scan.pixels == pytest.approx(apply_voi_lut(between, again) / 4095, abs=1e-6)
    assert scan.header and scan.header.look_up


def test_of_a_fluoroscopy_the_modality_table_is_not_for_display_but_the_rescale_is() -> None:
    to_intensity = table(np.linspace(0, 1, 4096) ** 3 * 65535, 0, 16)
    scan = radiograph.read(dicom(CHEST, Modality="RF", ModalityLUTSequence=[to_intensity]))
    assert np.array_equal(values(scan), CHEST)
    scan = radiograph.read(dicom(CHEST, Modality="RF", RescaleSlope=2, RescaleIntercept=-100))
    assert np.array_equal(values(scan), 2 * CHEST.astype(int) - 100)


@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian])
def test_a_table_may_begin_below_zero_where_the_pixels_cannot(syntax: str) -> None:
    voi = table(np.linspace(0, 1, 4096) ** 2 * 4095, -1024, 12)
    scan = radiograph.read(dicom(CHEST, syntax, RescaleSlope=1, RescaleIntercept=-1024, VOILUTSequence=[voi]))
    plain = table(np.linspace(0, 1, 4096) ** 2 * 4095, 0, 12)
    assert np.array_equal(scan.pixels, radiograph.read(dicom(CHEST, VOILUTSequence=[plain])).pixels)


def test_a_table_may_begin_high_up() -> None:
    high = (CHEST.astype(np.uint16) + 40000).astype(np.uint16)
    voi = table(np.arange(4096), 40000, 12)
    scan = radiograph.read(dicom(high, uid.ImplicitVRLittleEndian, bits=16, VOILUTSequence=[voi]))
    assert scan.pixels == pytest.approx(CHEST / 4095, abs=1e-6)


def test_a_table_of_bytes_is_a_table() -> None:
    item = Dataset()
    item.add_new("LUTDescriptor", "US", [4096, 0, 8])
    item.add_new("LUTData", "OW", (np.arange(4096) // 16).astype(np.uint8).tobytes())
    scan = radiograph.read(dicom(CHEST, VOILUTSequence=[item]))
    assert scan.pixels == pytest.approx((CHEST // 16) / 255, abs=1e-6)


@pytest.mark.parametrize("missing", ["LUTDescriptor", "LUTData"])
def test_a_table_without_its_parts_leaves_the_window_in_picture_and_header(missing: str) -> None:
    half = table(np.arange(4096), 0, 12)
    delattr(half, missing)
    window: dict[str, Any] = {"WindowCenter": 1500, "WindowWidth": 1200}
    scan = radiograph.read(dicom(CHEST, VOILUTSequence=[half], **window))
    assert np.array_equal(scan.pixels, radiograph.read(dicom(CHEST, **window)).pixels)
    assert scan.header and not scan.header.look_up


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize(
    ("padding", "greys"),
    [
        ({"PixelPaddingValue": 4095}, [4095]),
        ({"PixelPaddingValue": 0}, [0]),
        ({"PixelPaddingValue": 4060, "PixelPaddingRangeLimit": 4095}, [4060, 4080, 4095]),
        ({"PixelPaddingValue": 40, "PixelPaddingRangeLimit": 0}, [0, 20, 40]),
    ],
)
def test_padding_is_black_and_sets_no_range(padding: dict[str, Any], greys: list[int], photometric: str) -> None:
    framed = np.pad(CHEST, 8)
    border = np.pad(np.zeros_like(CHEST, bool), 8, constant_values=True)
    framed[border] = np.resize(np.array(greys, np.uint16), int(border.sum()))
    scan = radiograph.read(dicom(framed, PhotometricInterpretation=photometric, **padding))
    plain = radiograph.read(dicom(CHEST, PhotometricInterpretation=photometric))
    assert scan.pixels[border].max() == 0
    assert np.array_equal(scan.pixels[8:-8, 8:-8], plain.pixels)


@pytest.mark.parametrize(("photometric", "darkest"), [("MONOCHROME1", CHEST.max()), ("MONOCHROME2", CHEST.min())])
def test_padding_is_as_dark_as_what_is_shown_darkest(photometric: str, darkest: int) -> None:
    bordered = np.pad(CHEST, 8, constant_values=4095)
    scan = radiograph.read(dicom(bordered, PixelPaddingValue=4095, PhotometricInterpretation=photometric))
    assert np.array_equal(values(scan)[8:-8, 8:-8], CHEST)
    assert set(values(scan)[:8].ravel()) == {darkest}


def test_signed_padding_is_found_however_it_is_written() -> None:
    signed = (CHEST.astype(np.int16) - 2048).copy()
    signed[:, :10] = -2000
    made = dataset(signed)
    made.add_new("PixelPaddingValue", "US", 65536 - 2000)
    assert radiograph.read(written(made)).pixels[:, :10].max() == 0


def test_a_picture_of_nothing_but_padding_is_black() -> None:
    assert radiograph.read(dicom(np.full_like(CHEST, 7), PixelPaddingValue=7)).pixels.max() == 0


# Colours.


def colours() -> np.ndarray:
    return np.dstack([BASELINE, BASELINE // 2, 255 - BASELINE])


def test_colours_are_turned_to_grey_as_in_an_image_file() -> None:
    expected = radiograph.read(coded(Image.fromarray(colours()), "PNG")).pixels
    rgb = radiograph.read(dicom(colours(), Modality="OT"))
    assert np.abs(rgb.pixels - expected).max() < 1.01 / 255
    assert (rgb.bits, rgb.values) == (8, None)
    ybr = np.array(Image.fromarray(colours()).convert("YCbCr"))
    scan = radiograph.read(dicom(ybr, PhotometricInterpretation="YBR_FULL"))
    assert np.abs(scan.pixels - expected).max() < 3 / 255
    packed = radiograph.read(compressed(colours(), uid.RLELossless))
    assert np.array_equal(packed.pixels, rgb.pixels)


@pytest.mark.parametrize("depth", [8, 16])
def test_a_palette_is_turned_to_grey(depth: int) -> None:
    entries = np.linspace(0, 2**depth - 1, 256).astype(f"u{depth // 8}")
    palette: dict[str, Any] = {"PhotometricInterpretation": "PALETTE COLOR"}
    made = dataset(BASELINE, **palette)
    for colour in ("Red", "Green", "Blue"):
        made.add_new(f"{colour}PaletteColorLookupTableDescriptor", "US", [256, 0, depth])
        made.add_new(f"{colour}PaletteColorLookupTableData", "OW", entries.tobytes())
    scan = radiograph.read(written(made))
    assert scan.pixels == pytest.approx(BASELINE / 255, abs=1e-4)


# Frames.


def cine() -> np.ndarray:
    return np.stack([CHEST, CHEST[::-1], CHEST[:, ::-1]])


@pytest.mark.parametrize(
    "data",
    [
        dicom(cine(), Modality="RF"),
        compressed(cine(), uid.RLELossless),
        compressed(cine(), uid.JPEG2000Lossless),
        dicom(cine(), uid.DeflatedExplicitVRLittleEndian),
    ],
    ids=["native", "RLE", "JPEG 2000", "deflated"],
)
def test_every_frame_is_a_radiograph(data: bytes) -> None:
    scans = radiograph.read_all(data, "cine.dcm")
    assert [(scan.frame, scan.frames, scan.name) for scan in scans] == [(n, 3, "cine.dcm") for n in (1, 2, 3)]
    assert all(np.array_equal(values(scan), frame) for scan, frame in zip(scans, cine(), strict=True))
    first = radiograph.read(data)
    assert (first.frame, first.frames) == (1, 3)
    assert np.array_equal(first.pixels, scans[0].pixels)


def test_frames_are_found_among_codestreams() -> None:
    streams = [codestream("jpeg_ls_lossless"), codestream("jpeg_ls_near_lossless")]
    data = encapsulated(streams, np.stack([CHEST, CHEST]), uid.JPEGLSNearLossless)
    exact, near = radiograph.read_all(data)
    assert np.array_equal(values(exact), CHEST)
    assert not np.array_equal(values(near), CHEST)


def test_an_image_file_has_one_frame_and_no_header() -> None:
    (scan,) = radiograph.read_all(coded(Image.fromarray(BASELINE), "PNG"))
    assert (scan.frame, scan.frames, scan.header, scan.values) == (1, 1, None, None)


# Refusals.


def with_syntax(data: bytes, syntax: str) -> bytes:
    """The file with another transfer syntax than its own, of the same length."""
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


def deflate_bomb() -> bytes:
    data = dicom(CHEST, uid.DeflatedExplicitVRLittleEndian)
    start = 144 + int.from_bytes(data[140:144], "little")
    packing = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    return data[:start] + packing.compress(bytes(220_000_000)) + packing.flush()


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
    "cut pixels": (lambda: dicom(CHEST)[:-2000], "is a DICOM file that is damaged or cut off"),
    "few pixels": (
        lambda: dicom(CHEST, PixelData=CHEST.tobytes()[:-2000]),
        "The number of bytes of pixel data is less than expected (14896 vs 16896 bytes)",
    ),
    "rescale by nothing": (
        lambda: dicom(CHEST, RescaleSlope=0, RescaleIntercept=1),
        "it rescales its greys by 0 and 1",
    ),
    "short table": (
        lambda: dicom(CHEST, VOILUTSequence=[short_table()]),
        "a look-up table of 4096 entries of 12 bits holds 100",
    ),
    "deflate bomb": (deflate_bomb, "unpacks to more than 216 million bytes"),
    "cut deflated": (
        lambda: dicom(CHEST, uid.DeflatedExplicitVRLittleEndian)[:-2000],
        "its deflated attributes end early",
    ),
    "wrong VR": (lambda: dicom(CHEST).replace(b"\x28\0\x10\0US", b"\x28\0\x10\0FD"), "lacks the attribute Rows"),
    "prefix alone": (lambda: bytes(128) + b"DICM", "does not say its modality"),
}


def short_table() -> Dataset:
    item = table(np.arange(100), 0, 12)
    item.LUTDescriptor = [4096, 0, 12]
    return item


@pytest.mark.parametrize(("make", "said"), REFUSALS.values(), ids=REFUSALS)
def test_anything_else_is_refused_with_a_reason_and_a_way_out(make: Callable[[], bytes], said: str) -> None:
    with pytest.raises(UnreadableRadiograph) as refusal:
        radiograph.read(make(), "scan.dcm")
    message = str(refusal.value)
    assert said in message
    assert message.startswith("scan.dcm ")
    assert "Expected" in message


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
    with pytest.raises(UnreadableRadiograph) as refusal:
        radiograph.read(dicom(CHEST, Modality=modality), "scan.dcm")
    of = f"{modality}, {name}" if name else modality
    assert str(refusal.value) == (
        f"scan.dcm is of modality {of}. Expected a chest radiograph of modality CR, DX or RF, or one captured "
        f"or scanned from film (OT, RG, SC). Choose the radiograph of the study."
    )


@pytest.mark.parametrize("modality", reader.READ)
def test_radiographs_of_every_kind_are_read(modality: str) -> None:
    scan = radiograph.read(dicom(CHEST, Modality=modality, SOPClassUID=uid.SecondaryCaptureImageStorage))
    assert scan.header is not None
    assert scan.header.modality == modality


# Damage.


def seen(data: bytes) -> list[Radiograph]:
    """The radiographs that come out, if any; any error but ``UnreadableRadiograph`` fails the test."""
    try:
        return radiograph.read_all(data, "scan.dcm")
    except UnreadableRadiograph:
        return []


DAMAGED = {
    "native": lambda: dicom(CHEST, PatientAge="003Y", WindowCenter=2000, WindowWidth=3000),
    "implicit": lambda: dicom(CHEST, uid.ImplicitVRLittleEndian, VOILUTSequence=[table(np.arange(4096), 0, 12)]),
    "deflated": LOSSLESS["deflated"],
    "RLE": LOSSLESS["RLE"],
    "JPEG 2000": LOSSLESS["JPEG 2000 lossless"],
    "JPEG baseline": baseline,
    **{name: stored(name) for name in ("jpeg_extended", "jpeg_lossless", "jpeg_ls_lossless", "htj2k")},
}


@pytest.mark.parametrize("make", DAMAGED.values(), ids=DAMAGED)
def test_a_file_cut_anywhere_gives_a_message_or_a_radiograph(make: Callable[[], bytes]) -> None:
    whole = make()
    assert len(seen(whole)) == 1
    ends = np.linspace(1, len(whole) - 1, 50).astype(int)
    outcomes = [seen(whole[:end]) for end in ends]
    assert not outcomes[0]
    assert any(not outcome for outcome in outcomes[25:])


@pytest.mark.parametrize("make", DAMAGED.values(), ids=DAMAGED)
def test_a_file_with_a_broken_byte_gives_a_message_or_a_radiograph(make: Callable[[], bytes]) -> None:
    whole, chance = make(), np.random.default_rng(0)
    # Half of them where the attributes are: damage there does more than within the pixels.
    places = [*chance.integers(128, 1000, 50), *chance.integers(1000, len(whole), 50)]
    for place in places:
        damaged = bytearray(whole)
        damaged[place] ^= int(chance.integers(1, 256))
        for scan in seen(bytes(damaged)):
            assert np.isfinite(scan.pixels).all()
            assert 0 <= scan.pixels.min() <= scan.pixels.max() <= 1


def noisy() -> list[bytes]:
    """Files that pydicom has much to say about."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        words: dict[str, Any] = {
            "PatientAge": "aged",
            "PatientBirthDate": "yesterday",
            "BodyPartExamined": "a chest, upright",
        }
        holed = bytearray(stored("jpeg_lossless")())
        holed[-4000:-3000] = bytes(1000)
        return [
            dicom(CHEST, **words),
            dicom(CHEST, PixelData=CHEST.tobytes() + bytes(64)),
            bytes(holed),
            dicom(CHEST)[:-2000],
        ]


def test_nothing_is_said_but_the_message(
    recwarn: pytest.WarningsRecorder, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    outcomes = [len(seen(data)) for data in noisy()]
    assert outcomes[:2] == [1, 1]
    assert outcomes[-1] == 0
    assert [str(warning.message) for warning in recwarn] == []
    assert caplog.messages == []
    assert capfd.readouterr() == ("", "")
