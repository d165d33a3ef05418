import struct
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from model.io import radiograph
from tests.model.io.asserts import refusal
from tests.pictures import chest, coded, png, promised_png

GREY = chest()


def _grey() -> Image.Image:
    return Image.fromarray(GREY)


@pytest.mark.parametrize(
    ("data", "tolerance"),
    [
        (png(GREY), 0),
        (coded(_grey().convert("RGB"), "PNG"), 1),
        (coded(_grey().convert("RGBA"), "PNG"), 1),
        (coded(_grey().convert("P"), "PNG"), 1),
        (coded(_grey().convert("LA"), "PNG"), 1),
        (coded(_grey(), "BMP"), 0),
        (coded(_grey(), "TIFF"), 0),
        (coded(_grey(), "TIFF", compression="tiff_lzw"), 0),
        (coded(_grey().convert("RGB"), "WEBP", lossless=True), 1),
        (coded(_grey(), "JPEG", quality=98), 12),
        (coded(_grey().convert("CMYK"), "JPEG", quality=98), 16),
        (coded(_grey().convert("CMYK"), "TIFF"), 1),
        (png(GREY.astype(np.uint16) * 257), 0.01),
        (coded(Image.fromarray(GREY.astype(np.uint16) * 257), "TIFF"), 0.01),
        (coded(Image.fromarray(GREY.astype(np.int32) * 257), "TIFF"), 0.01),
        (coded(Image.fromarray(GREY.astype(np.float32) / 255), "TIFF"), 0.01),
    ],
)
def test_every_coding_gives_the_same_picture(data: bytes, tolerance: float) -> None:
    scan = radiograph.read(data)
    assert scan.pixels.dtype == np.float32
    assert scan.pixels.shape == GREY.shape
    assert np.abs(scan.pixels * 255 - GREY).max() <= tolerance + 1e-3


def test_sixteen_bits_are_kept() -> None:
    deep = np.linspace(0, 65535, 64 * 64).reshape(64, 64).astype(np.uint16)
    scan = radiograph.read(png(deep))
    assert scan.bits == 16
    assert np.array_equal(np.rint(scan.pixels * 65535).astype(np.uint16), deep)


def tiff(samples: bytes, bits: int, white_is_zero: bool = False, turned: int = 1) -> bytes:
    """Pack grey samples of 1 to 16 bits and ``GREY``'s size in a TIFF file; ``turned`` is its EXIF orientation."""
    height, width = GREY.shape
    tags: dict[int, int] = {256: width, 257: height, 258: bits, 259: 1, 262: 0 if white_is_zero else 1}
    tags |= {273: 122, 274: turned, 278: height, 279: len(samples)}
    fields = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + fields + bytes(4) + samples


def packed(values: np.ndarray, bits: int) -> bytes:
    """Pack values of up to 16 bits, the highest bit first, without gaps (where a row fills its last byte)."""
    if bits == 16:
        return values.astype("<u2").tobytes()
    each = np.unpackbits(values.astype(">u2").view(np.uint8).reshape(-1, 2), axis=1)[:, 16 - bits :]
    return np.packbits(each).tobytes()


@pytest.mark.parametrize(
    ("bits", "white_is_zero"),
    [(bits, white) for bits in (1, 2, 4, 8, 12, 16) for white in (False, True) if (bits, white) != (12, True)],
)
def test_a_tiff_file_says_its_depth_and_which_end_is_white(bits: int, white_is_zero: bool) -> None:
    top = 2**bits - 1
    grey = np.rint(GREY / 255 * top).astype(np.uint16)
    scan = radiograph.read(tiff(packed(top - grey if white_is_zero else grey, bits), bits, white_is_zero))
    assert scan.bits == bits
    assert scan.pixels == pytest.approx(grey / top, abs=1e-6)


def test_a_turned_tiff_file_is_set_upright_at_its_own_depth() -> None:
    grey = GREY.astype(np.uint16) * 16
    upright, upside_down = (radiograph.read(tiff(packed(grey, 12), 12, turned=turned)) for turned in (1, 3))
    assert upside_down.bits == 12
    assert np.array_equal(upside_down.pixels, upright.pixels[::-1, ::-1])
    assert np.array_equal(upright.pixels, grey / np.float32(4095))


def test_floating_point_greys_may_have_white_at_zero() -> None:
    negative = coded(Image.fromarray(1 - GREY / np.float32(255)), "TIFF", tiffinfo={262: 0})
    assert radiograph.read(negative).pixels == pytest.approx(GREY / 255, abs=1e-6)


def test_a_turned_picture_is_set_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = coded(_grey().rotate(90, expand=True), "PNG", exif=exif)
    assert np.array_equal(radiograph.read(turned).pixels, radiograph.read(png(GREY)).pixels)


def test_what_is_transparent_is_black() -> None:
    picture = Image.fromarray(np.dstack([GREY] * 3 + [np.zeros_like(GREY)]), "RGBA")
    assert radiograph.read(coded(picture, "PNG")).pixels.max() == 0


@pytest.mark.parametrize("kind", ["TIFF", "PNG", "WEBP"])
def test_no_page_is_left_unread(kind: str) -> None:
    pages = coded(_grey(), kind, save_all=True, append_images=[_grey().rotate(180), _grey().rotate(90)])
    assert refusal(pages, "scan.tif") == (
        "scan.tif is an image file of several pages. Expected one page, received 3. "
        "Export each page as a file of its own."
    )


def test_the_smaller_copy_within_a_photograph_is_no_page() -> None:
    photograph = coded(_grey(), "MPO", save_all=True, append_images=[_grey().resize((64, 60))])
    (scan,) = radiograph.frames(photograph)
    assert (scan.format, scan.width, scan.height) == ("MPO", 256, 240)


def _tiff_that_goes_on(offset: int) -> bytes:
    """Make a TIFF file whose directory says that the next one is at ``offset``."""
    data = bytearray(coded(_grey(), "TIFF"))
    (directory,) = struct.unpack_from("<I", data, 4)
    (entries,) = struct.unpack_from("<H", data, directory)
    struct.pack_into("<I", data, directory + 2 + 12 * entries, offset)
    return bytes(data)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: b"no picture at all, just words", "not an image that can be read: it begins with b'no pictu'"),
        (lambda: coded(_grey(), "GIF"), "not an image that can be read"),
        (lambda: tiff(packed(GREY, 12), 12, white_is_zero=True), "not an image that can be read"),
        (lambda: coded(_grey(), "JPEG")[:2000], "damaged or cut off: its JPEG data"),
        (lambda: png(GREY)[:1000], "damaged or cut off: its PNG data"),
        (lambda: _tiff_that_goes_on(10**6), "damaged or cut off: its TIFF data"),
        (lambda: promised_png(40_000, 40_000), "far more than 100 million pixels"),
        (lambda: promised_png(12_000, 12_000), "12,000 x 12,000 pixels. Expected at most 100 million"),
        (lambda: coded(Image.new("LAB", (64, 64)), "TIFF"), "holds colours of the kind LAB"),
        (lambda: png(GREY[:20, :20].copy()), "20 x 20 pixels. Expected at least 32"),
        (lambda: coded(Image.fromarray(GREY * np.float32(-1)), "TIFF"), "Expected 0 to 65,535"),
    ],
)
def test_anything_else_is_refused_with_a_reason_and_a_way_out(make: Callable[[], bytes], message: str) -> None:
    assert message in refusal(make(), "scan.png")
