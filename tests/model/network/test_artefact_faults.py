"""An artefact that is damaged though its card names it: refused in words, and no code in it is run."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from model.network.card import ARTIFACT, CARD_FILE, KERAS_FILE, LITERT_FILE, ArtifactMismatch, load_card
from model.network.classifier import Classifier
from model.network.engine import load_keras_reference


def artefact(folder: Path, name: str, data: bytes) -> Path:
    """Return a copy of the artefact with another file, which its card was edited to name."""
    shutil.copytree(ARTIFACT, folder, ignore=shutil.ignore_patterns(name))
    (folder / name).write_bytes(data)
    card = json.loads((folder / CARD_FILE).read_text())
    card["files"][name] = hashlib.sha256(data).hexdigest()
    (folder / CARD_FILE).write_text(json.dumps(card))
    return folder


@pytest.mark.parametrize("size", [0, 10, -1000])
def test_a_truncated_network_is_refused_whatever_its_card_says(tmp_path: Path, size: int) -> None:
    folder = artefact(tmp_path / "artefact", LITERT_FILE, (ARTIFACT / LITERT_FILE).read_bytes()[:size])
    with pytest.raises(ArtifactMismatch, match=r"tflite: expected a network that LiteRT runs; .*Restore"):
        Classifier.load(folder)


@pytest.mark.slow
def test_a_network_with_code_of_its_own_is_refused_and_not_run(tmp_path: Path) -> None:
    import keras

    trace, file = str(tmp_path / "trace"), tmp_path / KERAS_FILE

    def leave_a_trace(inputs: Any) -> Any:
        Path(trace).mkdir(exist_ok=True)
        return inputs

    keras.Sequential([keras.Input((1,)), keras.layers.Lambda(leave_a_trace)]).save(file)
    shutil.rmtree(trace, ignore_errors=True)
    folder = artefact(tmp_path / "artefact", KERAS_FILE, file.read_bytes())
    with pytest.raises(ArtifactMismatch, match=r"keras: expected a whole network of Keras without code of its own"):
        load_keras_reference(load_card(folder), folder)
    assert not Path(trace).exists()


@pytest.mark.slow
def test_a_truncated_reference_is_refused(tmp_path: Path) -> None:
    folder = artefact(tmp_path / "artefact", KERAS_FILE, (ARTIFACT / KERAS_FILE).read_bytes()[:5000])
    with pytest.raises(ArtifactMismatch, match="keras: expected a whole network"):
        load_keras_reference(load_card(folder), folder)
