import hashlib
import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from model.network import engine
from model.network.card import (
    ARTIFACT,
    CARD_FILE,
    KERAS_FILE,
    LITERT_FILE,
    ArtifactMismatch,
    load_card,
    verified_bytes,
)
from model.network.classifier import Classifier
from model.network.split_scores import load_split_scores


def test_a_folder_without_card_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArtifactMismatch, match=r"card\.json: expected the model card"):
        load_card(tmp_path)


def test_a_card_that_is_not_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / CARD_FILE).write_text("{")
    with pytest.raises(ArtifactMismatch, match="expected the model card"):
        load_card(tmp_path)


@pytest.mark.parametrize("data", [b'{"name": "\xff"}', b"[" * 100_000, b"1" * 5_000])
def test_a_damaged_card_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / CARD_FILE).write_bytes(data)
    with pytest.raises(ArtifactMismatch, match=r"card\.json: expected the model card; .*Restore"):
        load_card(tmp_path)


def test_a_card_without_the_default_policy_is_refused(tmp_path: Path) -> None:
    card = json.loads((ARTIFACT / CARD_FILE).read_text())
    card["operating_points"]["strict"] = card["operating_points"].pop("default")
    (tmp_path / CARD_FILE).write_text(json.dumps(card))
    with pytest.raises(ArtifactMismatch, match=r"operating_points: expected default; received .*strict"):
        load_card(tmp_path)


def without(card: dict[str, Any], path: str) -> dict[str, Any]:
    """Return the card without one key of a section."""
    *sections, key = path.split(".")
    inner = card
    for section in sections:
        inner = inner[section]
    del inner[key]
    return card


@pytest.mark.parametrize(
    ("path", "where", "missing"),
    [
        ("guard", "card.json", "guard"),
        ("hypothesis.level", "card.json.hypothesis", "level"),
        ("operating_points.default.threshold", "card.json.operating_points.default", "low or threshold"),
        ("metrics.test.auc.low", "card.json.metrics.test.auc", "low"),
    ],
)
def test_a_missing_key_is_named(tmp_path: Path, path: str, where: str, missing: str) -> None:
    (tmp_path / CARD_FILE).write_text(json.dumps(without(json.loads((ARTIFACT / CARD_FILE).read_text()), path)))
    with pytest.raises(ArtifactMismatch, match=rf"{where}: expected {missing}; received .*training\.export"):
        load_card(tmp_path)


@pytest.mark.parametrize(("key", "kind"), [("input_size", "int"), ("files", "dict")])
def test_a_value_of_another_type_is_named(tmp_path: Path, key: str, kind: str) -> None:
    card = json.loads((ARTIFACT / CARD_FILE).read_text()) | {key: "224"}
    (tmp_path / CARD_FILE).write_text(json.dumps(card))
    with pytest.raises(ArtifactMismatch, match=f"{key}: expected a value of type {kind}; received '224'"):
        load_card(tmp_path)


def test_a_card_that_is_not_measured_yet_can_be_read(tmp_path: Path) -> None:
    card = json.loads((ARTIFACT / CARD_FILE).read_text())
    for section in ("metrics", "shortcuts", "randomisation", "resolution"):
        del card[section]
    (tmp_path / CARD_FILE).write_text(json.dumps(card))
    read = load_card(tmp_path)
    assert (read.metrics, read.shortcuts.changes, read.randomisation, read.resolution) == ({}, {}, None, None)


def test_the_record_of_the_training_is_kept_whole() -> None:
    card = json.loads((ARTIFACT / CARD_FILE).read_text())
    for section in ("training", "data", "resolution"):
        kept = getattr(load_card(), section)
        assert json.dumps(asdict(kept)) == json.dumps(card[section])


def test_a_file_must_be_the_one_that_the_card_names(tmp_path: Path) -> None:
    file = tmp_path / "network"
    file.write_bytes(b"weights")
    card = replace(load_card(), files={"network": hashlib.sha256(b"weights").hexdigest()})
    assert verified_bytes(card, file) == b"weights"
    file.write_bytes(b"other weights")
    with pytest.raises(ArtifactMismatch, match=r"network: expected SHA-256 .*, received"):
        verified_bytes(card, file)
    file.unlink()
    with pytest.raises(ArtifactMismatch, match="network is missing; the card names it"):
        verified_bytes(card, file)


def _artefact_with_another(name: str, folder: Path) -> Path:
    shutil.copy(ARTIFACT / CARD_FILE, folder)
    for file in (KERAS_FILE, LITERT_FILE):
        data = (ARTIFACT / file).read_bytes()
        (folder / file).write_bytes(data[:-1] if file == name else data)
    return folder


def test_no_reading_with_another_network(tmp_path: Path) -> None:
    folder = _artefact_with_another(LITERT_FILE, tmp_path)
    with pytest.raises(ArtifactMismatch, match=r"pneumonia\.tflite: expected SHA-256"):
        Classifier.load(folder)


def test_no_reference_with_another_network(tmp_path: Path) -> None:
    folder = _artefact_with_another(KERAS_FILE, tmp_path)
    with pytest.raises(ArtifactMismatch, match=r"pneumonia\.keras: expected SHA-256"):
        engine.load_keras_reference(load_card(folder), folder)


def test_no_scores_of_another_network(tmp_path: Path) -> None:
    (tmp_path / "test_scores.csv").write_text("image,label,subtype,patient,probability\n")
    with pytest.raises(ArtifactMismatch, match=r"test_scores\.csv: expected SHA-256"):
        load_split_scores(load_card(), "test", tmp_path)
