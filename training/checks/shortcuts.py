"""How far a probability moves when the radiograph's story stays the same.

Published normals and pneumonias differ in shape, sharpness and file size, so a network can answer
without looking at the lungs. One that does moves when only those change.
"""

import csv
from pathlib import Path
from typing import Any

import numpy as np

from model.io import radiograph
from model.metrics import calibration
from model.network import engine
from model.network.card import Card
from model.network.classifier import Classifier
from training import dataset
from training.checks import perturbations
from training.dataset import Example

TABLE = "shortcuts.csv"
CHANGES = {
    **{
        name: change
        for name, change in perturbations.CONDITIONS.items()
        if not name.startswith(("gamma", "contrast"))
    },
    "sampled down to a half": perturbations.resized(0.5),
    "sampled down to a third": perturbations.resized(1 / 3),
}


def movement(card: Card, folder: Path, data: Path, members: list[Example]) -> dict[str, dict[str, float]]:
    """For each change: the mean absolute move of the probability, and the share of decisions that turn."""
    network = engine.load_litert(card, folder)
    images = dataset.load_images(data, members, card.input_size)

    def probability(views: np.ndarray) -> np.ndarray:
        return card.calibration.probability(calibration.log_odds(network.run(views[..., None]).logits))

    plain, threshold = probability(images), card.default_threshold
    moves = {}
    for name, change in CHANGES.items():
        moved = probability(np.stack([change(image) for image in images]))
        moves[name] = {
            "mean_move": float(np.abs(moved - plain).mean()),
            "decisions_turned": float(np.mean((moved >= threshold) != (plain >= threshold))),
        }
    return moves


def resolution(classifier: Classifier, data: Path, originals: Path) -> dict[str, Any]:
    """Radiographs as published against the same, squeezed beforehand, of ``data/train``."""
    files = sorted(file for file in originals.glob("*/*") if file.is_file())
    pairs = [
        [
            classifier.read(radiograph.read(path.read_bytes(), path.name)).probability
            for path in (file, data / "train" / file.parent.name / file.name)
        ]
        for file in files
    ]
    original, squeezed = np.array(pairs).T
    difference, threshold = np.abs(original - squeezed), classifier.card.default_threshold
    return {
        "radiographs": len(files),
        "same_decision": int(np.sum((original >= threshold) == (squeezed >= threshold))),
        "median_difference": float(np.median(difference)),
        "largest_difference": float(difference.max()),
    }


def write(file: Path, measured: dict[str, dict[str, dict[str, float]]]) -> None:
    """``data/shortcuts.csv``: movements by version, a row a change."""
    with file.open("w", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["version", "change", "mean_move", "decisions_turned"])
        for version, moves in measured.items():
            for change, move in moves.items():
                writer.writerow([version, change, *(f"{value:.5f}" for value in move.values())])


def forget(file: Path, version: str) -> None:
    """Take a version out of ``data/shortcuts.csv``, should it be there."""
    measured = load(file)
    if measured.pop(version, None):
        write(file, measured)


def load(file: Path) -> dict[str, dict[str, dict[str, float]]]:
    """The movements of ``data/shortcuts.csv``, by version and change; empty where there is none."""
    measured: dict[str, dict[str, dict[str, float]]] = {}
    if file.exists():
        with file.open(newline="") as handle:
            for row in csv.DictReader(handle):
                figures = {name: float(row[name]) for name in ("mean_move", "decisions_turned")}
                measured.setdefault(row["version"], {})[row["change"]] = figures
    return measured


def mean_move(moves: dict[str, dict[str, float]]) -> float:
    """The mean over all changes."""
    return float(np.mean([move["mean_move"] for move in moves.values()]))
