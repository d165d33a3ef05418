import numpy as np
import pytest

from dashboard.reading.viewer.windows import AUTO, histogram, quantiles, window_choices
from dashboard.reading.viewer_arguments import FULL, ValueScale
from dashboard.shared.images import to_codes
from model.io.greyscale import Window
from tests.pictures import chest

GENERATOR = np.random.default_rng(5)
PLAIN = ValueScale(0, 65535, "")


def ends(window: Window) -> tuple[float, float]:
    return window.centre - window.width / 2, window.centre + window.width / 2


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
    codes = to_codes(chest(300, 280) / np.float32(255), 16)
    found = {window.name: window for window in window_choices(histogram(codes), PLAIN)}
    assert list(found) == [FULL, AUTO, "Lung", "Soft tissue", "Bone"]
    assert ends(found[FULL]) == (codes.min(), codes.max())
    assert ends(found[AUTO]) == tuple(np.quantile(codes, [0.01, 0.99], method="inverted_cdf"))
    assert found["Lung"].centre < found["Soft tissue"].centre < found["Bone"].centre
    assert found["Lung"].width < found[AUTO].width


def test_a_black_border_does_not_move_the_anatomys_windows() -> None:
    codes = np.clip(to_codes(chest(300, 280) / np.float32(255), 16), 1, 65534)
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


def test_the_opening_window_comes_first_and_once() -> None:
    counts = np.bincount([3, 9], minlength=256)
    scale = ValueScale(0, 255, "")
    as_read, full = Window("As read", 127.5, 255), Window(FULL, 6.5, 7)
    assert [one.name for one in window_choices(counts, scale, (), as_read)][:3] == ["As read", FULL, AUTO]
    assert [one.name for one in window_choices(counts, scale, (), full)][:2] == [FULL, AUTO]
    assert window_choices(counts, scale, (), full)[0] == full


def test_the_windows_of_a_negative_are_those_of_its_positive() -> None:
    codes = to_codes(chest(300, 280) / np.float32(255), 16)
    positive = window_choices(histogram(codes), PLAIN)
    negative = window_choices(histogram(65535 - codes), PLAIN, negative=True)
    for one, other in zip(positive, negative, strict=True):
        assert one.name == other.name
        assert sum(ends(one)) + sum(ends(other)) == pytest.approx(2 * 65535, abs=400)
        assert one.width == pytest.approx(other.width, abs=400)
