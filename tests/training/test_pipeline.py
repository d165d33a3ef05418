"""From made-up images to an artefact: fitted, broken off and resumed, exported, evaluated."""

import csv
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from model.network import lungs
from model.network.card import CARD_FILE, GUARD_FILE, KERAS_FILE, LITERT_FILE, ArtifactMismatch
from model.network.classifier import Classifier
from model.network.split_scores import load_split_scores
from tests.training.small_scale import shrink
from training import dataset, evaluate, export, fit, ladder, recipes
from training.checks import randomisation, shortcuts
from training.recipes import STRONG_AUGMENTATION

pytestmark = pytest.mark.slow

RECIPE = replace(STRONG_AUGMENTATION, size=32, batch=4, epochs=3, dropout=0.0, consistency=1.0, average=0.9)


@pytest.fixture(scope="module", autouse=True)
def small_scale() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        shrink(patch)
        yield


@pytest.fixture(scope="module")
def run(data: Path, backbone: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a finished run."""
    folder = tmp_path_factory.mktemp("run")
    fit.fit(RECIPE, data, backbone, folder)
    return folder


@pytest.fixture(scope="module")
def shipped(lung_run: Path, data: Path, drawn: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the lung reader's ``artifact`` and ``tables``; never written to."""
    folder = tmp_path_factory.mktemp("shipped")
    export.export(lung_run, data, folder / "artifact", folder / "tables", data / "train", drawn)
    return folder


@pytest.fixture
def copied(shipped: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Artefact and tables to write to."""
    shutil.copytree(shipped, tmp_path, dirs_exist_ok=True)
    return tmp_path / "artifact", tmp_path / "tables"


def test_a_run_broken_off_ends_where_the_unbroken_one_does(
    run: Path, data: Path, backbone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = fit.EpochClock.on_epoch_begin

    def killed(self: fit.EpochClock, epoch: int, logs: dict | None = None) -> None:
        if epoch == 2:
            raise KeyboardInterrupt
        begin(self, epoch, logs)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(fit.EpochClock, "on_epoch_begin", killed)
        fit.fit(RECIPE, data, backbone, tmp_path)
    resumed = fit.fit(RECIPE, data, backbone, tmp_path)

    unbroken = keras.saving.load_model(run / "network.keras", compile=False)
    for ours, theirs in zip(resumed.get_weights(), unbroken.get_weights(), strict=True):
        assert np.allclose(ours, theirs, atol=1e-4)
    epochs = [row["epoch"] for row in csv.DictReader((tmp_path / "whole.csv").open())]
    assert epochs == ["0", "1", "2"]


def test_the_backbone_learns_and_its_normalisation_does_not(run: Path, backbone: Path) -> None:
    trained = keras.saving.load_model(run / "network.keras", compile=False).get_layer("backbone")
    start = keras.applications.MobileNetV2(input_shape=(32, 32, 3), include_top=False, weights=str(backbone))
    moved: dict[bool, list[bool]] = {True: [], False: []}
    for ours, theirs in zip(trained.layers, start.layers, strict=True):
        normalises = isinstance(ours, keras.layers.BatchNormalization)
        pairs = zip(ours.get_weights(), theirs.get_weights(), strict=True)
        moved[normalises] += [not np.array_equal(a, b) for a, b in pairs]
    assert not any(moved[True])
    # Random layers that a 32 px image leaves silent get no gradient.
    assert np.mean(moved[False]) > 0.8


def test_exported_it_reads_as_evaluated(copied: tuple[Path, Path], data: Path) -> None:
    artifact, tables = copied
    card = json.loads((artifact / CARD_FILE).read_text())
    files = {CARD_FILE, KERAS_FILE, LITERT_FILE, GUARD_FILE}
    assert {file.name for file in artifact.iterdir()} == files
    assert card["metrics"]["test"]["images"] == 9

    result = evaluate.evaluate(data, "test", artifact, tables)
    assert result["largest_difference_from_shipped_scores"] < 1e-6
    looks = list(csv.DictReader((tables / evaluate.LOOKS).open()))
    assert [look["artifact_sha256"] for look in looks] == [card["files"][KERAS_FILE]]

    scores = load_split_scores(Classifier.load(artifact).card, "test", tables)
    assert scores.images == [e.image for e in dataset.split(data)["test"]]

    assert card["resolution"] == {
        "radiographs": 24,
        "same_decision": 24,
        "median_difference": 0,
        "largest_difference": 0,
    }
    moves = shortcuts.load_movements(tables / shortcuts.TABLE)[card["version"]]
    assert card["shortcuts"]["mean_move"] == {
        card["version"]: pytest.approx(shortcuts.mean_movement(moves), abs=1e-5)
    }
    assert [stage["shuffled"] for stage in card["randomisation"]["stages"]] == list(randomisation.STAGES)
    assert card["lungs"]["twins"]["radiographs"] == card["lung_reading"]["originals"]["radiographs"]
    assert card["guard"]["lungs"].keys() == set(lungs.SHAPE)
    assert set(card["operating_points"]) == {"default", "most_accurate", "youden", "band"}

    assert card["guard"]["radiographs"]["of"] == card["guard"]["oddities"]["upside down"]["of"] == 9
    noise = card["guard"]["oddities"]["noise"]
    assert noise["low"] <= noise["value"] == noise["number"] / noise["of"] <= noise["high"]


def test_networks_are_kept_and_all_else_is_made_anew(
    copied: tuple[Path, Path], data: Path, drawn: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    artifact, tables = copied
    first = json.loads((artifact / CARD_FILE).read_text())
    shipped = {name: (artifact / name).read_bytes() for name in export.NETWORKS}
    score = (tables / "test_scores.csv").read_bytes()
    monkeypatch.setattr(export, "VERSION", "9.9.9")

    def broken_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(evaluate, "score_split", broken_off)
        export.export(None, data, artifact, tables)
    second = export.export(None, data, artifact, tables, data / "train", drawn)

    assert {name: (artifact / name).read_bytes() for name in export.NETWORKS} == shipped
    assert (tables / "test_scores.csv").read_bytes() == score
    assert second["version"] == "9.9.9" and list(second["shortcuts"]["mean_move"]) == ["9.9.9"]
    same = ("resolution", "training", "metrics", "operating_points", "guard", "lung_reading", "randomisation")
    for name in same:
        # As text: of three radiographs some shares are of none, and no NaN equals another.
        assert json.dumps(second[name]) == json.dumps(first[name])
    assert len(list(csv.DictReader((tables / evaluate.LOOKS).open()))) == 1, "no new look"

    (artifact / KERAS_FILE).write_bytes(b"another")
    with pytest.raises(ArtifactMismatch, match=KERAS_FILE):
        export.export(None, data, artifact, tables)


def test_the_ladder_is_measured_in_one_look_and_kept(
    copied: tuple[Path, Path], data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = [replace(recipe, size=24, epochs=2) for recipe in (recipes.FULLY_CONNECTED, recipes.CNN)]
    for recipe in small:
        fit.fit(recipe, data, None, tmp_path / recipe.name)
    artifact, tables = copied
    rows = ladder.measure_ladder(data, tmp_path, artifact, tables)

    assert [row["name"] for row in rows] == ["fully_connected", "cnn", "shipped"]
    written = list(csv.DictReader((tables / "ladder.csv").open()))
    assert [row["test_auc"] for row in written] == [row["test_auc"] for row in rows]
    assert all(0 <= float(row["mcnemar_p"]) <= 1 for row in written)
    scores = list(csv.DictReader((tables / "ladder_scores.csv").open()))
    assert [row["image"] for row in scores if row["split"] == "test"] == [
        e.image for e in dataset.split(data)["test"]
    ]
    curves = list(csv.DictReader((tables / "learning_curves.csv").open()))
    assert [row["epoch"] for row in curves if row["name"] == "cnn"] == ["1", "2"]
    looks = list(csv.DictReader((tables / evaluate.LOOKS).open()))
    assert [(look["look"], look["network"]) for look in looks] == [
        ("1", f"shipped {export.VERSION}"),
        ("2", "fully_connected"),
        ("2", "cnn"),
    ]

    again = ladder.measure_ladder(data, tmp_path / "no runs any more", artifact, tables)
    assert [{key: str(value) for key, value in row.items()} for row in again] == written
    assert list(csv.DictReader((tables / "learning_curves.csv").open())) == curves
    assert list(csv.DictReader((tables / evaluate.LOOKS).open())) == looks
