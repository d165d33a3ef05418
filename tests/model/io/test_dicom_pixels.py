from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image
from pydicom import Dataset, FileMetaDataset, uid
from pydicom.pixels import apply_modality_lut, apply_voi_lut

from model.io import greyscale, radiograph
from model.io.greyscale import full_range
from model.network.classifier import Classifier
from tests import lossless_jpeg
from tests.codestreams import chest12
from tests.dicoms import compressed, dataset, dicom, encapsulated, look_up_table, written
from tests.model.io.asserts import grey_values, refusal
from tests.pictures import coded

CHEST = chest12()
EIGHT_BITS = (CHEST >> 4).astype(np.uint8)


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
    assert np.array_equal(grey_values(radiograph.read(dicom(CHEST, HighBit=None))), CHEST)


def test_bits_above_those_stored_do_not_count() -> None:
    for picture in (CHEST | 0x8000, (CHEST | 0xF000)):
        assert np.array_equal(grey_values(radiograph.read(dicom(picture))), CHEST)


@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID", None])
def test_a_window_shows_what_pydicom_would(function: str | None) -> None:
    window: dict[str, Any] = {"WindowCenter": [800, 99], "WindowWidth": [1500, 9], "RescaleIntercept": -500}
    window |= {"RescaleSlope": 1, "RescaleType": "US"} | ({"VOILUTFunction": function} if function else {})
    made = dataset(CHEST, **window)
    theirs = apply_voi_lut(apply_modality_lut(CHEST, made), made)
    scan = radiograph.read(written(made))
    assert np.array_equal(grey_values(scan), CHEST.astype(int) - 500)
    assert scan.pixels == pytest.approx((theirs + 500) / 4095, abs=2e-6)
    assert scan.header and not scan.header.has_voi_lut


def test_a_window_that_is_none_leaves_the_full_range() -> None:
    scan = radiograph.read(dicom(CHEST, WindowCenter=100, WindowWidth=0))
    assert np.array_equal(scan.pixels, radiograph.read(dicom(CHEST)).pixels)


@pytest.mark.parametrize("words", [list, bytes])
@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian])
def test_look_up_tables_come_one_after_the_other(words: type, syntax: str) -> None:
    modality = look_up_table(np.linspace(0, 65535, 4096), 0, 16, words)
    voi = look_up_table(np.linspace(0, 1, 30000) ** 2 * 4095, 2000, 12, words)
    made = dataset(CHEST, ModalityLUTSequence=[modality], VOILUTSequence=[voi])
    made.WindowCenter, made.WindowWidth = 5, 5
    scan = radiograph.read(written(made, syntax))
    again = dataset(CHEST, ModalityLUTSequence=[modality], VOILUTSequence=[voi])
    again.set_original_encoding(False, True)
    between = apply_modality_lut(CHEST, again)
    assert np.array_equal(grey_values(scan), between)
    assert scan.pixels == pytest.approx(apply_voi_lut(between, again) / 4095, abs=1e-6)
    assert scan.header and scan.header.has_voi_lut


def test_of_a_fluoroscopy_the_modality_table_is_not_for_display_but_the_rescale_is() -> None:
    to_intensity = look_up_table(np.linspace(0, 1, 4096) ** 3 * 65535, 0, 16)
    scan = radiograph.read(dicom(CHEST, Modality="RF", ModalityLUTSequence=[to_intensity]))
    assert np.array_equal(grey_values(scan), CHEST)
    scan = radiograph.read(dicom(CHEST, Modality="RF", RescaleSlope=2, RescaleIntercept=-100))
    assert np.array_equal(grey_values(scan), 2 * CHEST.astype(int) - 100)


@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian])
def test_a_table_may_begin_below_zero_where_the_pixels_cannot(syntax: str) -> None:
    voi = look_up_table(np.linspace(0, 1, 4096) ** 2 * 4095, -1024, 12)
    scan = radiograph.read(dicom(CHEST, syntax, RescaleSlope=1, RescaleIntercept=-1024, VOILUTSequence=[voi]))
    plain = look_up_table(np.linspace(0, 1, 4096) ** 2 * 4095, 0, 12)
    assert np.array_equal(scan.pixels, radiograph.read(dicom(CHEST, VOILUTSequence=[plain])).pixels)


