"""Does a network read the lungs or the body: networks that do one or the other, on tiny made-up radiographs."""

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from model.metrics.estimate import Estimate
from model.network.card.parsing import parsed
from model.network.card.sections import LungReading
from training import dataset
from training.checks import lung_reading as check
from training.lungs import masks
from training.networks import architectures
from training.recipes import CNN, FULLY_CONNECTED, Recipe

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


def values(*estimates: Estimate[float]) -> tuple[float, ...]:
    return tuple(estimate.value for estimate in estimates)


def test_network_that_reads_lungs() -> None:
    found = check.lung_reading(LUNG_READER, asked())
    assert values(found.plain, found.body_moved, found.lungs_moved, found.only_lungs) == (1, 1, 1, 1)
    assert found.lungs_grey.value == pytest.approx(0.5, abs=0.01)
    assert found.outline.value == pytest.approx(0.5)
    assert values(found.inside, found.peak_inside) == (pytest.approx(1), 1)


def test_network_that_reads_the_body() -> None:
    found = check.lung_reading(BODY_READER, asked())
    assert values(found.plain, found.lungs_grey) == (1, 1)
    assert values(found.body_moved, found.lungs_moved) == (0, 0)
    assert found.only_lungs.value == pytest.approx(0.5)
    assert values(found.inside, found.peak_inside) == (0, 0)


def test_findings_survive_the_card() -> None:
    found = check.lung_reading(LUNG_READER, asked())
    assert parsed(LungReading, json.loads(json.dumps(check.as_json(found))), "card") == found


def test_partners_have_the_other_label() -> None:
    labels = asked().labels
    own, other = check.opposite_pairs(labels)
    assert len(own) == check.PARTNERS * len(labels)
    assert (labels[own] != labels[other]).all()


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
        range(len(noisy)),
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


@pytest.mark.parametrize("recipe", [replace(CNN, size=32), replace(FULLY_CONNECTED, size=32)])
def test_networks_of_the_ladder_are_asked_alike(recipe: Recipe) -> None:
    network = check.Trained(architectures.build_network(recipe, None), 32)
    images = asked().images
    assert network.log_odds(images).shape == (12,)
    heat = network.heat(images)
    assert (heat >= 0).all()
    assert (heat.shape[1] > 1) == (recipe.family == "small_cnn"), "no maps in a fully connected net"


def test_network_without_a_map_has_no_figures_of_it() -> None:
    class Blind(Reads):
        def heat(self, images: np.ndarray) -> np.ndarray:
            return np.zeros((len(images), 1, 1))

    found = check.lung_reading(Blind(slice(22, 34), slice(22, 34)), asked())
    assert np.isnan(values(found.inside, found.peak_inside, found.deletion)).all()
