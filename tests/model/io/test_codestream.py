import struct

import numpy as np
import pytest
from PIL import Image

from model.io.codestream import is_whole, point_transform, precision, size, with_valid_scan
from tests import lossless_jpeg
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


@pytest.mark.parametrize(("at", "value"), [(35, 16), (39, 16)])
def test_tiles_that_begin_beyond_the_picture_have_no_size(at: int, value: int) -> None:
    """ITU-T T.800 B.3: XTOsiz and YTOsiz are at most XOsiz and YOsiz."""
    stream = bytearray(codestream("htj2k_lossless_rpcl"))
    stream[at] = value
    assert size(bytes(stream)) is None


@pytest.mark.parametrize("stream", [b"", b"\xff\xd8", b"\xff\xd8\xff\xc0\0", b"\xff\x4f\xff\x51\0\0", b"words"])
def test_what_tells_no_size_has_none(stream: bytes) -> None:
    assert size(stream) is None


def test_a_lossless_codestream_tells_its_precision_and_its_point_transform() -> None:
    greys = np.arange(64, dtype=np.uint16).reshape(8, 8)
    for bits, shift in ((12, 0), (16, 3)):
        stream = lossless_jpeg.encode(greys, bits, 1, shift)
        assert (precision(stream), point_transform(stream)) == (bits, shift)
    assert (precision(codestream("htj2k")), point_transform(codestream("htj2k"))) == (None, 0)
    assert point_transform(codestream("jpeg_extended")) == 0


@pytest.mark.parametrize(("name", "end"), [("jpeg_lossless", 0), ("jpeg_extended", 63)])
def test_the_end_of_the_spectral_selection_is_the_only_one_its_process_allows(name: str, end: int) -> None:
    """ITU-T T.81 table B.3: Se is 0 where nothing is transformed, 63 where the coefficients come in sequence."""
    stream = codestream(name)
    place = stream.index(b"\xff\xda\0\x08\x01") + 8
    assert stream[place] == end
    for wrong in (0, 63, 7):
        assert with_valid_scan(stream[:place] + bytes([wrong]) + stream[place + 1 :]) == stream


@pytest.mark.parametrize("name", ["jpeg_ls_lossless", "htj2k"])
def test_a_scan_of_other_processes_stays_as_it_is(name: str) -> None:
    assert with_valid_scan(codestream(name)) == codestream(name)


def test_a_progressive_scan_stays_as_it_is() -> None:
    stream = coded(Image.fromarray(chest(70, 50)), "JPEG", progressive=True)
    assert with_valid_scan(stream) == stream


@pytest.mark.parametrize("name", [name for name in ENCODED if "htj2k" in name])
def test_tile_parts_tell_that_a_codestream_is_whole_without_its_last_marker(name: str) -> None:
    stream = codestream(name).rstrip(b"\0").removesuffix(b"\xff\xd9")
    assert is_whole(stream)
    assert not is_whole(stream[:-40])


@pytest.mark.parametrize("name", ENCODED)
def test_a_whole_codestream_ends_with_its_marker(name: str) -> None:
    stream = codestream(name)
    assert is_whole(stream)
    assert is_whole(stream.rstrip(b"\0") + b"\0")
    assert not is_whole(stream[: len(stream) // 2])
