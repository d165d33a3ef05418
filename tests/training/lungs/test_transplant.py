"""Lungs in other bodies."""

import numpy as np
import pytest

from training.lungs import masks, transplant

SIZE = 64


def patient(lungs: int, body: int, box: tuple[int, int, int, int]) -> transplant.Patient:
    """Return a grey rectangle of lungs in a body of another grey."""
    left, top, right, bottom = box
    image, mask = np.full((SIZE, SIZE), body, np.uint8), np.zeros((SIZE, SIZE), np.uint8)
    image[top:bottom, left:right], mask[top:bottom, left:right] = lungs, 255
    return transplant.patient(image, mask)


OWN, OTHER = patient(40, 160, (8, 8, 32, 40)), patient(90, 220, (24, 16, 56, 56))


@pytest.fixture
def generator() -> np.random.Generator:
    return np.random.default_rng(3)


def test_surround_is_the_body_next_to_the_lungs() -> None:
    assert OWN.surround[0] == pytest.approx(160 / 255, abs=1e-3)


def test_moved_lets_one_box_fall_on_the_other() -> None:
    moved = transplant.moved(OWN.mask.astype(np.float32), OWN.box, OTHER.box)
    assert np.abs(masks.box(moved) - OTHER.box).max() <= 1


def test_into_outline_keeps_the_other_place_and_the_own_lungs(generator: np.random.Generator) -> None:
    for _ in range(10):
        view, mask = transplant.into_outline(OWN, OTHER, generator)
        assert (mask == OTHER.mask / 255).all()
        assert view.dtype == np.float32
        assert 0 <= view.min() <= view.max() <= 1
        # Darker within than around, as the own lungs are, whichever exposure was matched to which.
        assert view[36, 40] < view[36, 4] - 0.2


def test_lungs_alone_leaves_one_grey_around_them(generator: np.random.Generator) -> None:
    view, mask = transplant.lungs_alone(OWN, OTHER, generator)
    assert (mask == OTHER.mask / 255).all()
    assert view[:8].std() == pytest.approx(0, abs=1e-6)
    assert view[36, 40] == pytest.approx(40 / 255, abs=0.01)


def test_painted_lungs_do_not_depend_on_what_was_there() -> None:
    brighter = patient(120, 160, (8, 8, 32, 40))
    one, another = (transplant.painted(who, np.random.default_rng(5))[0] for who in (OWN, brighter))
    assert one[24, 20] == pytest.approx(another[24, 20])


def test_exposed_as_brings_mean_and_deviation_over_and_limits_the_gain() -> None:
    picture = np.array([[0.2, 0.4]], np.float32)
    assert transplant.exposed_as(picture, (0.3, 0.1), (0.5, 0.15)) == pytest.approx(np.array([[0.35, 0.65]]))
    assert transplant.exposed_as(picture, (0.3, 0.1), (0.5, 1.0)) == pytest.approx(np.array([[0.3, 0.7]]))


def test_dilated_widens_and_narrows() -> None:
    assert masks.box(transplant.dilated(OWN.mask, 2)).tolist() == [6, 6, 34, 42]
    assert masks.box(transplant.dilated(OWN.mask, -2)).tolist() == [10, 10, 30, 38]
    assert transplant.dilated(OWN.mask, 0) is OWN.mask


def test_a_mask_without_lungs_still_makes_a_view(generator: np.random.Generator) -> None:
    nobody = transplant.patient(np.full((SIZE, SIZE), 90, np.uint8), np.zeros((SIZE, SIZE), np.uint8))
    view, _ = transplant.into_outline(nobody, OTHER, generator)
    assert np.isfinite(view).all()
