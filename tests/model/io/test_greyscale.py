from collections.abc import Callable

import numpy as np
import pytest
from pydicom import Dataset
from pydicom.pixels import apply_modality_lut, apply_voi_lut

from model.io.greyscale import (
    LookUpTable,
    Window,
    exact_linear,
    full_range,
    is_valid_window,
    rescaled,
    stored_values,
    true_depth,
    windowed,
)

GREYS = np.arange(-3000, 3000, dtype=np.int16).reshape(60, 100)


def windowing(centre: float, width: float, function: str) -> Dataset:
    """Return the attributes by which pydicom windows signed 13-bit greys."""
    made = Dataset()
    made.PhotometricInterpretation, made.BitsStored, made.PixelRepresentation = "MONOCHROME2", 13, 1
    made.WindowCenter, made.WindowWidth, made.VOILUTFunction = centre, width, function
    return made


@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
@pytest.mark.parametrize(("centre", "width"), [(0, 4000), (-700.5, 333), (1500, 1), (2999, 2), (40, 12_000)])
def test_a_window_is_pydicoms(function: str, centre: float, width: float) -> None:
    least, most = -(2**12), 2**12 - 1
    with np.errstate(over="ignore"):
        theirs = (apply_voi_lut(GREYS, windowing(centre, width, function)) - least) / (most - least)
    ours = windowed(GREYS, centre, width, function)
    assert ours.dtype == np.float32
    assert np.abs(ours - theirs).max() < 2e-6


def test_a_window_of_the_standards_own_example() -> None:
    """PS3.3 C.11.2.1.2.1: centre 2048, width 4096 shows 0 as the least and 4095 as the greatest."""
    shown = windowed(np.array([0, 1, 2048, 4094, 4095]), 2048, 4096)
    assert shown == pytest.approx([0, 1 / 4095, 2048 / 4095, 4094 / 4095, 1], abs=1e-6)


@pytest.mark.parametrize(
    ("centre", "width", "function", "allowed"),
    [
        (0, 1, "LINEAR", True),
        (0, 0.5, "LINEAR", False),
        (0, 0.5, "LINEAR_EXACT", True),
        (0, 0, "SIGMOID", False),
        (0, -10, "LINEAR", False),
        (float("nan"), 10, "LINEAR", False),
        (0, float("inf"), "LINEAR", False),
    ],
)
def test_only_the_standards_windows_are_windows(centre: float, width: float, function: str, allowed: bool) -> None:
    assert is_valid_window(centre, width, function) is allowed


@pytest.mark.parametrize("first", [-100, 0, 250])
@pytest.mark.parametrize(
    ("sequence", "apply", "bits"), [("Modality", apply_modality_lut, 16), ("VOI", apply_voi_lut, 10)]
)
def test_a_look_up_table_is_pydicoms(
    first: int, sequence: str, apply: Callable[[np.ndarray, Dataset], np.ndarray], bits: int
) -> None:
    table = np.linspace(0, 2**bits - 1, 400).astype(np.uint16)[::-1].copy()
    item, made = Dataset(), Dataset()
    item.add_new("LUTDescriptor", "SS", [len(table), first, bits])
    item.add_new("LUTData", "US", table.tolist())
    setattr(made, f"{sequence}LUTSequence", [item])
    greys = np.clip(GREYS, first - 50, first + 1000)
    theirs = apply(greys, made)
    look_up = LookUpTable(table, first, bits)
    assert np.array_equal(look_up(greys), theirs)
    assert look_up.normalised(greys) == pytest.approx(theirs / np.float32(2**bits - 1), abs=1e-6)


def test_a_table_takes_broken_greys_and_stays_on_its_scale() -> None:
    look_up = LookUpTable(np.array([0, 128, 1023], np.uint16), 0, 8)
    assert look_up(np.array([0.4, 0.6, 1e9, -1e9])).tolist() == [0, 128, 1023, 0]
    assert look_up.normalised(np.array([0, 1, 2])) == pytest.approx([0, 128 / 1023, 1])


@pytest.mark.parametrize(
    ("stated", "greatest", "bits"),
    [
        (16, 4095, 12),
        (16, 4096, 14),
        (16, 255, 8),
        (16, 40_000, 16),
        (12, 4095, 12),
        (12, 2500, 12),
        (11, 2000, 11),
        (12, 1023, 10),
        (8, 255, 8),
        (8, 90, 8),
        (8, 4095, 12),
        (10, 65_535, 16),
        (6, 40, 6),
    ],
)
def test_the_depth_of_greys_is_the_least_that_holds_them_where_the_stated_one_does_not(
    stated: int, greatest: int, bits: int
) -> None:
    assert true_depth(stated, greatest) == bits


def test_bits_above_those_stored_do_not_count_unless_the_greys_go_on_in_them() -> None:
    ramp = np.tile(np.arange(0, 16_384, 32, dtype=np.uint16), (4, 1))
    for shallow in (10, 12):
        assert np.array_equal(stored_values(ramp, shallow), ramp)
    assert np.array_equal(stored_values(ramp >> 2, 12), ramp >> 2)
    for flags in (0x8000, 0xF000, (np.arange(512) % 2 << 15).astype(np.uint16)):
        assert np.array_equal(stored_values(ramp >> 2 | flags, 12), ramp >> 2)
    signed = (ramp >> 2).astype(np.int16) - 2048
    assert np.array_equal(stored_values(signed & 0x0FFF, 12), signed)
    assert np.array_equal(stored_values(signed, 12), signed)
    assert np.array_equal(stored_values(signed, 10), signed)


@pytest.mark.parametrize(
    ("kind", "slope", "intercept", "expected"),
    [
        (np.uint16, 1, 0, np.uint16),
        (np.uint16, 1, -1024, np.int16),
        (np.uint16, 2, 1000, np.uint16),
        (np.uint16, -20, 0, np.int32),
        (np.uint16, 0.25, 3, np.float32),
        (np.int16, 1e9, 0, np.float32),
    ],
)
def test_a_rescale_loses_nothing(kind: type, slope: float, intercept: float, expected: type) -> None:
    stored: np.ndarray = np.arange(4096).astype(kind)
    values = rescaled(stored, slope, intercept)
    assert values.dtype == expected
    assert values == pytest.approx(stored.astype(float) * slope + intercept, rel=1e-6)


def test_the_full_range_is_the_valid_values() -> None:
    values = np.array([[0, 10, 20], [30, 9999, -5]])
    valid = np.array([[True, True, True], [True, False, False]])
    assert full_range(values, valid) == pytest.approx(np.array([[0, 1 / 3, 2 / 3], [1, 1, 0]]), abs=1e-6)
    assert full_range(np.full((2, 2), 7)).tolist() == [[0, 0], [0, 0]]
    assert full_range(values, np.zeros_like(valid)).max() == 0


@pytest.mark.parametrize(
    ("centre", "width"), [(1000, 4000), (1000, 5), (1000, 2), (1000, 1), (1000.5, 1), (7.3, 1.5)]
)
@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT"])
def test_the_exact_form_of_a_window_shows_the_same(centre: float, width: float, function: str) -> None:
    exact = exact_linear(Window("", centre, width), function)
    assert exact.width > 0
    shown = windowed(GREYS, exact.centre, exact.width, "LINEAR_EXACT")
    assert shown == pytest.approx(windowed(GREYS, centre, width, function), abs=1e-4)
