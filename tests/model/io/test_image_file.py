import io
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image, ImageOps, TiffImagePlugin

from model.io import image_file, radiograph
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


def tiff(
    samples: bytes,
    bits: int,
    white_is_zero: bool = False,
    turned: int = 1,
    greatest: int | None = None,
    sample_format: int = 1,
) -> bytes:
    """Pack grey samples and ``GREY``'s size in a TIFF file.

    ``turned`` is its EXIF orientation, ``greatest`` its Max Sample Value, ``sample_format`` 1 for whole numbers, 2
    for those with a sign, 3 for floating point.
    """
    height, width = GREY.shape
    tags: dict[int, int] = {256: width, 257: height, 258: bits, 259: 1, 262: 0 if white_is_zero else 1}
    tags |= {273: 146, 274: turned, 278: height, 279: len(samples), 281: greatest or 2 ** min(bits, 16) - 1}
    tags |= {339: sample_format}
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
    np.testing.assert_allclose(scan.pixels, grey / top, rtol=0, atol=1e-6)


def chunked(data: bytes, kind: bytes, body: bytes) -> bytes:
    """Put a chunk behind the header of a PNG file."""
    chunk = struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return data[:33] + chunk + data[33:]


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
def test_greys_of_fewer_bits_than_their_samples_are_as_bright_as_they_were(kind: str, bits: int) -> None:
    top = 2**bits - 1
    grey = np.rint(GREY / np.float32(GREY.max()) * top).astype(np.uint16)
    scan = radiograph.read(coded(Image.fromarray(grey), kind))
    assert scan.bits == bits
    np.testing.assert_allclose(scan.pixels, grey / top, rtol=0, atol=1e-6)


def numbers_tiff(values: np.ndarray, **tags: Any) -> bytes:
    """Write whole or floating-point numbers as the single sample of a TIFF file, in the array's own type."""
    sample_format = {"u": 1, "i": 2, "f": 3}[values.dtype.kind]
    bits = 8 * values.dtype.itemsize
    return tiff(values.tobytes(), bits, sample_format=sample_format, **tags)


@pytest.mark.parametrize("bits", [12, 14, 15])
@pytest.mark.parametrize("kind", [np.int16, np.int32, np.uint32, np.float32])
def test_greys_in_other_numbers_are_as_bright_as_they_were(kind: type, bits: int) -> None:
    top = 2**bits - 1
    grey = np.rint(GREY / np.float32(GREY.max()) * top).astype(kind)
    scan = radiograph.read(numbers_tiff(grey))
    assert scan.bits == bits
    np.testing.assert_allclose(scan.pixels, grey / top, rtol=0, atol=1e-6)


def test_a_file_that_states_its_depth_is_not_brightened() -> None:
    dark = (GREY.astype(np.uint16) * 16) >> 4
    np.testing.assert_allclose(
        radiograph.read(chunked(png(dark), b"sBIT", bytes([14]))).pixels, dark / 16383, rtol=0, atol=1e-6
    )
    np.testing.assert_allclose(
        radiograph.read(tiff(packed(dark, 16), 16, greatest=4095)).pixels, dark / 4095, rtol=0, atol=1e-6
    )
    np.testing.assert_allclose(radiograph.read(tiff(packed(dark, 12), 12)).pixels, dark / 4095, rtol=0, atol=1e-6)


def test_greys_that_were_scaled_up_to_their_samples_stay_there() -> None:
    # PNG 11.3.2.7: greys of 12 bits fill the samples, and are found again by shifting them down.
    grey = np.rint(GREY / np.float32(GREY.max()) * 4095).astype(np.uint16)
    scan = radiograph.read(chunked(png(grey << 4 | grey >> 8), b"sBIT", bytes([12])))
    np.testing.assert_allclose(scan.pixels, grey / 4095, rtol=0, atol=2e-5)


def test_a_depth_that_is_stated_too_low_is_not_believed() -> None:
    grey = np.rint(GREY / np.float32(GREY.max()) * 16383).astype(np.uint16)
    assert radiograph.read(tiff(packed(grey, 16), 16, greatest=4095)).pixels == pytest.approx(
        grey / 16383, abs=1e-6
    )


