"""The model card: what the artefact is, how it was made, what was measured. One file, ``card.json``."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from model.io.wording import quoted, reason
from model.network.card import sections
from model.network.card.parsing import RESTORE, ArtifactMismatch, parsed

ARTIFACT = Path(__file__).resolve().parents[2] / "artifact"
CARD_FILE = "card.json"
KERAS_FILE = "pneumonia.keras"
LITERT_FILE = "pneumonia.tflite"
GUARD_FILE = "guard.npz"


@dataclass(frozen=True)
class Card:
    """The model card.

    ``files`` are SHA-256 by name; ``input_size`` is the side of the network's square input in pixels;
    ``operating_points`` are by policy, ``metrics`` by split. ``metrics`` and ``shortcuts`` are empty,
    ``randomisation`` and ``resolution`` None where they were not measured. ``lungs`` and ``lung_reading`` are by
    what was asked: validation ``twins`` at the network's size, and ``originals`` as published.
    """

    name: str
    version: str
    created: str
    files: dict[str, str]
    architecture: str
    input_size: int
    classes: list[str]
    preprocessing: str
    calibration: sections.FittedCalibration
    heat_map: sections.HeatMap
    operating_points: dict[str, sections.OperatingPoint]
    hypothesis: sections.Hypothesis
    guard: sections.GuardStatement
    training: sections.Training
    data: sections.Data
    metrics: dict[str, sections.SplitMetrics] = field(default_factory=dict)
    shortcuts: sections.Shortcuts = field(default_factory=lambda: sections.Shortcuts({}, {}))
    randomisation: sections.Randomisation | None = None
    resolution: sections.Resolution | None = None
    lungs: dict[str, sections.LungFields] = field(default_factory=dict)
    lung_reading: dict[str, sections.LungReading] = field(default_factory=dict)

    @property
    def default_threshold(self) -> float:
        """The probability from which on a reading is called pneumonia, fixed on validation."""
        return self.operating_points["default"].high

    @property
    def target_recall(self) -> float:
        """The hospital's requirement, 0 to 1."""
        return self.operating_points["default"].target_recall


def load_card(folder: Path = ARTIFACT) -> Card:
    """Read the card of an artefact.

    Raises:
        ArtifactMismatch: there is none, it is not JSON in UTF-8, or it lacks a key, which the error names.
    """
    file = folder / CARD_FILE
    try:
        card: Card = parsed(Card, json.loads(file.read_text(encoding="utf-8")), str(file))
    except (OSError, ValueError, RecursionError) as problem:
        raise ArtifactMismatch(f"{file}: expected the model card; {reason(problem)}. {RESTORE}") from problem
    if "default" not in card.operating_points:
        raise ArtifactMismatch(
            f"{file}.operating_points: expected default; received {quoted(card.operating_points)}. {RESTORE}"
        )
    return card


def verified_bytes(card: Card, file: Path) -> bytes:
    """Return a file's bytes, once their SHA-256 is the card's.

    Raises:
        ArtifactMismatch: the file is missing, unknown to the card, or another one.
    """
    expected = card.files.get(file.name)
    restore = "Restore the artefact and data/*.csv together from the repository, or export them anew."
    if not file.is_file():
        raise ArtifactMismatch(f"{file} is missing; the card names it. {restore}")
    data = file.read_bytes()
    received = hashlib.sha256(data).hexdigest()
    if received != expected:
        raise ArtifactMismatch(f"{file}: expected SHA-256 {expected}, received {received}. {restore}")
    return data
