"""What the viewer gets of a radiograph: opened, it looks as the model saw it, and no grey is lost."""

from typing import Any

import numpy as np
import pytest
from PIL import Image
from pydicom import Dataset
from pydicom.uid import RLELossless

from dashboard.reading.viewer.encoding import pack
from dashboard.reading.viewer_arguments import (
    ValueScale,
    ViewerArguments,
    orientation,
    view_label,
    viewer_arguments,
    viewer_pixels,
)
from dashboard.shared.images import to_codes
from model.io import radiograph
from model.io.greyscale import windowed
from tests.codestreams import chest12
from tests.dashboard.reading.viewer.test_encoding import unpacked
from tests.dashboard.reports.examples import reading
from tests.dicoms import compressed, dicom
from tests.pictures import chest, coded, png

CHEST = chest12()
LEAST, MOST = int(CHEST.min()), int(CHEST.max())


def shown(given: ViewerArguments) -> np.ndarray:
    """Return the picture as the viewer opens it, 0 to 1."""
    window = given.opening or given.presets[0]
    picture = windowed(whole(given), window.centre, window.width, "LINEAR_EXACT")
    return 1 - picture if given.negative else picture


def whole(given: ViewerArguments) -> np.ndarray:
    """Return the values that stand for the pixels."""
    low, high, _ = given.scale
    return low + given.pixels * (high - low)


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"WindowCenter": 1800, "WindowWidth": 900},
        {"WindowCenter": [800, 99], "WindowWidth": [1500, 9], "RescaleIntercept": -500, "RescaleSlope": 1},
        {"WindowCenter": 400, "WindowWidth": 700, "RescaleIntercept": -7.5, "RescaleSlope": 0.25},
        {"PixelPaddingValue": 0},
        {"WindowCenter": 1800, "WindowWidth": 5},
        {"WindowCenter": 1800, "WindowWidth": 2},
        {"WindowCenter": 1800, "WindowWidth": 1},
        {"WindowCenter": 1800.5, "WindowWidth": 1},
        {"WindowCenter": 1800, "WindowWidth": 5, "VOILUTFunction": "LINEAR_EXACT"},
        {"WindowCenter": 1800, "WindowWidth": 0.5, "VOILUTFunction": "LINEAR_EXACT"},
    ],
)
@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
def test_it_opens_as_the_model_saw_it(attributes: dict[str, Any], photometric: str) -> None:
    scan = radiograph.read(dicom(CHEST, PhotometricInterpretation=photometric, **attributes))
    assert shown(viewer_pixels(scan)) == pytest.approx(scan.pixels, abs=0.002)


def test_no_grey_outside_the_window_is_lost() -> None:
    scan = radiograph.read(dicom(CHEST, WindowCenter=[2000, 600], WindowWidth=[10, 400]))
    given = viewer_pixels(scan)
    assert whole(given) == pytest.approx(CHEST, abs=0.01)
    assert given.values == (0, 4095, "")
    assert [window[1:] for window in given.presets] == [(1999.5, 9), (599.5, 399)]
    through_the_second = windowed(whole(given), 599.5, 399, "LINEAR_EXACT")
    assert through_the_second == pytest.approx(windowed(CHEST, 600, 400), abs=1e-4)


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
def test_padding_is_black_in_a_window_that_is_wider_than_the_greys(photometric: str) -> None:
    framed = np.pad(CHEST, 8)
    window: dict[str, Any] = {"WindowCenter": 2000, "WindowWidth": 6001}
    scan = radiograph.read(dicom(framed, PixelPaddingValue=0, PhotometricInterpretation=photometric, **window))
    given = viewer_pixels(scan)
    assert [preset[1:] for preset in given.presets] == [(1999.5, 6000)]
    assert whole(given)[8:-8, 8:-8] == pytest.approx(CHEST, abs=0.1)
    assert shown(given)[:8].max() == 0
    assert shown(given) == pytest.approx(scan.pixels, abs=1 / 255)


def test_a_window_narrower_than_the_viewers_values_leaves_the_pixels_as_they_are() -> None:
    scan = radiograph.read(dicom(CHEST, WindowCenter=1800, WindowWidth=0.5, VOILUTFunction="LINEAR_EXACT"))
    given = viewer_pixels(scan)
    assert given.pixels is scan.pixels
    assert given.opening == ("As read", 2047.5, 4095)


@pytest.mark.parametrize("bits", [8, 12])
@pytest.mark.parametrize(("slope", "intercept"), [(1, 0), (1, 1000), (1, -1000), (10, 0), (-1, 0), (0.5, 0)])
def test_every_value_comes_back(bits: int, slope: float, intercept: float) -> None:
    stored = (CHEST >> 12 - bits).astype(np.uint8 if bits == 8 else np.uint16)
    scan = radiograph.read(dicom(stored, bits=bits, RescaleSlope=slope, RescaleIntercept=intercept))
    given = viewer_pixels(scan)
    codes = to_codes(given.pixels, given.bits)
    assert len(np.unique(codes)) == len(np.unique(stored))
    low, high, _ = given.scale
    back = low + codes / np.iinfo(codes.dtype).max * (high - low)
    assert np.abs(back - (slope * stored.astype(float) + intercept)).max() < 0.1 * abs(slope)


def test_whole_numbers_are_one_step_apart() -> None:
    shifted = radiograph.read(dicom(CHEST, RescaleIntercept=-1000, RescaleSlope=1))
    assert viewer_pixels(shifted).values == (LEAST - 1000, LEAST + 3095, "")
    doubled = radiograph.read(dicom(CHEST, RescaleIntercept=0, RescaleSlope=2))
    assert (viewer_pixels(doubled).bits, viewer_pixels(doubled).values) == (13, (0, 8191, ""))
    quarters = radiograph.read(dicom(CHEST, RescaleIntercept=10, RescaleSlope=0.25))
    assert (viewer_pixels(quarters).bits, viewer_pixels(quarters).values) == (
        16,
        (10 + LEAST / 4, 10 + MOST / 4, ""),
    )


