"""The model card: what the artefact is, how it was made, what was measured. One file, ``card.json``."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from model.metrics.calibration import Calibration

ARTIFACT = Path(__file__).resolve().parents[1] / "artifact"
CARD = "card.json"
KERAS_FILE = "pneumonia.keras"
LITERT_FILE = "pneumonia.tflite"
GUARD_FILE = "guard.npz"


class ArtifactMismatch(RuntimeError):
    """The network, its card or a file that belongs to them is missing or is another one."""


@dataclass(frozen=True)
class Card:
    """``card.json``, with names for what the reading needs; ``data`` is the whole of it."""

    data: dict[str, Any]

    @property
    def version(self) -> str:
        return str(self.data["version"])

    @property
    def input_size(self) -> int:
        """Side of the network's square input in pixels."""
        return int(self.data["input_size"])

    @property
    def calibration(self) -> Calibration:
        fitted = self.data["calibration"]
        return Calibration(float(fitted["slope"]), float(fitted["intercept"]))

    @property
    def heat_full_scale(self) -> float:
        """The evidence, in log-odds a position, that the heat map draws at full strength."""
        return float(self.data["heat_map"]["full_scale"])

    @property
    def default_threshold(self) -> float:
        """The probability from which on a reading is called pneumonia, fixed on validation."""
        return float(self.data["operating_points"]["default"]["threshold"])

    @property
    def pneumonias(self) -> np.ndarray:
        """Probabilities of the validation pneumonias, ascending: what H0 is tested against."""
        return np.asarray(self.data["hypothesis"]["pneumonias"], float)

    @property
    def target_recall(self) -> float:
        """The hospital's requirement, 0 to 1."""
        return float(self.data["operating_points"]["default"]["target_recall"])


def load(folder: Path = ARTIFACT) -> Card:
    """Read the card of an artefact.

    Raises:
        ArtifactMismatch: there is none, or it is not JSON.
    """
    file = folder / CARD
    try:
        return Card(json.loads(file.read_text()))
    except (OSError, json.JSONDecodeError) as problem:
        raise ArtifactMismatch(
            f"{file}: expected the model card; {problem}. Restore model/artifact from the repository, "
            f"or make it with python -m training.export."
        ) from problem


def verified(card: Card, file: Path) -> bytes:
    """A file's bytes, once their SHA-256 is the card's.

    Raises:
        ArtifactMismatch: the file is missing, unknown to the card, or another one.
    """
    expected = card.data["files"].get(file.name)
    restore = "Restore the artefact and data/*.csv together from the repository, or export them anew."
    if not file.is_file():
        raise ArtifactMismatch(f"{file} is missing; the card names it. {restore}")
    data = file.read_bytes()
    received = hashlib.sha256(data).hexdigest()
    if received != expected:
        raise ArtifactMismatch(f"{file}: expected SHA-256 {expected}, received {received}. {restore}")
    return data
