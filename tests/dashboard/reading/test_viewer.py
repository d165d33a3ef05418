"""What is sent to the viewer: every pixel at its depth, in no more bytes than needed, and its windows."""

import json
import struct
from typing import Any

import cv2
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.reading.viewer import FOLDER, PARTS
from dashboard.reading.viewer.colour_maps import COLOUR_MAPS
from dashboard.reading.viewer.encoding import LONGEST_SIDE, MAP_SIDE, encode, pack
from dashboard.reading.viewer.windows import AUTO, FULL, ValueScale, histogram, quantiles, window_choices
from dashboard.shared.images import shrink
from model.io.greyscale import Window
from model.network import gradcam
from tests.pictures import chest

GENERATOR = np.random.default_rng(5)
HEAT = GENERATOR.random((7, 7), np.float32)
PLAIN = ValueScale(0, 65535, "")


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
    header, back, _, _ = unpacked(pack(codes / np.float32(65535), HEAT, "all values"))
    assert back.dtype == np.uint16
    np.testing.assert_array_equal(back, codes)
    assert (header["low"], header["high"], header["bits"], header["description"]) == (0, 65535, 16, "all values")


@pytest.mark.parametrize("bits", [1, 8])
def test_up_to_8_bit_cost_one_byte_a_pixel(bits: int) -> None:
    top = 2**bits - 1
    codes = GENERATOR.integers(0, top + 1, (100, 90))
    sent = pack(codes.astype(np.float32) / np.float32(top), HEAT, "", bits=bits)
    header, back, _, _ = unpacked(sent)
    assert header["high"] == top
    np.testing.assert_array_equal(back, codes * (255 // top))
    assert len(sent) < codes.size + MAP_SIDE**2 + 3 * 768 + 2000


def test_12_bit_values_come_back() -> None:
    codes = np.arange(4096).reshape(64, 64)
    header, back, _, _ = unpacked(pack(codes.astype(np.float32) / np.float32(4095), HEAT, "", bits=12))
    np.testing.assert_array_equal(np.rint(back / 65535 * header["high"]), codes)


def test_a_large_picture_is_averaged_over_areas() -> None:
    pixels = np.kron(GENERATOR.random((325, 260), np.float32), np.ones((16, 12), np.float32))
    small = shrink(pixels, LONGEST_SIDE)
    assert small.shape == (LONGEST_SIDE, 1560)
    np.testing.assert_allclose(small, pixels.reshape(2600, 2, 1560, 2).mean((1, 3)), atol=1e-6)
    header, codes, _, _ = unpacked(pack(pixels, HEAT, ""))
    assert codes.shape == small.shape
    assert (header["own_width"], header["own_height"]) == (3120, 5200)


def test_the_heat_map_and_its_colours_are_those_of_the_model() -> None:
    _, _, heat, tables = unpacked(pack(np.zeros((40, 40), np.float32), HEAT, ""))
    overlay = gradcam.colours(gradcam.enlarge(HEAT, MAP_SIDE, MAP_SIDE))
    np.testing.assert_array_equal(heat, overlay[..., 3])
    np.testing.assert_array_equal(tables[0][heat], overlay[..., :3])
    np.testing.assert_array_equal(tables, list(COLOUR_MAPS.values()))


@pytest.mark.parametrize("name", ["inferno", "viridis", "cividis"])
def test_colours_grow_lighter_in_even_steps(name: str) -> None:
    table = COLOUR_MAPS[name]
    lightness = cv2.cvtColor((table[None] / 255).astype(np.float32), cv2.COLOR_RGB2LAB)[0, :, 0]
    steps = np.diff(cv2.blur(lightness[:, None], (1, 15))[8:-8, 0])
    assert steps.min() > 0
    assert steps.max() < 2.2 * np.median(steps)


def test_quantiles_are_numpys() -> None:
    codes = GENERATOR.integers(0, 60_000, 5001).astype(np.uint16)[:, None]
    shares = [0, 0.01, 0.37, 0.5, 0.99, 1]
    expected = np.quantile(codes, shares, method="inverted_cdf")
    assert quantiles(histogram(codes), shares) == expected.tolist()


def test_the_histogram_counts_every_pixel() -> None:
    for kind in (np.uint8, np.uint16):
        codes = GENERATOR.integers(0, np.iinfo(kind).max + 1, (70, 80)).astype(kind)
        expected = np.bincount(codes.ravel(), minlength=np.iinfo(kind).max + 1)
        np.testing.assert_array_equal(histogram(codes), expected)


def test_windows_are_taken_from_the_histogram() -> None:
    codes = encode(chest(300, 280) / np.float32(255), 16)
    found = {window.name: window for window in window_choices(histogram(codes), PLAIN)}
    assert list(found) == [FULL, AUTO, "Lung", "Soft tissue", "Bone"]
    assert ends(found[FULL]) == (codes.min(), codes.max())
    assert ends(found[AUTO]) == tuple(np.quantile(codes, [0.01, 0.99], method="inverted_cdf"))
    assert found["Lung"].centre < found["Soft tissue"].centre < found["Bone"].centre
    assert found["Lung"].width < found[AUTO].width


def ends(window: Window) -> tuple[float, float]:
    return window.centre - window.width / 2, window.centre + window.width / 2


def test_a_black_border_does_not_move_the_anatomys_windows() -> None:
    codes = np.clip(encode(chest(300, 280) / np.float32(255), 16), 1, 65534)
    bordered = np.pad(codes, 100)
    without, with_border = (window_choices(histogram(one), PLAIN)[2:] for one in (codes, bordered))
    assert without == with_border


def test_windows_are_in_units_of_the_shown_values() -> None:
    counts = np.bincount([0, 51, 102], minlength=256)
    full = window_choices(counts, ValueScale(-1000, 1550, "HU"))[0]
    assert full == (FULL, -490, 1020)


def test_windows_of_the_file_come_first_and_stand_in_for_the_guessed_ones() -> None:
    counts = np.bincount([3, 9], minlength=256)
    found = window_choices(counts, ValueScale(0, 255, ""), [Window("Recorded", 40, 400)])
    assert [window.name for window in found] == ["Recorded", FULL, AUTO]
    assert found[0] == ("Recorded", 40, 400)


def test_the_windows_of_a_negative_are_those_of_its_positive() -> None:
    codes = encode(chest(300, 280) / np.float32(255), 16)
    positive = window_choices(histogram(codes), PLAIN)
    negative = window_choices(histogram(65535 - codes), PLAIN, negative=True)
    for one, other in zip(positive, negative, strict=True):
        assert one.name == other.name
        assert sum(ends(one)) + sum(ends(other)) == pytest.approx(2 * 65535, abs=400)
        assert one.width == pytest.approx(other.width, abs=400)


def test_without_a_heat_map_none_is_sent() -> None:
    header, _, heat, _ = unpacked(pack(chest(64, 64) / np.float32(255), None, "alone"))
    assert (header["mapped"], header["overlay"]) == (False, False)
    assert not heat.any()
    with_one, *_ = unpacked(pack(chest(64, 64) / np.float32(255), HEAT, "both"))
    assert (with_one["mapped"], with_one["overlay"]) == (True, True)


@pytest.mark.parametrize("value", [0.0, 0.3, 1.0])
def test_a_picture_of_one_grey_has_windows_all_the_same(value: float) -> None:
    header, *_ = unpacked(pack(np.full((50, 50), value, np.float32), HEAT, ""))
    assert all(width > 0 for _, _, width in header["presets"])
    assert header["reach"] > 0


@pytest.mark.parametrize(
    ("pixels", "options", "message"),
    [
        (np.zeros((2, 2, 3), np.float32), {}, r"shape \(height, width\); received \(2, 2, 3\)"),
        (np.array([[0, 1.5]], np.float32), {}, r"from 0 to 1; received 0 to 1\.5"),
        (np.array([[0, np.nan]], np.float32), {}, r"from 0 to 1; received nan to nan"),
        (np.zeros((2, 2), np.float32), {"bits": 32}, r"1 to 16 bits a pixel; received 32"),
        (np.zeros((2, 2), np.float32), {"values": (5, 5, "")}, r"values that ascend; received 5 to 5"),
        (np.zeros((2, 2), np.float32), {"presets": [Window("Lung", 1, 0)]}, r"positive width of the window 'Lung'"),
    ],
)
def test_what_cannot_be_shown_is_refused(pixels: np.ndarray, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        pack(pixels, HEAT, "", **options)


def test_the_browser_is_handed_the_package_as_it_is() -> None:
    app = AppTest.from_function(_page, default_timeout=60).run()
    assert not app.exception
    (component,) = app.get("bidi_component")
    pixels = np.linspace(0, 1, 3000, dtype=np.float32).reshape(50, 60)
    assert component.proto.bytes == pack(pixels, np.zeros((7, 7), np.float32), "shown", marker="PA")


def _page() -> None:
    import numpy as np

    from dashboard.reading.viewer import viewer

    pixels = np.linspace(0, 1, 3000, dtype=np.float32).reshape(50, 60)
    viewer(pixels, np.zeros((7, 7), np.float32), "shown", "viewer", marker="PA")


def test_every_part_of_the_script_is_joined() -> None:
    assert sorted(PARTS) == sorted(file.name for file in FOLDER.glob("*.js"))
