"""Lung fields: outlines, the evidence within, and what a chest cannot look like."""

import numpy as np
import pytest

from model.network import lungs

SIZE = 112


def two_lungs() -> np.ndarray:
    """Two fields of lung that are narrower above."""
    field = np.full((SIZE, SIZE), 0.02, np.float32)
    for row in range(20, 90):
        half = 8 + (row - 20) // 7
        for centre in (34, 78):
            field[row, centre - half : centre + half] = 0.98
    return field


def test_each_lung_has_an_outline_in_shares_of_the_sides() -> None:
    left, right = sorted(lungs.outlines(two_lungs()), key=lambda line: line[:, 0].mean())
    assert left[:, 0].max() < 0.5 < right[:, 0].min()
    assert left[:, 1].min() == pytest.approx(20 / SIZE, abs=0.01)
    assert left[:, 1].max() == pytest.approx(90 / SIZE, abs=0.01)


def test_speck_has_no_outline() -> None:
    field = np.zeros((SIZE, SIZE), np.float32)
    field[50:54, 50:54] = 1
    assert lungs.outlines(field) == []


def test_share_inside() -> None:
    inside = two_lungs() >= lungs.INSIDE
    heat = np.zeros((SIZE, SIZE))
    heat[60, 34], heat[5, 5] = 3, 1
    assert lungs.share_inside(heat, inside) == pytest.approx(0.75)


def test_share_inside_of_a_cold_map_is_unknown() -> None:
    assert np.isnan(lungs.share_inside(np.zeros((7, 7)), two_lungs() >= lungs.INSIDE))


def test_what_touches_the_pleura_is_inside() -> None:
    inside = np.zeros((224, 224), bool)
    inside[50:150, 50:150] = True
    wide = lungs.widened(inside)
    assert wide[46, 100] and not wide[45, 100]


def test_shape_upside_down_tapers_the_other_way() -> None:
    assert lungs.shape(two_lungs())["taper"] < 0.5 < lungs.shape(two_lungs()[::-1])["taper"]


def test_shape_of_no_lungs_is_zero() -> None:
    assert set(lungs.shape(np.zeros((9, 9), np.float32)).values()) == {0.0}


@pytest.mark.parametrize("turned", [np.flipud, np.zeros_like])
def test_what_is_outside_the_limits_is_implausible(turned: type) -> None:
    usual = lungs.shape(two_lungs())
    limits = {name: [value - 0.05, value + 0.05] for name, value in usual.items()}
    assert lungs.plausible(two_lungs(), limits)
    assert not lungs.plausible(turned(two_lungs()), limits)