def deep(grey: np.ndarray, channels: int, kind: str) -> bytes:
    """Write grey as colours of 16 bits; a fourth channel is opaque."""
    colours = np.dstack([grey] * 3 + [np.full_like(grey, 65535)] * (channels - 3))
    done, data = cv2.imencode(kind, colours)
    assert done
    return data.tobytes()


@pytest.mark.parametrize("kind", [".png", ".tiff"])
@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("bits", [12, 14, 16])
def test_colours_of_sixteen_bits_keep_theirs(kind: str, channels: int, bits: int) -> None:
    top = 2**bits - 1
    grey = np.rint(GREY / np.float32(GREY.max()) * top).astype(np.uint16)
    scan = radiograph.read(deep(grey, channels, kind))
    assert scan.bits == bits
    np.testing.assert_allclose(scan.pixels, grey / top, rtol=0, atol=1e-5)


@pytest.mark.parametrize("turned", [1, 3, 6])
@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_turned_colours_of_sixteen_bits_are_set_upright(kind: str, turned: int) -> None:
    data = deep(GREY.astype(np.uint16) * 257, 3, f".{kind.lower()}")
    if kind == "PNG":
        data = chunked(data, b"eXIf", b"II*\0" + struct.pack("<IHHHIIi", 8, 1, 274, 3, 1, turned, 0))
    else:
        data = turned_tiff(data, turned)
    expected = {1: GREY, 3: GREY[::-1, ::-1], 6: np.rot90(GREY, -1)}[turned]
    np.testing.assert_allclose(radiograph.read(data).pixels * 255, expected, rtol=0, atol=0.01)


def inks_tiff(depth: int) -> bytes:
    """Make a TIFF file of four inks, each in as many bits."""
    height, width = GREY.shape
    samples = np.full((height, width, 4), 200, f"<u{depth // 8}").tobytes()
    tags = {256: width, 257: height, 258: 134, 259: 1, 262: 5, 273: 142, 277: 4, 278: height, 279: len(samples)}
    fields = [struct.pack("<HHII", tag, *((3, 4) if tag == 258 else (4, 1)), value) for tag, value in tags.items()]
    fields.append(struct.pack("<HHII", 284, 3, 1, 1))
    head = b"II*\0" + struct.pack("<IH", 8, len(fields)) + b"".join(fields) + bytes(4)
    return head + struct.pack("<4H", *[depth] * 4) + samples


def test_inks_of_eight_bits_are_read_and_of_sixteen_refused() -> None:
    assert radiograph.read(inks_tiff(8)).pixels.max() < 0.1
    assert refusal(inks_tiff(16), "scan.tif") == (
        "scan.tif holds 16-bit colours in an order that cannot be read. Expected one grey for each pixel. "
        "Export it as a grey PNG or TIFF."
    )


def turned_tiff(data: bytes, turned: int) -> bytes:
    """Add an orientation to a TIFF file's first directory."""
    (directory,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, directory)
    fields = [data[directory + 2 + 12 * number :][:12] for number in range(count)]
    fields = sorted([*fields, struct.pack("<HHII", 274, 3, 1, turned)], key=lambda field: field[:2][::-1])
    return (
        data[:4]
        + struct.pack("<I", len(data))
        + data[8:]
        + struct.pack("<H", count + 1)
        + b"".join(fields)
        + bytes(4)
    )


@pytest.mark.parametrize("high", [1.02, 3.0])
def test_floating_point_greys_on_a_scale_that_cannot_be_told_are_refused(high: float) -> None:
    grey = np.linspace(0, high, GREY.size, dtype=np.float32).reshape(GREY.shape)
    assert refusal(numbers_tiff(grey), "scan.tif") == (
        f"scan.tif has grey values from 0 to {high:g}. Expected 0 to 65,535 or, in floating point, 0 to 1. "
        "Export it as a 16-bit PNG or TIFF."
    )


def test_floating_point_greys_may_miss_black_and_white_by_a_rounding() -> None:
    grey = np.linspace(-0.0001, 1.0001, GREY.size, dtype=np.float32).reshape(GREY.shape)
    scan = radiograph.read(numbers_tiff(grey))
    assert (scan.pixels.min(), scan.pixels.max()) == (0, 1)


