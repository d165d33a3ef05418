import hashlib

import numpy as np
import pytest

from model.io import radiograph
from model.io.radiograph import Radiograph, UnreadableRadiograph
from tests.model.io.asserts import refusal
from tests.pictures import chest, png

FILE = png(chest())


def test_the_file_is_known_by_its_digest() -> None:
    scan = radiograph.read(FILE, "scan.png")
    assert (scan.name, scan.format, scan.width, scan.height) == ("scan.png", "PNG", 256, 240)
    assert scan.digest == hashlib.sha256(FILE).hexdigest()


def test_an_image_file_has_one_frame_and_no_header() -> None:
    (scan,) = radiograph.frames(FILE)
    assert (scan.frame, scan.frames, scan.header, scan.values) == (1, 1, None, None)


def test_an_empty_file_is_refused() -> None:
    assert refusal(b"", "scan.png").startswith("scan.png is empty")


@pytest.mark.parametrize(
    ("value", "received"), [(-0.44, "-0.44 to 0.5"), (1.5, "0.5 to 1.5"), (np.nan, "nan to nan")]
)
def test_pixels_outside_black_to_white_make_no_radiograph(value: float, received: str) -> None:
    pixels = np.full((40, 40), 0.5, np.float32)
    pixels[3, 3] = value
    with pytest.raises(UnreadableRadiograph) as problem:
        Radiograph("scan.dcm", pixels, "DICOM", 16, "")
    assert str(problem.value) == (
        f"scan.dcm is damaged: its pixels come out from {received}. "
        f"Expected 0, black, to 1, white. Copy or export it again."
    )
