"""Does a network read the lungs or the body: networks that do one or the other, on tiny made-up radiographs."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from training import dataset
from training.checks import lung_reading as check
from training.lungs import masks

SIZE = 56
LUNGS = (slice(14, 42), slice(14, 42))


def asked(n: int = 12) -> check.Asked:
    """Lungs of one square; labels in turn; lungs and body are both brighter where the label is 1."""
    labels = np.arange(n) % 2
    images = np.stack([np.full((SIZE, SIZE), 60 + 100 * label, np.uint8) for label in labels])
    images[:, *LUNGS] -= 30
    images += np.random.default_rng(0).integers(0, 5, images.shape, np.uint8)
    masks = np.zeros_like(images)
    masks[:, *LUNGS] = 255
    return check.Asked(images, masks, labels)


class Reads:
    """Log-odds are the mean grey of a window; the heat is there too."""

    def __init__(self, rows: slice, columns: slice) -> None:
        self.rows, self.columns = rows, columns

    def log_odds(self, images: np.ndarray) -> np.ndarray:
        return images[:, self.rows, self.columns].mean(axis=(1, 2)) / 25.5

    def heat(self, images: np.ndarray) -> np.ndarray:
        heat = np.zeros((len(images), SIZE, SIZE), np.float32)
        heat[:, self.rows, self.columns] = 1
        return heat


LUNG_READER = Reads(slice(22, 34), slice(22, 34))
BODY_READER = Reads(slice(0, 6), slice(0, SIZE))


def test_network_that_reads_lungs() -> None:
    found = check.lung_reading(LUNG_READER, asked())
    assert (found.plain, found.body_moved, found.lungs_moved, found.only_lungs) == (1, 1, 1, 1)
    assert found.lungs_grey == pytest.approx(0.5, abs=0.01)
    assert found.outline == pytest.approx(0.5)
    assert (found.inside, found.peak_inside) == (pytest.approx(1), 1)


def test_network_that_reads_the_body() -> None:
    found = check.lung_reading(BODY_READER, asked())
    assert (found.plain, found.lungs_grey) == (1, 1)
    assert (found.body_moved, found.lungs_moved) == (0, 0)
    assert found.only_lungs == pytest.approx(0.5)
    assert (found.inside, found.peak_inside) == (0, 0)


def test_partners_have_the_other_label() -> None:
    labels = asked().labels
    own, other = check.opposite_pairs(labels)
    assert len(own) == check.PARTNERS * len(labels)
    assert (labels[own] != labels[other]).all()


def test_random_tenths_lie_within_the_lungs_and_are_a_tenth_of_the_image() -> None:
    mask = asked().masks[0]
    for tenth in check.random_tenths(mask, np.random.default_rng(1)):
        assert tenth.sum() == round(0.1 * SIZE * SIZE)
        assert not tenth[mask == 0].any()


def test_random_tenths_of_small_lungs_are_all_of_them() -> None:
    mask = np.zeros((SIZE, SIZE), np.uint8)
    mask[10:14, 10:14] = 255
    assert all((tenth == (mask > 0)).all() for tenth in check.random_tenths(mask, np.random.default_rng(1)))


def test_share_inside_of_a_cold_map_is_unknown() -> None:
    masks = asked(1).masks
    assert np.isnan(check.share_inside(np.zeros((1, 7, 7)), masks)).all()


def test_deletion_falls_most_where_the_network_looks() -> None:
    questions = asked()
    noisy = questions.images.copy()
    noisy[:, 22:34, 22:34] = np.random.default_rng(2).choice([0, 255], (len(noisy), 12, 12))

    class Detail(Reads):
        def log_odds(self, images: np.ndarray) -> np.ndarray:
            return images[:, self.rows, self.columns].std(axis=(1, 2))

    hottest, random = check.deletion(
        Detail(slice(22, 34), slice(22, 34)),
        check.Asked(noisy, questions.masks, questions.labels),
        LUNG_READER.heat(noisy),
    )
    assert (hottest > random).all()


def test_painting_leaves_no_trace_of_what_was_there() -> None:
    questions = asked()
    painted = check.each(check.lungs_painted, questions)
    assert np.abs(painted[:, 20:36, 20:36].astype(int) - check.GREY).max() <= 1
    alone = check.each(check.outline_alone, questions)
    assert (alone == alone[0]).all()


def test_originals_are_asked_where_there_are_any(data: Path, tmp_path: Path) -> None:
    members = dataset.find_examples(data, "train")[:3]
    for member in members[:2]:
        file = masks.path_of(tmp_path / "masks", member)
        file.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(file), np.full((48, 40), 255, np.uint8))
    original = tmp_path / "originals" / members[0].image.removeprefix("train/")
    original.parent.mkdir(parents=True)
    cv2.imwrite(str(original), np.full((480, 400), 77, np.uint8))
    assert len(check.asked_of(data, tmp_path / "masks", members, size=32).images) == 2
    asked_originals = check.asked_of(data, tmp_path / "masks", members, tmp_path / "originals", size=32)
    assert (asked_originals.images == 77).all()
    assert asked_originals.masks.shape == (1, 32, 32)