def test_a_turned_tiff_file_is_set_upright_at_its_own_depth() -> None:
    grey = GREY.astype(np.uint16) * 16
    upright, upside_down = (radiograph.read(tiff(packed(grey, 12), 12, turned=turned)) for turned in (1, 3))
    assert upside_down.bits == 12
    assert np.array_equal(upside_down.pixels, upright.pixels[::-1, ::-1])
    assert np.array_equal(upright.pixels, grey / np.float32(4095))


def test_floating_point_greys_may_have_white_at_zero() -> None:
    negative = coded(Image.fromarray(1 - GREY / np.float32(255)), "TIFF", tiffinfo={262: 0})
    np.testing.assert_allclose(radiograph.read(negative).pixels, GREY / 255, rtol=0, atol=1e-6)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", range(10))
def test_a_turned_picture_is_set_upright(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    turned = coded(_grey(), kind, exif=exif, lossless=True)
    with Image.open(io.BytesIO(turned)) as image:
        expected = np.asarray(ImageOps.exif_transpose(image).convert("L"))
    np.testing.assert_allclose(radiograph.read(turned).pixels * 255, expected, rtol=0, atol=1e-3)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "JPEG"])
@pytest.mark.parametrize(
    "exif",
    [
        pytest.param(b"no TIFF header", id="no header"),
        pytest.param(b"II*\0", id="cut off"),
        pytest.param(b"II*\0" + struct.pack("<I", 10**6), id="leads outside"),
        pytest.param(b"II*\0" + struct.pack("<IHHHIII", 8, 1, 274, 2, 4, 1_000_000, 0), id="no number"),
    ],
)
def test_a_picture_whose_exif_is_damaged_is_read_as_it_lies(kind: str, exif: bytes) -> None:
    whole = coded(_grey(), kind, exif=b"Exif\0\0" + exif, lossless=True)
    assert np.array_equal(
        radiograph.read(whole).pixels, radiograph.read(coded(_grey(), kind, lossless=True)).pixels
    )


def test_a_damaged_exif_profile_in_a_text_of_png_is_passed_over() -> None:
    told = chunked(png(GREY), b"tEXt", b"Raw profile type exif\0\nexif\n  12\nno hexadecimals")
    assert np.array_equal(radiograph.read(told).pixels, radiograph.read(png(GREY)).pixels)


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


def _with_copies(*kinds: int) -> bytes:
    """Make a TIFF file of pages with these New Subfile Types; the one with 0 is the picture."""
    out = io.BytesIO()
    with TiffImagePlugin.AppendingTiffWriter(out, new=True) as pages:
        for kind in kinds:
            grey = GREY if kind == 0 else GREY[::4, ::4]
            Image.fromarray(grey).save(pages, "TIFF", tiffinfo={254: kind})
            pages.newFrame()
        pages.seek(0)
        return bytes(out.getvalue())


@pytest.mark.parametrize("kinds", [(0, 1), (1, 0), (0, 1, 1), (1, 0, 1), (0, 4), (2 + 1, 0)])
def test_a_smaller_copy_or_a_mask_within_a_tiff_file_is_no_page(kinds: tuple[int, ...]) -> None:
    (scan,) = radiograph.frames(_with_copies(*kinds))
    np.testing.assert_array_equal(np.rint(scan.pixels * 255), GREY)


def test_colours_of_sixteen_bits_are_read_from_the_page_that_is_the_picture() -> None:
    copy, picture = GREY[::4, ::4].astype(np.uint16) * 257, GREY.astype(np.uint16) * 257
    done, data = cv2.imencodemulti(".tiff", [np.dstack([grey] * 3) for grey in (copy, picture)])
    assert done
    whole = bytearray(data.tobytes())
    (directory,) = struct.unpack_from("<I", whole, 4)
    fields = [directory + 2 + 12 * number for number in range(struct.unpack_from("<H", whole, directory)[0])]
    (kind,) = (at for at in fields if struct.unpack_from("<H", whole, at) == (254,))
    struct.pack_into("<I", whole, kind + 8, 1)
    second = struct.unpack_from("<I", whole, fields[-1] + 12)[0]
    fields = [second + 2 + 12 * number for number in range(struct.unpack_from("<H", whole, second)[0])]
    for at in fields:
        if struct.unpack_from("<H", whole, at) == (254,):
            struct.pack_into("<I", whole, at + 8, 0)
    np.testing.assert_allclose(radiograph.read(bytes(whole)).pixels * 255, GREY, atol=0.01)


