import numpy as np
import pytest

from dashboard.shared.images import OPACITY, OUTLINE, outline_lungs, overlay_heat_map, shrink, to_uint8


def test_grey_is_rounded_and_cut() -> None:
    assert to_uint8(np.array([[-0.1, 0.0, 0.5, 1.0, 1.1]], np.float32)).tolist() == [[0, 0, 128, 255, 255]]


def test_a_cold_map_leaves_the_radiograph_as_it_is() -> None:
    pixels = np.linspace(0, 1, 64, dtype=np.float32).reshape(8, 8)
    drawn = overlay_heat_map(pixels, np.zeros((7, 7), np.float32))
    assert (drawn == to_uint8(pixels)[..., None]).all()


def test_where_it_is_hottest_the_map_covers_as_much_as_it_may() -> None:
    drawn = overlay_heat_map(np.zeros((9, 9), np.float32), np.ones((3, 3), np.float32))
    # The brightest colour of the scale, inferno, is (252, 255, 164).
    assert np.abs(drawn[4, 4].astype(int) - np.rint(OPACITY * np.array([252, 255, 164]))).max() <= 1


def test_a_picture_is_shrunk_and_never_enlarged() -> None:
    pixels = np.ones((400, 200), np.float32)
    assert shrink(pixels, 100).shape == (100, 50)
    assert shrink(pixels, 1000) is pixels
    assert shrink(np.ones((3000, 1), np.float32), 100).shape == (100, 1)


@pytest.mark.parametrize(
    ("aspect", "longest_side", "shape"),
    [
        (2, 1000, (400, 100)),
        (0.5, 1000, (200, 200)),
        (2, 200, (200, 50)),
        (0.5, 100, (100, 100)),
        (1, 50, (50, 25)),
    ],
)
def test_pixels_that_are_not_square_are_made_so(aspect: float, longest_side: int, shape: tuple[int, int]) -> None:
    assert shrink(np.ones((200, 100), np.float32), longest_side, aspect).shape == shape


def test_square_pixels_keep_a_circle_round() -> None:
    y, x = np.mgrid[-50:50, -100:100]
    flat = np.hypot(2 * y, x) < 60
    drawn = shrink(flat.astype(np.float32), 1000, 2.0) > 0.5
    assert np.ptp(np.flatnonzero(drawn.any(0))) == pytest.approx(np.ptp(np.flatnonzero(drawn.any(1))), abs=2)


def test_lungs_are_outlined_and_nothing_else_changes() -> None:
    field = np.zeros((56, 56), np.float32)
    field[14:42, 7:21] = 1
    drawn = outline_lungs(np.zeros((1400, 1400, 3), np.uint8), field)
    painted = drawn.max(axis=2) > 0
    assert tuple(drawn.reshape(-1, 3).max(axis=0)) == OUTLINE
    assert painted[340:360, 350].any(), "the upper edge lies at a quarter of the height"
    assert painted.mean() < 0.01, "a thin line"
    assert not painted[400:1000, 225:475].any()


def test_without_lungs_nothing_is_drawn() -> None:
    assert not outline_lungs(np.zeros((60, 60, 3), np.uint8), np.zeros((8, 8), np.float32)).any()
