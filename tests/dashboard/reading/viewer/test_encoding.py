"""What is sent to the viewer: every pixel at its depth, in no more bytes than needed."""

import json
import struct
from typing import Any

import numpy as np
import pytest

from dashboard.reading.viewer.colour_maps import COLOUR_MAPS
from dashboard.reading.viewer.encoding import LONGEST_SIDE, MAP_SIDE, pack
from dashboard.reading.viewer_arguments import ViewerArguments
from dashboard.shared.images import shrink
from model.io.greyscale import Window
from model.network import gradcam
from tests.pictures import chest

GENERATOR = np.random.default_rng(5)
HEAT = GENERATOR.random((7, 7), np.float32)


def packed(*args: Any, **options: Any) -> bytes:
    """Return the bytes of the ``ViewerArguments`` given."""
    return pack(ViewerArguments(*args, **options))


def unpacked(sent: bytes) -> tuple[dict[str, Any], np.ndarray, np.ndarray, np.ndarray]:
    """Header, codes, heat map and colour tables, read as the browser reads them."""
    (length,) = struct.unpack_from("<I", sent)
    header = json.loads(sent[4 : 4 + length], parse_constant=pytest.fail)
    body = np.frombuffer(sent, np.uint8, offset=4 + length)
    shape, side = (header["height"], header["width"]), header["map_side"]
    ends = np.cumsum([header["bytes"] * shape[0] * shape[1], side**2])
    codes, heat, tables = np.split(body, ends)
    kind = {1: "u1", 2: "<u2"}[header["bytes"]]
    return header, codes.view(kind).reshape(shape), heat.reshape(side, side), tables.reshape(-1, 256, 3)


def test_every_16_bit_value_comes_back() -> None:
    codes = GENERATOR.permutation(65536).astype(np.uint16).reshape(128, 512)
    header, back, _, _ = unpacked(packed(codes / np.float32(65535), HEAT, "all values"))
    assert back.dtype == np.uint16
    np.testing.assert_array_equal(back, codes)
    assert (header["low"], header["high"], header["bits"], header["description"]) == (0, 65535, 16, "all values")


@pytest.mark.parametrize("bits", [1, 8])
def test_up_to_8_bit_cost_one_byte_a_pixel(bits: int) -> None:
    top = 2**bits - 1
    codes = GENERATOR.integers(0, top + 1, (100, 90))
    sent = packed(codes.astype(np.float32) / np.float32(top), HEAT, "", bits=bits)
    header, back, _, _ = unpacked(sent)
    assert header["high"] == top
    np.testing.assert_array_equal(back, codes * (255 // top))
    assert len(sent) < codes.size + MAP_SIDE**2 + 3 * 768 + 2000


def test_12_bit_values_come_back() -> None:
    codes = np.arange(4096).reshape(64, 64)
    header, back, _, _ = unpacked(packed(codes.astype(np.float32) / np.float32(4095), HEAT, "", bits=12))
    np.testing.assert_array_equal(np.rint(back / 65535 * header["high"]), codes)


def test_a_large_picture_is_averaged_over_areas() -> None:
    pixels = np.kron(GENERATOR.random((325, 260), np.float32), np.ones((16, 12), np.float32))
    small = shrink(pixels, LONGEST_SIDE)
    assert small.shape == (LONGEST_SIDE, 1560)
    np.testing.assert_allclose(small, pixels.reshape(2600, 2, 1560, 2).mean((1, 3)), atol=1e-6)
    header, codes, _, _ = unpacked(packed(pixels, HEAT, ""))
    assert codes.shape == small.shape
    assert (header["own_width"], header["own_height"]) == (3120, 5200)


def test_the_heat_map_and_its_colours_are_those_of_the_model() -> None:
    _, _, heat, tables = unpacked(packed(np.zeros((40, 40), np.float32), HEAT, ""))
    overlay = gradcam.colour_heat(gradcam.drawn_heat(HEAT, MAP_SIDE, MAP_SIDE))
    np.testing.assert_array_equal(heat, overlay[..., 3])
    np.testing.assert_array_equal(tables[0][heat], overlay[..., :3])
    np.testing.assert_array_equal(tables, list(COLOUR_MAPS.values()))


def test_outlines_are_sent_in_shares_of_the_sides() -> None:
    line = np.array([[0.25, 0.5], [0.75, 0.5], [0.333333, 1.0]], np.float32)
    header, *_ = unpacked(packed(np.zeros((40, 40), np.float32), HEAT, "", outlines=[line]))
    assert np.allclose(header["outlines"], [line], atol=1e-4)


def test_map_that_shows_nothing_is_said_to() -> None:
    faint, *_ = unpacked(packed(np.zeros((40, 40), np.float32), 0.1 * HEAT, ""))
    clear, *_ = unpacked(packed(np.zeros((40, 40), np.float32), HEAT, ""))
    assert (faint["cold"], clear["cold"]) == (True, False)


def test_without_a_heat_map_none_is_sent() -> None:
    header, _, heat, _ = unpacked(packed(chest(64, 64) / np.float32(255), None, "alone"))
    assert (header["mapped"], header["overlay"]) == (False, False)
    assert not heat.any()
    with_one, *_ = unpacked(packed(chest(64, 64) / np.float32(255), HEAT, "both"))
    assert (with_one["mapped"], with_one["overlay"]) == (True, True)


@pytest.mark.parametrize("value", [0.0, 0.3, 1.0])
def test_a_picture_of_one_grey_has_windows_all_the_same(value: float) -> None:
    header, *_ = unpacked(packed(np.full((50, 50), value, np.float32), HEAT, ""))
    assert all(width > 0 for _, _, width in header["presets"])
    assert header["reach"] > 0


def test_a_window_without_width_is_refused() -> None:
    with pytest.raises(ValueError, match=r"positive width of the window 'Lung'"):
        packed(np.zeros((2, 2), np.float32), HEAT, presets=[Window("Lung", 1, 0)])


@pytest.mark.parametrize(("aspect", "size"), [(1.0, (90, 60)), (2.0, (90, 120)), (0.5, (180, 60))])
def test_the_viewer_gets_square_pixels_and_the_files_own_size(aspect: float, size: tuple[int, int]) -> None:
    header, codes, _, _ = unpacked(packed(np.ones((60, 90), np.float32), HEAT, pixel_aspect=aspect))
    assert (header["width"], header["height"]) == size == codes.shape[::-1]
    assert (header["own_width"], header["own_height"]) == (90, 60)
