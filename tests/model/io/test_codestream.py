import struct

import pytest
from PIL import Image

from model.io.codestream import size
from tests.codestreams import ENCODED, codestream
from tests.pictures import chest, coded


@pytest.mark.parametrize("name", ENCODED)
def test_every_codestream_tells_its_size(name: str) -> None:
    assert size(codestream(name)) == (96, 88)


def test_boxes_and_progressive_scans_hide_no_size() -> None:
    picture = Image.fromarray(chest(70, 50))
    assert size(coded(picture, "JPEG2000")) == (70, 50)
    assert size(coded(picture, "JPEG", progressive=True)) == (70, 50)


def test_fill_bytes_before_a_marker_are_skipped() -> None:
    frame = struct.pack(">BBHBHH", 0xFF, 0xC1, 11, 12, 40, 30)
    assert size(b"\xff\xd8\xff\xff" + frame) == (30, 40)


@pytest.mark.parametrize("stream", [b"", b"\xff\xd8", b"\xff\xd8\xff\xc0\0", b"\xff\x4f\xff\x51\0\0", b"words"])
def test_what_tells_no_size_has_none(stream: bytes) -> None:
    assert size(stream) is None
