"""Whether a picture is known: distances against their definition, the doubtful, the file."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.network.card import GUARD_FILE, ArtifactMismatch, load_card
from model.network.guard import Guard, guard_bytes, load_guard

AXES = np.linalg.qr(np.random.default_rng(0).normal(size=(5, 5)))[0]
GUARD = Guard(
    mean=np.arange(5.0),
    scale=np.array([1.0, 2.0, 0.5, 3.0, 1.0]),
    axes=AXES[:, :2],
    variances=np.array([2.0, 0.7]),
    rest=0.1,
    doubt_threshold=1.0,
    threshold=2.0,
)


def test_the_distance_is_mahalanobis() -> None:
    features = np.random.default_rng(1).normal(0, 3, (7, 5))
    covariance = AXES @ np.diag([2.0, 0.7, 0.1, 0.1, 0.1]) @ AXES.T
    standard = (features - GUARD.mean) / GUARD.scale
    expected = np.sqrt(np.einsum("ni,ij,nj->n", standard, np.linalg.inv(covariance), standard))
    assert GUARD.distance(features) == pytest.approx(expected)


LUNGS = np.zeros((8, 8), np.float32)
LUNGS[2:6, 1:7] = 1


def at(distance: float) -> np.ndarray:
    """Features of one picture that far away, along the first axis."""
    return GUARD.mean + GUARD.scale * AXES[:, 0] * np.sqrt(2.0) * distance + np.zeros((1, 5))


@pytest.mark.parametrize(
    ("distance", "negative", "code"),
    [
        (1.5, 9.0, None),
        (1.5, 1.2, "inverted"),
        (2.5, 9.0, "not_chest_radiograph"),
        (2.5, 1.9, "inverted"),
        # Neither is known: that the negative is a little less strange does not make a radiograph of it.
        (9.0, 2.1, "not_chest_radiograph"),
    ],
)
def test_the_nearer_of_a_picture_and_its_negative_is_believed(
    distance: float, negative: float, code: str | None
) -> None:
    assert GUARD.warning(at(distance)[0], LUNGS, lambda: at(negative)[0]) == code


def test_what_is_well_known_is_not_looked_at_twice() -> None:
    assert GUARD.warning(at(0.9)[0], LUNGS, lambda: pytest.fail("expected no second look")) is None


def test_lungs_that_a_chest_cannot_have_are_a_second_witness() -> None:
    guard = replace(GUARD, lungs={"area": [0.2, 0.6]})
    assert guard.warning(at(0.9)[0], LUNGS, lambda: at(9.0)[0]) is None
    assert guard.warning(at(0.9)[0], 0 * LUNGS, lambda: at(9.0)[0]) == "lungs"
    assert guard.warning(at(2.5)[0], 0 * LUNGS, lambda: at(9.0)[0]) == "not_chest_radiograph"


def test_a_guard_is_kept_with_its_card(tmp_path: Path) -> None:
    data = guard_bytes(GUARD)
    (tmp_path / GUARD_FILE).write_bytes(data)
    files = {GUARD_FILE: hashlib.sha256(data).hexdigest()}
    card = load_card()
    card = replace(card, files=files, guard=replace(card.guard, doubt_threshold=1.25, threshold=3.5))
    loaded = load_guard(card, tmp_path)
    assert (loaded.rest, loaded.doubt_threshold, loaded.threshold) == (0.1, 1.25, 3.5)
    assert loaded.distance(at(3.0)) == pytest.approx(3.0)
    assert guard_bytes(loaded) == data == guard_bytes(replace(GUARD, threshold=9.0))

    (tmp_path / GUARD_FILE).write_bytes(data[:-1])
    with pytest.raises(ArtifactMismatch, match=r"guard\.npz: expected SHA-256"):
        load_guard(card, tmp_path)
