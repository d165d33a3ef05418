"""From made-up images to an artefact: fitted, broken off and resumed, exported, evaluated."""

import csv
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from model import card as cards
from model import scores as score_files
from model.classifier import Classifier
from tests.pictures import chest, png
from training import dataset, evaluate, export, fit

RECIPE = replace(fit.RECIPES["finetuned"], size=32, batch=4, epochs=3, dropout=0.0)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of the published layout: eight patients a kind to train with, three to test."""
    root = tmp_path_factory.mktemp("data")
    names = {
        "normal": "NORMAL/IM-{}-1",
        "bacteria": "PNEUMONIA/person{}_bacteria_1",
        "virus": "PNEUMONIA/person{}_virus_1",
    }
    for part, patients in (("train", range(8)), ("test", range(100, 103))):
        for subtype, name in names.items():
            for patient in patients:
                file = root / part / f"{name.format(patient)}.png"
                file.parent.mkdir(parents=True, exist_ok=True)
                lighter = 0 if subtype == "normal" else 60
                file.write_bytes(png(np.clip(chest(48, 40, patient) + float(lighter), 0, 255).astype(np.uint8)))
    return root


@pytest.fixture(scope="module")
def backbone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random weights in place of ImageNet's, in a file as those come in."""
    keras.utils.set_random_seed(0)
    file = tmp_path_factory.mktemp("backbone") / "random.weights.h5"
    network = keras.applications.MobileNetV2(input_shape=(32, 32, 3), include_top=False, weights=None)
    network.save_weights(file)
    return file


@pytest.fixture(scope="module")
def run(data: Path, backbone: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run."""
    folder = tmp_path_factory.mktemp("run")
    fit.fit(RECIPE, data, backbone, folder)
    return folder


def test_a_run_broken_off_ends_where_the_unbroken_one_does(
    run: Path, data: Path, backbone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = fit.StartEpoch.on_epoch_begin

    def killed(self: fit.StartEpoch, epoch: int, logs: dict | None = None) -> None:
        if epoch == 2:
            raise KeyboardInterrupt
        begin(self, epoch, logs)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(fit.StartEpoch, "on_epoch_begin", killed)
        fit.fit(RECIPE, data, backbone, tmp_path)
    resumed = fit.fit(RECIPE, data, backbone, tmp_path)

    unbroken = keras.saving.load_model(run / "network.keras", compile=False)
    for ours, theirs in zip(resumed.get_weights(), unbroken.get_weights(), strict=True):
        assert np.allclose(ours, theirs, atol=1e-4)
    epochs = [row["epoch"] for row in csv.DictReader((tmp_path / "backbone.csv").open())]
    assert epochs == ["0", "1", "2"]


def test_the_backbone_learns_and_its_normalisation_does_not(run: Path, backbone: Path) -> None:
    trained = keras.saving.load_model(run / "network.keras", compile=False).get_layer("mobilenetv2")
    start = keras.applications.MobileNetV2(input_shape=(32, 32, 3), include_top=False, weights=str(backbone))
    moved: dict[bool, list[bool]] = {True: [], False: []}
    for ours, theirs in zip(trained.layers, start.layers, strict=True):
        normalises = isinstance(ours, keras.layers.BatchNormalization)
        pairs = zip(ours.get_weights(), theirs.get_weights(), strict=True)
        moved[normalises] += [not np.array_equal(a, b) for a, b in pairs]
    assert not any(moved[True])
    # Random layers that a 32 px image leaves silent get no gradient.
    assert np.mean(moved[False]) > 0.8


def test_each_kind_weighs_the_same() -> None:
    members = [dataset.Example(str(i), s, str(i)) for i, s in enumerate(["normal"] * 2 + ["virus"] * 6)]
    weights = fit.balanced_weights(members)
    assert 2 * weights[0] == 6 * weights[2] == 4


def test_exported_it_reads_as_evaluated(run: Path, data: Path, tmp_path: Path) -> None:
    artifact, tables = tmp_path / "artifact", tmp_path / "tables"
    card = export.export(run, data, artifact, tables)
    assert {file.name for file in artifact.iterdir()} == {cards.CARD, cards.KERAS_FILE, cards.LITERT_FILE}
    assert card["metrics"]["test"]["images"] == 9

    result = evaluate.evaluate(data, "test", artifact, tables)
    assert result["largest_difference_from_shipped_scores"] < 1e-6
    looks = list(csv.DictReader((tables / evaluate.LOOKS).open()))
    assert [look["artifact_sha256"] for look in looks] == [card["files"][cards.KERAS_FILE]]

    scores = score_files.load(Classifier.load(artifact).card, "test", tables)
    assert scores.images == [e.image for e in dataset.split(data)["test"]]
