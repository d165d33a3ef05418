"""Train one recipe, or the whole ladder.

    python -m training.fit --data DIR [--backbone-weights FILE] [--recipe NAME|all]

Killed, the same command goes on from the last whole epoch. The result is ``runs/NAME/``:
``network.keras``, ``head.csv`` and ``whole.csv`` (one row an epoch) and ``run.json`` (what it was made with).
"""

import argparse
import dataclasses
import json
import platform
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np

from training import dataset
from training.batches import AugmentedBatches, Labelled
from training.csv_rows import read_rows
from training.dataset import ROOT, Example
from training.networks import architectures
from training.networks.consistency import ConsistencyModel
from training.recipes import LADDER, RECIPES, WHOLE_RADIOGRAPH, Recipe, with_settings
from training.teacher_predictions import load_teacher_predictions

PHASES = ("head", "whole")
CURVE = ("loss", "val_loss", "accuracy", "val_accuracy", "auc", "val_auc", "seconds")


Record = dict[str, Any]
Curve = list[dict[str, float | str]]
"""A row an epoch: its phase, its number, and what was measured."""


class EpochClock(keras.callbacks.Callback):
    """Shuffles the batches for the epoch that begins, after a resume not the first, and logs its ``seconds``."""

    def __init__(self, batches: AugmentedBatches) -> None:
        super().__init__()
        self.batches = batches

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        self.batches.shuffle(epoch)
        self.began = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        if logs is not None:
            logs["seconds"] = time.monotonic() - self.began


class PneumoniaAUC(keras.metrics.AUC):
    """Area under the ROC curve of P(pneumonia) = 1 - P(normal), from logits whose first is normal's."""

    def update_state(self, y_true: object, y_pred: object, sample_weight: object = None) -> None:
        normal = keras.ops.softmax(y_pred)[:, 0]
        super().update_state(y_true[:, 0] < 0.5, 1 - normal)  # type: ignore[index]


def label_targets(examples: list[Example], classes: int) -> np.ndarray:
    """Return one-hot labels, float32 of shape (n, classes): subtypes for three, normal and pneumonia for two."""
    kinds = np.array([example.kind for example in examples])
    return np.eye(classes, dtype=np.float32)[np.minimum(kinds, classes - 1)]


def distillation_targets(recipe: Recipe, predictions: np.ndarray, examples: list[Example]) -> np.ndarray:
    """Return teacher predictions and labels mixed by the recipe's ``distillation``, both of shape (n, classes)."""
    share = np.float32(recipe.distillation)
    return share * predictions + (1 - share) * label_targets(examples, recipe.classes)


def compile_network(network: keras.Model, recipe: Recipe, schedule: object) -> None:
    """Compile for AdamW on cross-entropy, with averaged weights if the recipe says so."""
    averaging = {"use_ema": True, "ema_momentum": recipe.average} if recipe.average else {}
    network.compile(
        optimizer=keras.optimizers.AdamW(schedule, weight_decay=recipe.weight_decay, **averaging),
        loss=keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=recipe.label_smoothing),
        metrics=[keras.metrics.CategoricalAccuracy(name="accuracy"), PneumoniaAUC(name="auc")],
    )


def cosine_schedule(recipe: Recipe, steps: int) -> keras.optimizers.schedules.CosineDecay:
    """Return a rate that rises to ``recipe.rate`` in one epoch, then falls to zero along a cosine."""
    return keras.optimizers.schedules.CosineDecay(
        recipe.rate / 100,
        decay_steps=max(1, (recipe.epochs - 1) * steps),
        warmup_target=recipe.rate,
        warmup_steps=steps,
    )


def run_phase(
    network: keras.Model, phase: str, epochs: int, batches: AugmentedBatches, held_out: Labelled, run: Path
) -> None:
    """Fit for ``epochs``, resumed if it was broken off, skipped if it was finished."""
    finished = run / f"{phase}.weights.h5"
    if finished.exists():
        network.load_weights(finished)
        return
    averaging = [keras.callbacks.SwapEMAWeights()] if batches.recipe.average else []
    network.fit(
        batches,
        epochs=epochs,
        validation_data=(held_out.images[..., None].astype(np.float32), held_out.targets),
        validation_batch_size=32,
        callbacks=[
            *averaging,
            EpochClock(batches),
            keras.callbacks.CSVLogger(str(run / f"{phase}.csv"), append=True),
            keras.callbacks.BackupAndRestore(str(run / f"{phase}.backup")),
        ],
        verbose=2,
    )
    network.save_weights(finished)


def lock_settings(recipe: Recipe, run: Path) -> None:
    """Make the folder of a run and write its settings there, so that a run is never resumed with others.

    Raises:
        ValueError: the run was begun with other settings.
    """
    file, settings = run / "recipe.json", json.dumps(dataclasses.asdict(recipe), indent=2) + "\n"
    if file.exists() and file.read_text() != settings:
        before, now = json.loads(file.read_text()), json.loads(settings)
        differ = ", ".join(sorted(name for name in before | now if before.get(name) != now.get(name)))
        raise ValueError(
            f"{run}: expected a run with the settings it was begun with; received others: {differ}. "
            f"Remove the folder, or name another with --runs."
        )
    run.mkdir(parents=True, exist_ok=True)
    file.write_text(settings)