@pytest.mark.parametrize("grey", [0, 7])
def test_one_grey_can_be_shown(grey: int) -> None:
    given = viewer_pixels(radiograph.read(dicom(np.full_like(CHEST, grey), RescaleIntercept=0, RescaleSlope=0.5)))
    assert given.scale == ValueScale(grey / 2, grey / 2 + 1, "")
    assert whole(given) == pytest.approx(np.full(CHEST.shape, grey / 2))


def test_what_a_curve_or_colours_shaped_is_shown_as_it_is() -> None:
    table = Dataset()
    table.add_new("LUTDescriptor", "US", [4096, 0, 12])
    table.add_new("LUTData", "US", np.arange(4096)[::-1].tolist())
    colours = np.dstack([CHEST >> 4, CHEST >> 5, CHEST >> 6]).astype(np.uint8)
    for data in (
        dicom(CHEST, VOILUTSequence=[table]),
        dicom(CHEST, WindowCenter=2000, WindowWidth=900, VOILUTFunction="SIGMOID"),
        compressed(colours, RLELossless),
        png(chest()),
    ):
        scan = radiograph.read(data)
        given = viewer_pixels(scan)
        assert given.pixels is scan.pixels
        assert (given.bits, given.presets, given.values, given.negative) == (scan.bits, (), None, False)
        assert shown(given) == pytest.approx(scan.pixels, abs=1e-6)


GREYS = chest() // 2 + 40
"""8 bit, neither black nor white anywhere: a picture that would be stretched shows it."""


@pytest.mark.parametrize("depth", [8, 10, 12, 14, 16])
@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_an_image_file_opens_as_the_model_read_it(kind: str, depth: int) -> None:
    grey = GREYS if depth == 8 else GREYS.astype(np.uint16) << depth - 8
    scan = radiograph.read(coded(Image.fromarray(grey), kind))
    header, codes, _, _ = unpacked(pack(viewer_pixels(scan)))
    name, centre, width = header["presets"][0]
    values = header["low"] + codes / np.iinfo(codes.dtype).max * (header["high"] - header["low"])
    assert name == "As read"
    assert windowed(values, centre, width, "LINEAR_EXACT") == pytest.approx(scan.pixels, abs=1 / 255)


def test_a_picture_that_is_made_smaller_opens_over_the_whole_range_all_the_same() -> None:
    large = np.full((40, 5200), 1000, np.uint16)
    large[::2, ::2], large[1::2, 1::2] = 3000, 2000
    window = viewer_pixels(radiograph.read(dicom(large))).opening
    assert window == ("Full range", 2000, 2000)


def view_and_orientation(**attributes: Any) -> tuple[str, tuple[str, str] | None]:
    scan = radiograph.read(dicom(CHEST, **attributes))
    return view_label(scan), orientation(scan)


def test_view_and_orientation_are_the_headers() -> None:
    assert view_and_orientation(ViewPosition="AP", ImageLaterality="U", PatientOrientation=["L", "F"]) == (
        "AP",
        ("L", "F"),
    )
    assert view_and_orientation(ViewPosition="LL", ImageLaterality="L") == ("LL, L", None)
    assert view_and_orientation(PatientOrientation=["LF", "FR"])[1] == ("LF", "FR")


@pytest.mark.parametrize("words", [["L"], ["L", "F", "A"], ["L", ""], ["LEFT", "FOOT"], ["RIGHT", "DOWN"]])
def test_an_orientation_in_other_words_is_none(words: list[str]) -> None:
    assert view_and_orientation(PatientOrientation=words) == ("", None)


def test_a_file_without_a_header_has_no_view_or_orientation() -> None:
    scan = radiograph.read(png(chest()))
    assert (view_label(scan), orientation(scan)) == ("", None)


@pytest.mark.parametrize(("warnings", "overlay"), [((), True), (("too_small",), False)])
def test_a_heat_map_that_should_not_be_trusted_is_off_at_first(warnings: tuple[str, ...], overlay: bool) -> None:
    scan, given = radiograph.read(png(chest()), "scan.png"), reading(warnings=warnings)
    shown_with = viewer_arguments(scan, given)
    assert shown_with.overlay is overlay
    assert shown_with.heat is given.heat
    assert shown_with.description.startswith("Radiograph scan.png under the model's heat map: strongest evidence")


def test_without_a_reading_the_radiograph_stands_alone() -> None:
    alone = viewer_arguments(radiograph.read(png(chest()), "scan.png"), None)
    assert (alone.heat, alone.overlay, alone.description) == (None, False, "Radiograph scan.png")


@pytest.mark.parametrize(
    ("pixels", "options", "message"),
    [
        (np.zeros((2, 2, 3), np.float32), {}, r"shape \(height, width\); received \(2, 2, 3\)"),
        (np.array([[0, 1.5]], np.float32), {}, r"from 0 to 1; received 0 to 1\.5"),
        (np.array([[0, np.nan]], np.float32), {}, r"from 0 to 1; received nan to nan"),
        (np.zeros((2, 2), np.float32), {"bits": 32}, r"1 to 16 bits a pixel; received 32"),
        (np.zeros((2, 2), np.float32), {"values": ValueScale(5, 5, "")}, r"values that ascend; received 5 to 5"),
    ],
)
def test_what_cannot_be_shown_is_refused(pixels: np.ndarray, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ViewerArguments(pixels, **options)
