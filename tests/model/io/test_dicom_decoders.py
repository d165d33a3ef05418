"""Every decoder gives back, bit for bit, what every encoder at hand was given."""

from collections.abc import Callable
from typing import Any

import imagecodecs
import jpeg_ls
import numpy as np
import openjpeg
import pytest
from PIL import Image
from pydicom import uid

from model.io import dicom_decoders, radiograph
from model.io.radiograph import UnreadableRadiograph
from tests import lossless_jpeg
from tests.codestreams import chest12, codestream
from tests.dicoms import compressed, dicom, encapsulated
from tests.model.io.asserts import grey_values, refusal
from tests.pictures import coded

PREDICTORS = range(1, 8)
BITS = (8, 10, 12, 14, 16)


@pytest.fixture(params=["imagecodecs", "pylibjpeg alone"])
def decoders(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param != "imagecodecs":
        monkeypatch.setattr(dicom_decoders, "imagecodecs", None)
    return str(request.param)


def pictures(bits: int) -> list[np.ndarray]:
    """Draw a chest with burnt-in markers, noise, and nothing but the ends: differences of every size."""
    chance, top = np.random.default_rng(bits), 2**bits - 1
    kind = np.uint8 if bits <= 8 else np.uint16
    marked = np.rint(chest12()[:40, :48] / 4095 * top)
    marked[3:9, 4:16], marked[20:24, 30:44] = top, 0
    noise = chance.integers(0, top + 1, (37, 41))
    ends = chance.choice([0, 2 ** (bits - 1) - 1, 2 ** (bits - 1), top], (33, 64))
    return [picture.astype(kind) for picture in (marked, noise, ends)]


def decoded(stream: bytes | bytearray, picture: np.ndarray, syntax: str, bits: int) -> np.ndarray:
    return grey_values(radiograph.read(encapsulated([bytes(stream)], picture, syntax, bits)))


@pytest.mark.parametrize("bits", BITS)
@pytest.mark.parametrize("predictor", PREDICTORS)
def test_lossless_jpeg_is_exact_with_every_predictor(predictor: int, bits: int, decoders: str) -> None:
    for picture in pictures(bits):
        streams: list[bytes | bytearray] = [lossless_jpeg.encode(picture, bits, predictor)]
        streams.append(imagecodecs.jpeg8_encode(picture, lossless=True, predictor=predictor, bitspersample=bits))
        for stream in streams:
            assert np.array_equal(decoded(stream, picture, uid.JPEGLossless, bits), picture)


@pytest.mark.parametrize("bits", BITS)
def test_lossless_jpeg_of_the_first_predictor_is_exact_by_a_third_encoder(bits: int, decoders: str) -> None:
    for picture in pictures(bits):
        stream = imagecodecs.ljpeg_encode(picture, bitspersample=bits)
        assert np.array_equal(decoded(stream, picture, uid.JPEGLosslessSV1, bits), picture)


def test_differences_wrap_modulo_two_to_the_sixteenth(decoders: str) -> None:
    """ITU-T T.81 H.1.2.1: from white to black is a step of 1, and 32,768 has a category of its own."""
    picture = np.tile(np.array([0, 65535, 32768, 0, 65535], np.uint16), (40, 8))
    for predictor in PREDICTORS:
        stream = lossless_jpeg.encode(picture, 16, predictor)
        assert np.array_equal(decoded(stream, picture, uid.JPEGLossless, 16), picture)


@pytest.mark.parametrize("predictor", PREDICTORS)
def test_prediction_may_start_anew_after_some_rows(predictor: int, decoders: str) -> None:
    for picture in pictures(16):
        stream = lossless_jpeg.encode(picture, 16, predictor, restart_rows=5)
        assert np.array_equal(decoded(stream, picture, uid.JPEGLossless, 16), picture)


@pytest.mark.parametrize("predictor", PREDICTORS)
def test_a_point_transform_leaves_out_low_bits_alone(predictor: int) -> None:
    picture = chest12()[:40, :48].copy()
    stream = lossless_jpeg.encode(picture, 12, predictor, point_transform=2)
    assert np.array_equal(decoded(stream, picture, uid.JPEGLossless, 12), picture // 4 * 4)


def test_a_point_transform_is_refused_by_a_decoder_that_saturates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dicom_decoders, "imagecodecs", None)
    stream = lossless_jpeg.encode(chest12(), 12, 1, point_transform=2)
    message = refusal(encapsulated([stream], chest12(), uid.JPEGLossless), "scan.dcm")
    assert "its decoder: the lossless JPEG leaves out 2 low bits, which only imagecodecs reads right" in message


def test_signed_greys_are_exact(decoders: str) -> None:
    signed = (pictures(16)[1].astype(np.int32) - 2**15).astype(np.int16)
    stream = lossless_jpeg.encode(signed.view(np.uint16), 16, 4)
    assert np.array_equal(decoded(stream, signed, uid.JPEGLossless, 16), signed)


def by_charls(picture: np.ndarray, bits: int, near: int = 0) -> bytes:
    rows, columns = picture.shape
    shape: dict[str, Any] = {"rows": rows, "columns": columns, "samples_per_pixel": 1, "interleave_mode": 0}
    raw = picture.tobytes()
    return bytes(jpeg_ls.encode_pixel_data(raw, bits_stored=bits, lossy_error=near, **shape))


LOSSLESS: dict[str, tuple[str, Callable[[np.ndarray, int], bytes | bytearray]]] = {
    "JPEG-LS by CharLS": (uid.JPEGLSLossless, by_charls),
    "HTJ2K by OpenJPH": (
        uid.HTJ2KLossless,
        lambda picture, bits: imagecodecs.htj2k_encode(picture, reversible=True),
    ),
    "JPEG 2000 by OpenJPEG": (
        uid.JPEG2000Lossless,
        lambda picture, bits: imagecodecs.jpeg2k_encode(picture, reversible=True, bitspersample=bits, level=0),
    ),
}


@pytest.mark.parametrize("bits", BITS)
@pytest.mark.parametrize(("syntax", "encode"), LOSSLESS.values(), ids=LOSSLESS)
def test_what_loses_nothing_is_exact(
    syntax: str, encode: Callable[[np.ndarray, int], bytes | bytearray], bits: int, decoders: str
) -> None:
    for picture in pictures(bits):
        assert np.array_equal(decoded(encode(picture, bits), picture, syntax, bits), picture)


@pytest.mark.parametrize("bits", BITS)
def test_run_lengths_are_exact(bits: int) -> None:
    for picture in pictures(bits):
        assert np.array_equal(grey_values(radiograph.read(compressed(picture, uid.RLELossless, bits))), picture)


@pytest.mark.parametrize("near", [1, 3])
def test_near_lossless_is_near(near: int, decoders: str) -> None:
    for picture in pictures(12):
        got = decoded(by_charls(picture, 12, near), picture, uid.JPEGLSNearLossless, 12)
        assert 0 < np.abs(got.astype(int) - picture).max() <= near


@pytest.mark.parametrize(
    ("name", "syntax"), [("jpeg_lossless_sv1", uid.JPEGLosslessSV1), ("jpeg_extended", uid.JPEGExtended12Bit)]
)
@pytest.mark.parametrize("end", [0, 63])
def test_a_spectral_selection_that_ends_anywhere_is_read(name: str, syntax: str, end: int, decoders: str) -> None:
    """Computed radiography writes 0 or 63 in either process; ITU-T T.81 table B.3 leaves one value to each."""
    stream = bytearray(codestream(name))
    whole = decoded(bytes(stream), chest12(), syntax, 12)
    stream[stream.index(b"\xff\xda\0\x08\x01") + 8] = end
    assert np.array_equal(decoded(bytes(stream), chest12(), syntax, 12), whole)


@pytest.mark.parametrize("stored", [8, 12])
def test_eight_bits_are_read_where_sixteen_are_allocated(stored: int, decoders: str) -> None:
    """PS3.5 8.2.1: the codestream, not the header, tells the width of what comes out of it."""
    eight = (chest12() >> 4).astype(np.uint8)
    allocated = eight.astype(np.uint16)
    streams: dict[str, bytes | bytearray] = {
        uid.JPEGLosslessSV1: lossless_jpeg.encode(eight, 8),
        uid.JPEGLSLossless: by_charls(eight, 8),
        uid.JPEG2000Lossless: imagecodecs.jpeg2k_encode(eight, reversible=True, level=0),
        uid.HTJ2KLossless: imagecodecs.htj2k_encode(eight, reversible=True),
    }
    for syntax, stream in streams.items():
        assert np.array_equal(decoded(stream, allocated, syntax, stored), eight)
    lossy = coded(Image.fromarray(eight), "JPEG", quality=98)
    assert np.abs(decoded(lossy, allocated, uid.JPEGBaseline8Bit, stored).astype(int) - eight).max() < 8


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2", "RGB"])
@pytest.mark.parametrize("signed", [0, 1])
def test_damaged_run_lengths_give_pixels_from_black_to_white_or_a_message(photometric: str, signed: int) -> None:
    picture = chest12()
    if photometric == "RGB":
        picture = np.dstack([(picture >> 4).astype(np.uint8)] * 3)
    whole, chance = compressed(picture, uid.RLELossless, 8 * picture.itemsize), np.random.default_rng(0)
    sign = whole.index(b"\x28\0\x03\x01US\x02\0") + 8
    segments = whole.index(b"\xe0\x7f\x10\0OB") + 20
    for place in chance.integers(segments, len(whole) - 8, 60):
        damaged = bytearray(whole)
        damaged[sign], damaged[place] = signed, damaged[place] ^ int(chance.integers(1, 256))
        try:
            pixels = radiograph.read(bytes(damaged)).pixels
        except UnreadableRadiograph:
            continue
        assert np.isfinite(pixels).all()
        assert 0 <= pixels.min() <= pixels.max() <= 1


GREY = (chest12() >> 4).astype(np.uint8)
COLOURS = np.dstack([GREY] * 3)


def without_markers(stream: bytes) -> bytes:
    """Return a JPEG file's codestream less its first segment, the JFIF or the Adobe marker."""
    assert stream[2:4] in (b"\xff\xe0", b"\xff\xee")
    return stream[:2] + stream[4 + int.from_bytes(stream[4:6], "big") :]


def with_adobe(stream: bytes, transform: int) -> bytes:
    return stream[:2] + b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0" + bytes([transform]) + stream[2:]


def as_jpeg(colours: np.ndarray, **options: Any) -> bytes:
    return coded(Image.fromarray(colours), "JPEG", quality=98, **options)


def numbered(stream: bytes) -> bytes:
    """Return a codestream of RGB with 1, 2, 3 for its components in place of their letters."""
    return stream.replace(b"R\x11\0G\x11\0B\x11\0", b"\1\x11\0\2\x11\0\3\x11\0").replace(
        b"\x03R\0G\0B\0", b"\x03\1\0\2\0\3\0"
    )


YBR = without_markers(as_jpeg(COLOURS, subsampling=0))
RGB = numbered(without_markers(as_jpeg(COLOURS, subsampling=0, keep_rgb=True)))
CODED: dict[str, bytes] = {
    "YCbCr, no marker": YBR,
    "YCbCr, no marker, fewer colours": without_markers(as_jpeg(COLOURS, subsampling=2)),
    "YCbCr by Adobe": with_adobe(YBR, 1),
    "YCbCr by JFIF": as_jpeg(COLOURS),
    "RGB, no marker": RGB,
    "RGB by Adobe": with_adobe(RGB, 0),
    "RGB by letters": without_markers(as_jpeg(COLOURS, subsampling=0, keep_rgb=True)),
}


@pytest.mark.parametrize("stream", CODED.values(), ids=CODED)
def test_a_grey_jpeg_of_colours_keeps_its_contrast_where_the_header_says_rgb(stream: bytes) -> None:
    scan = radiograph.read(encapsulated([stream], COLOURS, uid.JPEGBaseline8Bit, 8))
    assert scan.pixels == pytest.approx(GREY / 255, abs=4 / 255)


@pytest.mark.parametrize("name", [name for name in CODED if name != "RGB, no marker"])
def test_a_jpegs_own_markers_count_where_the_header_says_ycbcr(name: str) -> None:
    data = encapsulated([CODED[name]], COLOURS, uid.JPEGBaseline8Bit, 8, PhotometricInterpretation="YBR_FULL_422")
    assert radiograph.read(data).pixels == pytest.approx(GREY / 255, abs=4 / 255)


def test_colours_without_a_marker_stay_what_the_header_says() -> None:
    colours = np.dstack([GREY, GREY // 2, 255 - GREY // 3])
    stream = numbered(without_markers(as_jpeg(colours, subsampling=0, keep_rgb=True)))
    scan = radiograph.read(encapsulated([stream], colours, uid.JPEGBaseline8Bit, 8))
    assert scan.pixels == pytest.approx(colours @ [0.299, 0.587, 0.114] / 255, abs=6 / 255)


def by_charls_in_colour(colours: np.ndarray, interleave: int) -> bytes:
    rows, columns, _ = colours.shape
    shape: dict[str, Any] = {"rows": rows, "columns": columns, "samples_per_pixel": 3, "bits_stored": 8}
    return bytes(jpeg_ls.encode_pixel_data(colours.tobytes(), lossy_error=0, interleave_mode=interleave, **shape))


def lossless_colours(colours: np.ndarray) -> dict[str, tuple[str, bytes | bytearray, str]]:
    turbo = [imagecodecs.jpeg8_encode(colours, lossless=True, predictor=predictor) for predictor in (1, 6)]
    openjpeg = [imagecodecs.jpeg2k_encode(colours, reversible=True, level=0, mct=mct) for mct in (False, True)]
    return {
        "JPEG, first predictor": (uid.JPEGLosslessSV1, turbo[0], "RGB"),
        "JPEG, sixth predictor": (uid.JPEGLossless, turbo[1], "RGB"),
        "JPEG-LS, by line": (uid.JPEGLSLossless, by_charls_in_colour(colours, 1), "RGB"),
        "JPEG-LS, by pixel": (uid.JPEGLSLossless, by_charls_in_colour(colours, 2), "RGB"),
        "JPEG 2000": (uid.JPEG2000Lossless, openjpeg[0], "RGB"),
        "JPEG 2000, transformed": (uid.JPEG2000Lossless, openjpeg[1], "YBR_RCT"),
    }


@pytest.mark.parametrize("name", lossless_colours(COLOURS))
def test_colours_that_lose_nothing_are_exact(name: str) -> None:
    colours = np.random.default_rng(3).integers(0, 256, (40, 44, 3)).astype(np.uint8)
    syntax, stream, photometric = lossless_colours(colours)[name]
    data = encapsulated([bytes(stream)], colours, syntax, 8, PhotometricInterpretation=photometric)
    assert np.array_equal(radiograph.read(data).pixels, radiograph.read(dicom(colours)).pixels)


def test_a_run_length_decoder_that_panics_says_so_in_the_message_alone(capfd: pytest.CaptureFixture[str]) -> None:
    whole = compressed(chest12(), uid.RLELossless)
    segments = whole.index(b"\xe0\x7f\x10\0OB") + 20 + 8 + 64
    damaged = whole[:segments] + b"\x81" * (len(whole) - segments - 8) + whole[-8:]
    assert "is a DICOM file that is damaged or cut off (its decoder: " in refusal(damaged, "scan.dcm")
    assert capfd.readouterr() == ("", "")


def damaged_streams(name: str) -> list[bytes]:
    """Return a stored codestream with two bytes changed, at twenty places after its headers."""
    stream, chance = codestream(name), np.random.default_rng(1)
    damaged = []
    for place in chance.integers(400, len(stream) - 4, 20):
        changed = bytes(byte ^ 0x55 for byte in stream[place : place + 2])
        damaged.append(stream[:place] + changed + stream[place + 2 :])
    return damaged


def is_read(stream: bytes, syntax: str) -> bool:
    try:
        radiograph.read(encapsulated([stream], chest12(), syntax))
    except UnreadableRadiograph:
        return False
    return True


def test_damaged_jpeg_ls_is_refused_and_not_filled_up_by_a_laxer_decoder() -> None:
    assert not any(is_read(stream, uid.JPEGLSLossless) for stream in damaged_streams("jpeg_ls_lossless"))


def test_damaged_htj2k_is_refused_wherever_openjpeg_finds_the_damage() -> None:
    """OpenJPH's binding passes over errors and gives pixels that were never decoded."""
    found = []
    for stream in damaged_streams("htj2k_lossless"):
        try:
            openjpeg.decode(stream)
        except RuntimeError:
            found.append(stream)
    assert found
    assert not any(is_read(stream, uid.HTJ2KLossless) for stream in found)
