"""Whether a picture is known: distances against their definition, the doubtful, the header, the file."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.io import dicom_header
from model.network.card import GUARD_FILE, ArtifactMismatch, load_card
from model.network.guard import Guard, guard_bytes, header_warnings, is_chest, is_frontal, is_known_age, load_guard
from tests.dicoms import dataset
from tests.pictures import chest

AXES = np.linalg.qr(np.random.default_rng(0).normal(size=(5, 5)))[0]
GUARD = Guard(
    mean=np.arange(5.0),
    scale=np.array([1.0, 2.0, 0.5, 3.0, 1.0]),
    axes=AXES[:, :2],
    variances=np.array([2.0, 0.7]),
    rest=0.1,
    doubt=1.0,
    limit=2.0,
)


def test_the_distance_is_mahalanobis() -> None:
    features = np.random.default_rng(1).normal(0, 3, (7, 5))
    covariance = AXES @ np.diag([2.0, 0.7, 0.1, 0.1, 0.1]) @ AXES.T
    standard = (features - GUARD.mean) / GUARD.scale
    expected = np.sqrt(np.einsum("ni,ij,nj->n", standard, np.linalg.inv(covariance), standard))
    assert GUARD.distance(features) == pytest.approx(expected)


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
    assert GUARD.warning(at(distance), lambda: at(negative)) == code


def test_what_is_well_known_is_not_looked_at_twice() -> None:
    assert GUARD.warning(at(0.9), lambda: pytest.fail("expected no second look")) is None


def test_a_guard_is_kept_with_its_card(tmp_path: Path) -> None:
    data = guard_bytes(GUARD)
    (tmp_path / GUARD_FILE).write_bytes(data)
    files = {GUARD_FILE: hashlib.sha256(data).hexdigest()}
    card = load_card()
    card = replace(card, files=files, guard=replace(card.guard, doubt=1.25, limit=3.5))
    loaded = load_guard(card, tmp_path)
    assert (loaded.rest, loaded.doubt, loaded.limit) == (0.1, 1.25, 3.5)
    assert loaded.distance(at(3.0)) == pytest.approx(3.0)
    assert guard_bytes(loaded) == data == guard_bytes(replace(GUARD, limit=9.0))

    (tmp_path / GUARD_FILE).write_bytes(data[:-1])
    with pytest.raises(ArtifactMismatch, match=r"guard\.npz: expected SHA-256"):
        load_guard(card, tmp_path)


@pytest.mark.parametrize(
    ("said", "born", "known"),
    [
        ("001Y", None, True),
        ("005Y", None, True),
        ("006Y", None, False),
        ("011M", None, False),
        ("012M", None, True),
        ("071M", None, True),
        ("072M", None, False),
        ("010D", None, False),
        ("054Y", None, False),
        (None, "20230115", True),
        (None, "20230121", False),
        (None, "20180120", True),
        (None, "20180115", False),
    ],
)
def test_children_from_their_first_birthday_to_their_sixth_are_known(
    said: str | None, born: str | None, known: bool
) -> None:
    years = dicom_header.age(said, born, "20240115")
    assert years is not None and is_known_age(years) == known


@pytest.mark.parametrize("view", ["AP", "PA", "FRONTAL", "AP SUPINE", "PA/ERECT"])
def test_a_frontal_view_is_known(view: str) -> None:
    assert is_frontal(view)


@pytest.mark.parametrize("view", ["LL", "RL", "LATERAL", "LLD", "APICAL LORDOTIC", "PA OBLIQUE", "CALDWELL", "1"])
def test_another_view_is_not(view: str) -> None:
    assert not is_frontal(view)


@pytest.mark.parametrize("part", ["CHEST", "Thorax", "Lungs", "thoracic structure", "TORAX"])
def test_a_chest_has_many_names(part: str) -> None:
    assert is_chest(part)


@pytest.mark.parametrize("part", ["HAND", "CHESTABDOMEN", "CHEST ABDOMEN", "TSPINE", "Thoracic spine", "KNEE"])
def test_no_other_body_part_is_a_chest(part: str) -> None:
    assert not is_chest(part)


def test_a_silent_file_warns_of_nothing() -> None:
    assert header_warnings(None) == ()
    assert header_warnings(dicom_header.read_header(dataset(chest()))) == ()


def test_each_fact_has_a_code_of_its_own() -> None:
    made = dataset(chest(), PatientAge="018M", ViewPosition="AP", BodyPartExamined="CHEST")
    assert header_warnings(dicom_header.read_header(made)) == ()
    made.PatientAge, made.ViewPosition, made.BodyPartExamined = "060Y", "LL", "SKULL"
    assert header_warnings(dicom_header.read_header(made)) == ("age", "view", "body_part")
