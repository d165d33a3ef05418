"""What a display shutter hides is black, and tells nothing of the range of the greys."""

from typing import Any

import numpy as np
import pytest
from pydicom import Dataset

from model.io import radiograph
from tests.codestreams import chest12
from tests.dicoms import dicom
from tests.model.io.asserts import grey_values

CHEST = chest12()
HEIGHT, WIDTH = CHEST.shape
ROWS, COLUMNS = np.ogrid[1 : HEIGHT + 1, 1 : WIDTH + 1]

RECTANGLE: dict[str, Any] = {
    "ShutterShape": "RECTANGULAR",
    "ShutterLeftVerticalEdge": 11,
    "ShutterRightVerticalEdge": 80,
    "ShutterUpperHorizontalEdge": 5,
    "ShutterLowerHorizontalEdge": 70,
}
CIRCLE: dict[str, Any] = {
    "ShutterShape": "CIRCULAR",
    "CenterOfCircularShutter": [40, 50],
    "RadiusOfCircularShutter": 30,
}
DIAMOND: dict[str, Any] = {
    "ShutterShape": "POLYGONAL",
    "VerticesOfThePolygonalShutter": [10, 48, 44, 82, 78, 48, 44, 14],
}
IN_RECTANGLE = (COLUMNS >= 11) & (COLUMNS <= 80) & (ROWS >= 5) & (ROWS <= 70)
IN_CIRCLE = (ROWS - 40) ** 2 + (COLUMNS - 50) ** 2 <= 30**2
IN_DIAMOND = abs(ROWS - 44) + abs(COLUMNS - 48) <= 34
SHUTTERS: dict[str, tuple[dict[str, Any], np.ndarray]] = {
    "rectangle": (RECTANGLE, IN_RECTANGLE),
    "circle": (CIRCLE, IN_CIRCLE),
    "polygon": (DIAMOND, IN_DIAMOND),
    "two shapes": (RECTANGLE | CIRCLE | {"ShutterShape": ["RECTANGULAR", "CIRCULAR"]}, IN_RECTANGLE & IN_CIRCLE),
}


@pytest.mark.parametrize(("shutter", "seen"), SHUTTERS.values(), ids=SHUTTERS)
@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("value", [0, 65535])
def test_what_lies_outside_is_black(
    shutter: dict[str, Any], seen: np.ndarray, photometric: str, value: int
) -> None:
    """Whatever its presentation value: a white surround is no air, to the network."""
    picture = np.where(seen, CHEST, 4095 - CHEST[::-1]).astype(np.uint16)
    scan = radiograph.read(
        dicom(picture, PhotometricInterpretation=photometric, ShutterPresentationValue=value, **shutter)
    )
    shown = (CHEST - CHEST[seen].min()) / np.ptp(CHEST[seen])
    expected = 1 - shown if photometric == "MONOCHROME1" else shown
    assert scan.pixels[~seen].max() == 0
    assert scan.pixels[seen] == pytest.approx(expected[seen], abs=1e-6)
    darkest = CHEST[seen].max() if photometric == "MONOCHROME1" else CHEST[seen].min()
    assert set(grey_values(scan)[~seen]) == {darkest}


def test_colours_have_a_shutter_too() -> None:
    colours = np.dstack([(CHEST >> 4).astype(np.uint8)] * 3)
    scan = radiograph.read(dicom(colours, **CIRCLE))
    assert scan.pixels[~IN_CIRCLE].max() == 0
    assert scan.pixels[IN_CIRCLE] == pytest.approx((CHEST >> 4)[IN_CIRCLE] / 255, abs=1e-6)


def test_each_frame_of_an_enhanced_file_has_its_own() -> None:
    groups = []
    for shutter in (RECTANGLE, CIRCLE):
        item, group = Dataset(), Dataset()
        for keyword, value in shutter.items():
            setattr(item, keyword, value)
        group.FrameDisplayShutterSequence = [item]
        groups.append(group)
    data = dicom(np.stack([CHEST, CHEST]), PerFrameFunctionalGroupsSequence=groups)
    first, second = radiograph.frames(data)
    assert first.pixels[~IN_RECTANGLE].max() == 0 < first.pixels[IN_RECTANGLE & ~IN_CIRCLE].max()
    assert second.pixels[~IN_CIRCLE].max() == 0


@pytest.mark.parametrize(
    "attributes",
    [
        {"ShutterShape": "RECTANGULAR"},
        {"ShutterShape": "OVAL"},
        RECTANGLE | {"ShutterLeftVerticalEdge": 90},
        CIRCLE | {"CenterOfCircularShutter": [9000, 9000]},
        RECTANGLE | CIRCLE | {"ShutterShape": ["RECTANGULAR", "CIRCULAR"], "ShutterRightVerticalEdge": 12},
        {"ShutterShape": "POLYGONAL", "VerticesOfThePolygonalShutter": [1, 2, 3]},
    ],
    ids=["no edges", "unknown shape", "shows nothing", "elsewhere", "no overlap", "half a vertex"],
)
def test_a_shutter_that_makes_no_sense_hides_nothing(attributes: dict[str, Any]) -> None:
    assert np.array_equal(radiograph.read(dicom(CHEST, **attributes)).pixels, radiograph.read(dicom(CHEST)).pixels)