def train(
    recipe: Recipe, training: Labelled, held_out: Labelled, backbone_weights: Path | None, run: Path
) -> keras.Model:
    """Train the head, then the whole network, as far as the recipe asks; logs and checkpoints go to ``run``.

    Raises:
        ValueError: the run was begun with other settings.
    """
    lock_settings(recipe, run)
    keras.utils.set_random_seed(recipe.seed)
    batches = AugmentedBatches(training, recipe)
    plain = architectures.build_network(recipe, backbone_weights)
    network = ConsistencyModel(plain.input, plain.output, name=plain.name)
    if recipe.head_epochs:
        architectures.freeze_backbone(network)
        compile_network(network, recipe, recipe.head_rate)
        run_phase(network, "head", recipe.head_epochs, batches, held_out, run)
    if recipe.epochs:
        architectures.release_backbone(network, recipe.frozen_to)
        network.weight, network.ramp_steps = recipe.consistency, recipe.epochs * len(batches)
        compile_network(network, recipe, cosine_schedule(recipe, len(batches)))
        run_phase(network, "whole", recipe.epochs, batches, held_out, run)
    return keras.Model(network.input, network.output, name=plain.name)


def fit(
    recipe: Recipe, data: Path, backbone_weights: Path | None, run: Path, only: int | None = None
) -> keras.Model:
    """Train a recipe on the data set's fit split; writes ``run`` and returns the trained network.

    ``only`` trains one member of an ensemble and leaves the rest, and the joining, to others.
    """
    splits = dataset.split(data)
    images = {name: dataset.load_images(data, splits[name], recipe.size) for name in ("fit", "validation")}
    targets = label_targets(splits["fit"], recipe.classes)
    if recipe.distillation:
        targets = distillation_targets(recipe, load_teacher_predictions(splits["fit"]), splits["fit"])
    held_out = Labelled(images["validation"], label_targets(splits["validation"], recipe.classes))
    ensemble = ensemble_members(recipe, run) if only is None else [ensemble_members(recipe, run)[only]]
    networks = [
        train(member, Labelled(images["fit"], targets), held_out, backbone_weights, folder)
        for member, folder in ensemble
    ]
    network = architectures.join_networks(networks, recipe)
    if only is None:
        network.save(run / "network.keras")
        curves = [learning_curve(folder) for _, folder in ensemble]
        (run / "run.json").write_text(json.dumps(ensemble_record(recipe, data, splits, curves), indent=2) + "\n")
    return network


def ensemble_members(recipe: Recipe, run: Path) -> list[tuple[Recipe, Path]]:
    """Return the trainings that make up a recipe, which differ in their seeds, each with its folder."""
    if recipe.members == 1:
        return [(recipe, run)]
    seeds = range(recipe.seed, recipe.seed + recipe.members)
    return [(dataclasses.replace(recipe, seed=seed), run / f"seed-{seed}") for seed in seeds]


def ensemble_record(recipe: Recipe, data: Path, splits: dict[str, list[Example]], curves: list[Curve]) -> Record:
    """Return ``run_record`` of a recipe's trainings: the time of all, the epochs of the first."""
    seconds = sum(float(epoch["seconds"]) for curve in curves for epoch in curve)
    return run_record(dataclasses.asdict(recipe), seconds, curves[0], data, splits)


def run_record(
    settings: Record, seconds: float, curve: Curve, data: Path, splits: dict[str, list[Example]]
) -> Record:
    """Return the contents of ``run.json``: settings, time, epochs, versions, data digests."""
    return {
        "recipe": settings,
        "seconds": round(seconds),
        "curve": curve,
        "backend": keras.backend.backend(),
        "versions": {
            "python": platform.python_version(),
            "keras": keras.version(),
            "numpy": np.__version__,
            "opencv": cv2.__version__,
        },
        "data_sha256": {name: dataset.digest(data, members) for name, members in splits.items()},
        "images": {name: len(members) for name, members in splits.items()},
    }


def learning_curve(run: Path, phases: Sequence[str] = PHASES, columns: Sequence[str] = CURVE) -> Curve:
    """Return every epoch of a run, its phases in turn, whether or not it was broken off in between."""
    epochs = [(phase, row) for phase in phases for row in read_rows(run / f"{phase}.csv")]
    return [
        {"phase": phase, "epoch": number, **{key: round(float(row[key]), 5) for key in columns}}
        for number, (phase, row) in enumerate(epochs, 1)
    ]


def main(arguments: list[str] | None = None) -> None:
    """Train the recipes that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m training.fit", description="Train one recipe, or the ladder.")
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="folder with train/ and test/")
    parser.add_argument("--backbone-weights", type=Path, help="ImageNet weights; Keras' download otherwise")
    parser.add_argument(
        "--recipe", choices=[*RECIPES, "all"], default=WHOLE_RADIOGRAPH.name, help="all is the ladder"
    )
    parser.add_argument("--runs", type=Path, default=ROOT / "runs", help="where runs are kept")
    parser.add_argument("--only", type=int, metavar="N", help="train member N of an ensemble alone, from 0")
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="other settings: epochs=2")
    options = parser.parse_args(arguments)
    for recipe in LADDER if options.recipe == "all" else [RECIPES[options.recipe]]:
        changed = with_settings(recipe, options.set)
        fit(changed, options.data, options.backbone_weights, options.runs / recipe.name, options.only)


if __name__ == "__main__":
    main()
