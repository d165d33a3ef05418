import hashlib
import json
from pathlib import Path

import pytest

from model.network import card as cards
from model.network import engine
from model.network import split_scores as score_files
from model.network.card import ArtifactMismatch, Card
from model.network.classifier import Classifier


def test_a_folder_without_card_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArtifactMismatch, match=r"card\.json: expected the model card"):
        cards.load(tmp_path)


def test_a_card_that_is_not_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / cards.CARD).write_text("{")
    with pytest.raises(ArtifactMismatch, match="expected the model card"):
        cards.load(tmp_path)


def test_a_file_must_be_the_one_that_the_card_names(tmp_path: Path) -> None:
    file = tmp_path / "network"
    file.write_bytes(b"weights")
    card = Card({"files": {"network": hashlib.sha256(b"weights").hexdigest()}})
    assert cards.verified(card, file) == b"weights"
    file.write_bytes(b"other weights")
    with pytest.raises(ArtifactMismatch, match=r"network: expected SHA-256 .*, received"):
        cards.verified(card, file)
    file.unlink()
    with pytest.raises(ArtifactMismatch, match="network is missing; the card names it"):
        cards.verified(card, file)


def _artefact_with_another(name: str, folder: Path) -> Path:
    (folder / cards.CARD).write_text(json.dumps(cards.load().data))
    for file in (cards.KERAS_FILE, cards.LITERT_FILE):
        data = (cards.ARTIFACT / file).read_bytes()
        (folder / file).write_bytes(data[:-1] if file == name else data)
    return folder


def test_no_reading_with_another_network(tmp_path: Path) -> None:
    folder = _artefact_with_another(cards.LITERT_FILE, tmp_path)
    with pytest.raises(ArtifactMismatch, match=r"pneumonia\.tflite: expected SHA-256"):
        Classifier.load(folder)


def test_no_reference_with_another_network(tmp_path: Path) -> None:
    folder = _artefact_with_another(cards.KERAS_FILE, tmp_path)
    with pytest.raises(ArtifactMismatch, match=r"pneumonia\.keras: expected SHA-256"):
        engine.keras_reference(cards.load(folder), folder)


def test_no_scores_of_another_network(tmp_path: Path) -> None:
    (tmp_path / "test_scores.csv").write_text("image,label,subtype,patient,probability\n")
    with pytest.raises(ArtifactMismatch, match=r"test_scores\.csv: expected SHA-256"):
        score_files.load(cards.load(), "test", tmp_path)
