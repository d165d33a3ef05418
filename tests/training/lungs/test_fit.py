"""Training of the lung fields and of the lung reader, end to end on tiny made-up radiographs."""

import json
from pathlib import Path

import keras
import numpy as np
import pytest

from tests.training.small_scale import READER, SEGMENTATION
from training import dataset
from training.lungs import candidate, fit, masks, segmentation

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lungs(data: Path, drawn: Path, backbone: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("lungs")
    segmentation.fit(data, drawn, backbone, run, SEGMENTATION)
    return run


@pytest.fixture(scope="module")
def run(data: Path, lungs: Path, drawn: Path, backbone: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reader")
    fit.fit(data, lungs / "masks.npz", drawn, backbone, folder, READER, None)
    return folder


def test_lung_fields_are_predicted_for_all_of_train(data: Path, lungs: Path) -> None:
    everyone = dataset.find_examples(data, "train")
    assert masks.load_predicted(lungs / "masks.npz", everyone).shape == (len(everyone), 64, 64)
    record = json.loads((lungs / "run.json").read_text())
    assert 0 <= record["dice"]["mean"] <= 1
    assert record["learnt"] + record["held_out"] == len(everyone)


def test_drawn_masks_come_before_predicted_ones(data: Path, lungs: Path, drawn: Path) -> None:
    members = dataset.find_examples(data, "train")[:2]
    expected = masks.load_drawn(drawn, members, 64)
    assert (fit.lung_masks(lungs / "masks.npz", drawn, members, 64) == expected).all()
    assert not (fit.lung_masks(lungs / "masks.npz", None, members, 64) == expected).all()


def test_run_keeps_network_settings_and_averages_of_each_epoch(run: Path) -> None:
    names = {file.name for file in run.iterdir()}
    assert {
        "network.keras",
        "run.json",
        "small-01.weights.h5",
        "whole-01.weights.h5",
        "polish-01.weights.h5",
        "hiding_1-01.weights.h5",
        "hiding_2-01.weights.h5",
    } <= names
    assert json.loads((run / "run.json").read_text())["recipe"]["mix"]["painted"] == fit.Settings().mix.painted


def test_network_is_the_mean_of_the_last_phases(run: Path, backbone: Path) -> None:
    views = np.random.default_rng(0).integers(0, 256, (2, 64, 64), np.uint8)
    finished = candidate.from_file(run / "network.keras")
    ends = []
    for phase in ("polish", "hiding_1", "hiding_2"):
        learner = fit.learner(READER, backbone)
        learner.load_weights(run / f"{phase}.weights.h5")
        ends.append(learner.get_weights())
    mean = fit.built(READER, backbone)
    mean.set_weights(fit.averaged(ends))
    # The body is erased from the class maps alone.
    assert candidate.Candidate(mean).lungs(views) == pytest.approx(finished.lungs(views), abs=1e-4)


def test_weights_of_an_epoch_are_a_network(run: Path, backbone: Path) -> None:
    views = np.random.default_rng(0).integers(0, 256, (2, 64, 64), np.uint8)
    assert candidate.from_epoch(run / "polish-01.weights.h5", backbone, READER).lungs(views).shape == (2, 64, 64)
    finished = candidate.from_file(run / "network.keras")
    assert finished.heat(views).shape == (2, 16, 16)
    assert finished.lungs(views).shape == (2, 64, 64)


def test_finished_run_is_not_trained_again(run: Path, data: Path, lungs: Path, drawn: Path, backbone: Path) -> None:
    before = (run / "whole.weights.h5").stat().st_mtime_ns
    again = fit.fit(data, lungs / "masks.npz", drawn, backbone, run, READER, None)
    assert (run / "whole.weights.h5").stat().st_mtime_ns == before
    assert isinstance(again, keras.Model)


def test_cross_entropy_and_dice_is_lowest_where_field_and_mask_agree() -> None:
    mask = np.zeros((1, 8, 8, 1), np.float32)
    mask[:, 2:6, 2:6] = 1
    loss = segmentation.CrossEntropyAndDice()
    right, wrong = (float(loss(mask, sign * (20 * mask - 10))) for sign in (1, -1))
    assert right == pytest.approx(0, abs=1e-3)
    assert wrong > 5
