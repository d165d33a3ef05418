"""Measure how far the probability moves under changes that leave the diagnosis alone.

Published normals and pneumonias differ in shape, sharpness and file size, so a network can answer
without looking at the lungs. One that does moves when only those change.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from model.io import radiograph
from model.metrics import calibration
from model.network import engine
from model.network.card import Card
from model.network.classifier import Classifier
from training import dataset
from training.checks.perturbations import CONDITIONS, resample
from training.csv_rows import read_rows, write_rows
from training.dataset import Example

TABLE = "shortcuts.csv"
FIGURES = ("mean_move", "decisions_turned")
CHANGES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    **{name: change for name, change in CONDITIONS.items() if not name.startswith(("gamma", "contrast"))},
    "sampled down to a half": partial(resample, share=0.5),
    "sampled down to a third": partial(resample, share=1 / 3),
}


def measure_movements(card: Card, folder: Path, data: Path, examples: list[Example]) -> dict[str, dict[str, float]]:
    """Return for each change the mean absolute move of the probability, and the share of decisions that turn."""
    network = engine.load_litert(card, folder)
    images = dataset.load_images(data, examples, card.input_size)

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


def measure_resolution(classifier: Classifier, data: Path, originals: Path) -> dict[str, Any]:
    """Compare readings of radiographs as published with the same, squeezed beforehand, of ``data/train``."""
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


def write_movements(file: Path, movements: dict[str, dict[str, dict[str, float]]]) -> None:
    """Write ``data/shortcuts.csv``: movements by version, a row a change."""
    rows = (
        {"version": version, "change": change, **{figure: f"{move[figure]:.5f}" for figure in FIGURES}}
        for version, moves in movements.items()
        for change, move in moves.items()
    )
    write_rows(file, ("version", "change", *FIGURES), rows)


def remove_version(file: Path, version: str) -> None:
    """Take a version out of ``data/shortcuts.csv``, should it be there."""
    movements = load_movements(file)
    if movements.pop(version, None):
        write_movements(file, movements)


def load_movements(file: Path) -> dict[str, dict[str, dict[str, float]]]:
    """Return the movements of ``data/shortcuts.csv``, by version and change; empty where there is none."""
    movements: dict[str, dict[str, dict[str, float]]] = {}
    for row in read_rows(file):
        figures = {figure: float(row[figure]) for figure in FIGURES}
        movements.setdefault(row["version"], {})[row["change"]] = figures
    return movements


def mean_movement(moves: dict[str, dict[str, float]]) -> float:
    """Return the mean absolute move over all changes."""
    return float(np.mean([move["mean_move"] for move in moves.values()]))