def test_a_table_may_begin_high_up() -> None:
    high = (CHEST.astype(np.uint16) + 40000).astype(np.uint16)
    voi = look_up_table(np.arange(4096), 40000, 12)
    scan = radiograph.read(dicom(high, uid.ImplicitVRLittleEndian, bits=16, VOILUTSequence=[voi]))
    assert scan.pixels == pytest.approx(CHEST / 4095, abs=1e-6)


def test_a_table_of_bytes_is_a_table() -> None:
    item = Dataset()
    item.add_new("LUTDescriptor", "US", [4096, 0, 8])
    item.add_new("LUTData", "OW", (np.arange(4096) // 16).astype(np.uint8).tobytes())
    scan = radiograph.read(dicom(CHEST, VOILUTSequence=[item]))
    assert scan.pixels == pytest.approx((CHEST // 16) / 255, abs=1e-6)


@pytest.mark.parametrize(("stated", "true"), [(16, 12), (16, 8), (12, 10), (8, 12), (10, 16), (12, 12)])
def test_a_table_is_as_bright_as_its_entries_whatever_depth_it_states(stated: int, true: int) -> None:
    """PS3.3 C.11.1.1.1: the third value of the descriptor; taken at its word it made 12-bit tables dark."""
    entries = np.rint(np.linspace(0, 2**true - 1, 4096))
    scan = radiograph.read(dicom(CHEST, VOILUTSequence=[look_up_table(entries, 0, stated)]))
    assert scan.pixels == pytest.approx(CHEST / 4095, abs=1 / 255)


@pytest.mark.parametrize(("stated", "true"), [(16, 12), (12, 16)])
def test_a_modality_table_feeds_the_window_its_entries_whatever_depth_it_states(stated: int, true: int) -> None:
    entries = np.rint(np.linspace(0, 2**true - 1, 4096))
    window: dict[str, Any] = {"WindowCenter": 2 ** (true - 1), "WindowWidth": 2**true}
    scan = radiograph.read(dicom(CHEST, ModalityLUTSequence=[look_up_table(entries, 0, stated)], **window))
    assert scan.pixels == pytest.approx(CHEST / 4095, abs=1 / 255)


@pytest.mark.parametrize(("stated", "true"), [(10, 12), (12, 14), (12, 16), (16, 12), (16, 10), (14, 12)])
@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("windowed", [False, True])
@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.RLELossless, uid.JPEGLossless])
def test_bits_stored_may_err_either_way(stated: int, true: int, signed: bool, windowed: bool, syntax: str) -> None:
    # As large as makes neighbours as alike as a detector's are.
    large = cv2.resize(CHEST, None, fx=3, fy=3, interpolation=cv2.INTER_LINEAR)
    deep = np.rint(large / 4095 * (2**true - 1)).astype(np.int32) - signed * 2 ** (true - 1)
    picture = deep.astype(np.int16 if signed else np.uint16)
    made = dataset(picture, stated)
    if windowed:
        made.WindowCenter, made.WindowWidth = int(deep.mean()), 2 ** (true - 1)
    if syntax == uid.JPEGLossless:
        stream = lossless_jpeg.encode(picture.view(np.uint16), 16)
        data = encapsulated(
            [stream],
            picture,
            syntax,
            stated,
            **{keyword: made.get(keyword) for keyword in ("WindowCenter", "WindowWidth") if keyword in made},
        )
    elif syntax == uid.RLELossless:
        made.file_meta = FileMetaDataset()
        made.file_meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
        made.compress(syntax, generate_instance_uid=False)
        data = written(made, syntax)
    else:
        data = written(made)
    scan = radiograph.read(data)
    assert np.array_equal(grey_values(scan), picture)
    assert scan.bits >= true or stated > true
    expected = greyscale.windowed(picture, int(deep.mean()), 2 ** (true - 1)) if windowed else full_range(picture)
    assert np.array_equal(scan.pixels, expected)


@pytest.mark.parametrize("true", [8, 10, 12, 14, 16])
def test_colours_of_fewer_bits_than_stated_are_not_dark(true: int) -> None:
    grey = np.rint(CHEST / 4095 * (2**true - 1)).astype(np.uint16)
    made = dataset(np.dstack([CHEST >> 4] * 3).astype(np.uint8))
    made.BitsAllocated, made.BitsStored, made.HighBit = 16, 16, 15
    made.PixelData = np.dstack([grey] * 3).tobytes()
    made["PixelData"].VR = "OW"
    assert radiograph.read(written(made)).pixels == pytest.approx(CHEST / 4095, abs=1 / 255)


@pytest.mark.parametrize("missing", ["LUTDescriptor", "LUTData"])
def test_a_table_without_its_parts_leaves_the_window_in_picture_and_header(missing: str) -> None:
    half = look_up_table(np.arange(4096), 0, 12)
    delattr(half, missing)
    window: dict[str, Any] = {"WindowCenter": 1500, "WindowWidth": 1200}
    scan = radiograph.read(dicom(CHEST, VOILUTSequence=[half], **window))
    assert np.array_equal(scan.pixels, radiograph.read(dicom(CHEST, **window)).pixels)
    assert scan.header and not scan.header.has_voi_lut


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
    assert np.array_equal(grey_values(scan)[8:-8, 8:-8], CHEST)
    assert set(grey_values(scan)[:8].ravel()) == {darkest}


@pytest.mark.parametrize(
    ("photometric", "window", "darkest"),
    [
        ("MONOCHROME2", (2000, 6001), -1001),
        ("MONOCHROME1", (2000, 6001), 5000),
        ("MONOCHROME2", (2000, 1001), CHEST.min()),
        ("MONOCHROME1", (2000, 1001), CHEST.max()),
    ],
)
def test_padding_is_black_in_the_files_own_window(photometric: str, window: tuple[int, int], darkest: int) -> None:
    bordered = np.pad(CHEST, 8, constant_values=7)
    shape: dict[str, Any] = dict(zip(("WindowCenter", "WindowWidth"), window, strict=True))
    scan = radiograph.read(dicom(bordered, PixelPaddingValue=7, PhotometricInterpretation=photometric, **shape))
    assert np.array_equal(grey_values(scan)[8:-8, 8:-8], CHEST)
    assert set(grey_values(scan)[:8].ravel()) == {darkest}
    assert scan.pixels[:8].max() == 0


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
    return np.dstack([EIGHT_BITS, EIGHT_BITS // 2, 255 - EIGHT_BITS])


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
    made = dataset(EIGHT_BITS, **palette)
    for colour in ("Red", "Green", "Blue"):
        made.add_new(f"{colour}PaletteColorLookupTableDescriptor", "US", [256, 0, depth])
        made.add_new(f"{colour}PaletteColorLookupTableData", "OW", entries.tobytes())
    scan = radiograph.read(written(made))
    assert scan.pixels == pytest.approx(EIGHT_BITS / 255, abs=1e-4)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: dicom(CHEST, PixelData=CHEST.tobytes()[:-2000]),
            "The number of bytes of pixel data is less than expected (14896 vs 16896 bytes)",
        ),
        (
            lambda: dicom(CHEST, RescaleSlope=0, RescaleIntercept=1),
            "it rescales its greys by 0 and 1",
        ),
        (
            lambda: dicom(CHEST, VOILUTSequence=[short_table()]),
            "a look-up table of 4096 entries of 12 bits holds 100",
        ),
    ],
    ids=["few pixels", "rescale by nothing", "short table"],
)
def test_what_cannot_be_shown_is_refused(make: Callable[[], bytes], message: str) -> None:
    assert message in refusal(make(), "scan.dcm")


def short_table() -> Dataset:
    item = look_up_table(np.arange(100), 0, 12)
    item.LUTDescriptor = [4096, 0, 12]
    return item
