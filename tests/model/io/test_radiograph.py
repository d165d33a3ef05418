import hashlib

from model.io import radiograph
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