@pytest.mark.parametrize("kinds", [(1, 1), (0, 0, 1), (2, 2)])
def test_pages_none_or_several_of_which_are_the_picture_are_refused(kinds: tuple[int, ...]) -> None:
    received = sum(kind & 1 == 0 for kind in kinds) or len(kinds)
    assert f"Expected one page, received {received}." in refusal(_with_copies(*kinds), "scan.tif")


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
        (lambda: b"no picture at all, just words", "not an image that can be read: it begins with 'no pictu'"),
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


@pytest.mark.parametrize(("across", "down", "aspect"), [(300, 300, 1), (200, 100, 2), (100, 200, 0.5), (300, 1, 1)])
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "JPEG"])
def test_the_shape_of_a_pixel_is_told_by_the_resolution(kind: str, across: int, down: int, aspect: float) -> None:
    scan = radiograph.read(coded(_grey(), kind, dpi=(across, down)))
    assert scan.pixel_aspect == pytest.approx(aspect, rel=0.01)


@pytest.mark.parametrize("kind", ["TIFF", "JPEG"])
def test_the_shape_of_a_pixel_is_turned_with_the_picture(kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    scan = radiograph.read(coded(_grey(), kind, dpi=(200, 100), exif=exif))
    assert scan.pixels.shape == GREY.T.shape
    assert scan.pixel_aspect == pytest.approx(0.5)


LARGEST = 10_000
"""Pixels a side: together the most that is read."""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["8 bits", "16 bits", "transparent", "floating point"])
def test_the_largest_picture_takes_less_than_a_gigabyte(kind: str) -> None:
    made = {
        "8 bits": "coded(Image.new('L', SIZE), 'PNG')",
        "16 bits": "coded(Image.new('I;16', SIZE), 'PNG')",
        "transparent": "coded(Image.new('RGBA', SIZE), 'PNG')",
        "floating point": "coded(Image.new('F', SIZE), 'TIFF', compression='tiff_adobe_deflate')",
    }[kind]
    # Each in a process of its own, whose peak is that of nothing else; the file is made in another.
    begin = f"from PIL import Image; from tests.pictures import coded; SIZE = ({LARGEST}, {LARGEST})"
    make = f"import sys; {begin}; sys.stdout.buffer.write({made})"
    data = subprocess.run([sys.executable, "-c", make], check=True, capture_output=True).stdout
    read = (
        "import resource, sys; from model.io import radiograph; data = sys.stdin.buffer.read(); "
        "held = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; "
        "before = held(); radiograph.read(data); print(held() - before)"
    )
    took = subprocess.run([sys.executable, "-c", read], check=True, capture_output=True, input=data).stdout
    assert int(took) < 2**20 * (1024 if sys.platform == "darwin" else 1)


def test_large_pictures_of_16_bit_colours_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_file, "_MAX_DEEP_COLOURS", 40 * 40 - 1)
    data = cv2.imencode(".png", np.zeros((40, 40, 3), np.uint16))[1].tobytes()
    assert "holds 40 x 40 pixels in 16-bit colours. Expected at most" in refusal(data, "scan.png")


@pytest.mark.parametrize("mode", ["1", "L", "P", "PA", "LA", "RGB", "RGBA", "CMYK", "I;16", "F"])
def test_strips_join_to_the_whole(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    image = Image.fromarray(chest(48, 50)).convert("F" if mode in ("I;16", "F") else mode)
    data = coded(image.convert(mode), "TIFF" if mode in ("CMYK", "F", "PA") else "PNG")
    whole = radiograph.read(data).pixels
    monkeypatch.setattr(image_file, "_STRIP", 7)
    assert np.array_equal(radiograph.read(data).pixels, whole)
