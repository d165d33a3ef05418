"""Train one recipe, or the whole ladder.

    python -m training.fit --data DIR [--backbone-weights FILE] [--recipe NAME|all]

Killed, the same command goes on from the last whole epoch. The result is ``runs/NAME/``:
``network.keras``, ``head.csv`` and ``whole.csv`` (one row an epoch) and ``run.json`` (what it was made with).
"""

import argparse
import csv
import dataclasses
import json
import platform
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np

from training import architectures, augment, dataset, teacher_predictions
from training.augment import AUGMENTATIONS
from training.dataset import ROOT, Example
from training.recipes import LADDER, RECIPES, Recipe, with_settings

PHASES = ("head", "whole")
CURVE = ("loss", "val_loss", "accuracy", "val_accuracy", "auc", "val_auc", "seconds")


@dataclass(frozen=True)
class Labelled:
    """Radiographs with what they show.

    ``images``: uint8 of shape (n, size, size). ``targets``: float32 of shape (n, classes), each row
    summing to 1: a label, or a teacher's opinion.
    """

    images: np.ndarray
    targets: np.ndarray


class Views(keras.utils.PyDataset):
    """Batches of freshly augmented radiographs, shuffled anew each epoch.

    All chance comes from (seed, epoch, image), so a resumed run sees what the unbroken one would have.
    Each batch is views, targets and weights; the weights let each class count the same. A ``steady``
    recipe gets half of the radiographs an epoch, each twice in a row: a view, and the same view with only
    its shape, sharpness or compression changed.
    """

    def __init__(self, labelled: Labelled, recipe: Recipe) -> None:
        super().__init__(workers=1, max_queue_size=8)
        self.labelled, self.recipe = labelled, recipe
        self.augmentation = AUGMENTATIONS[recipe.augmentation]
        self.distinct = recipe.batch // 2 if recipe.steady else recipe.batch
        self.class_weights = 1 / (recipe.classes * labelled.targets.mean(axis=0))
        self.start(0)

    def start(self, epoch: int) -> None:
        """Shuffle for the given epoch."""
        self.epoch = epoch
        self.order = np.random.default_rng([self.recipe.seed, epoch]).permutation(len(self.labelled.images))

    def __len__(self) -> int:
        return max(1, len(self.labelled.images) // self.recipe.batch)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        rows = self.order[index * self.distinct : (index + 1) * self.distinct]
        rows = np.repeat(rows, self.recipe.batch // self.distinct)
        paired = self.distinct < self.recipe.batch
        views = np.stack([self._view(int(row), paired and place % 2 == 1) for place, row in enumerate(rows)])
        targets = self.labelled.targets[rows]
        if self.recipe.mix:
            generator = np.random.default_rng([self.recipe.seed, self.epoch, len(self.order) + index])
            views, targets = MIXES[self.recipe.mix](views, targets, generator)
        return views[..., None] * np.float32(255), targets, targets @ self.class_weights

    def _view(self, row: int, changed: bool) -> np.ndarray:
        generator = np.random.default_rng([self.recipe.seed, self.epoch, row])
        view = self._radiograph(row)
        if self.recipe.borrow:
            other = self._radiograph(int(generator.integers(len(self.order))))
            view = augment.borrow(view, other, generator)
        view = self.augmentation(view, generator)
        return augment.disturb(view, generator) if changed else view

    def _radiograph(self, row: int) -> np.ndarray:
        return self.labelled.images[row].astype(np.float32) / 255


def mixup(views: np.ndarray, targets: np.ndarray, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Each view averaged with another of the batch (Zhang et al. 2018, eq. 1, alpha 0.4)."""
    share = generator.beta(0.4, 0.4, len(views)).astype(np.float32)
    other = generator.permutation(len(views))
    mixed = share[:, None, None] * views + (1 - share[:, None, None]) * views[other]
    return mixed, share[:, None] * targets + (1 - share[:, None]) * targets[other]


def cutmix(views: np.ndarray, targets: np.ndarray, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A rectangle of another view pasted into each, half the time (Yun et al. 2019, eq. 1)."""
    views, targets = views.copy(), targets.copy()
    sources, source_targets = views.copy(), targets.copy()
    height, width = views.shape[1:]
    for row, other in enumerate(generator.permutation(len(views))):
        if generator.random() < 0.5:
            continue
        side = np.sqrt(generator.uniform(0, 0.5))
        h, w = int(height * side), int(width * side)
        top, left = generator.integers(0, height - h + 1), generator.integers(0, width - w + 1)
        views[row, top : top + h, left : left + w] = sources[other, top : top + h, left : left + w]
        share = np.float32(1 - h * w / (height * width))
        targets[row] = share * source_targets[row] + (1 - share) * source_targets[other]
    return views, targets


MIXES = {"mixup": mixup, "cutmix": cutmix}


class StartEpoch(keras.callbacks.Callback):
    """Tells ``Views`` which epoch begins: after a resume it is not the first."""

    def __init__(self, views: Views) -> None:
        super().__init__()
        self.views = views

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        self.views.start(epoch)
        self.began = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        if logs is not None:
            logs["seconds"] = time.monotonic() - self.began


class Steady(keras.Model):
    """A network that is also fined where two views of one radiograph, next to each other, are read differently.

    The fine is the symmetric Kullback-Leibler divergence of the two P(pneumonia) (Wu et al. 2021, R-Drop, eq. 2,
    for two classes), times ``weight``. It rises from nothing over ``rise`` steps: first to see, then not to waver.
    """

    weight = 0.0
    rise = 1

    def compute_loss(
        self,
        x: object = None,
        y: object = None,
        y_pred: Any = None,
        sample_weight: object = None,
        training: bool = True,
    ) -> Any:
        loss = super().compute_loss(x, y, y_pred, sample_weight, training)
        if not training or not self.weight:
            return loss
        log_odds = keras.ops.logsumexp(y_pred[:, 1:], axis=-1) - y_pred[:, 0]
        ill = keras.ops.sigmoid(log_odds)
        divergence = (ill[0::2] - ill[1::2]) * (log_odds[0::2] - log_odds[1::2])
        risen = keras.ops.minimum(1.0, (keras.ops.cast(self.optimizer.iterations, "float32") + 1) / self.rise)
        return loss + self.weight * risen * keras.ops.mean(divergence) / 2


class PneumoniaAUC(keras.metrics.AUC):
    """Area under the ROC curve of P(pneumonia) = 1 - P(normal), from logits whose first is normal's."""

    def update_state(self, y_true: object, y_pred: object, sample_weight: object = None) -> None:
        normal = keras.ops.softmax(y_pred)[:, 0]
        super().update_state(y_true[:, 0] < 0.5, 1 - normal)  # type: ignore[index]


def labels(members: list[Example], classes: int) -> np.ndarray:
    """Targets, float32 of shape (n, classes): subtypes for three, normal and pneumonia for two."""
    kinds = np.array([e.kind for e in members])
    return np.eye(classes, dtype=np.float32)[np.minimum(kinds, classes - 1)]


def targets(recipe: Recipe, members: list[Example]) -> np.ndarray:
    """What a recipe learns: the labels, or these mixed with an ensemble's opinions; as ``labels``."""
    if not recipe.teacher:
        return labels(members, recipe.classes)
    return mixed(recipe, teacher_predictions.load(members), members)


def mixed(recipe: Recipe, opinion: np.ndarray, members: list[Example]) -> np.ndarray:
    """Opinions, (n, classes), and labels, weighed as the recipe says."""
    return recipe.teacher * opinion + np.float32(1 - recipe.teacher) * labels(members, recipe.classes)


def compile_for(network: keras.Model, recipe: Recipe, schedule: object) -> None:
    """AdamW, averaging the weights if the recipe says so; cross-entropy."""
    averaging = {"use_ema": True, "ema_momentum": recipe.average} if recipe.average else {}
    network.compile(
        optimizer=keras.optimizers.AdamW(schedule, weight_decay=recipe.weight_decay, **averaging),
        loss=keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=recipe.label_smoothing),
        metrics=[keras.metrics.CategoricalAccuracy(name="accuracy"), PneumoniaAUC(name="auc")],
    )


def warm_cosine(recipe: Recipe, steps: int) -> keras.optimizers.schedules.CosineDecay:
    """Up to ``recipe.rate`` in one epoch, then down to zero along a cosine."""
    return keras.optimizers.schedules.CosineDecay(
        recipe.rate / 100,
        decay_steps=max(1, (recipe.epochs - 1) * steps),
        warmup_target=recipe.rate,
        warmup_steps=steps,
    )


def run_phase(network: keras.Model, phase: str, epochs: int, views: Views, held_out: Labelled, run: Path) -> None:
    """Fit for ``epochs``, resumed if it was broken off, skipped if it was finished."""
    done = run / f"{phase}.weights.h5"
    if done.exists():
        network.load_weights(done)
        return
    averaging = [keras.callbacks.SwapEMAWeights()] if views.recipe.average else []
    network.fit(
        views,
        epochs=epochs,
        validation_data=(held_out.images[..., None].astype(np.float32), held_out.targets),
        validation_batch_size=32,
        callbacks=[
            *averaging,
            StartEpoch(views),
            keras.callbacks.CSVLogger(str(run / f"{phase}.csv"), append=True),
            keras.callbacks.BackupAndRestore(str(run / f"{phase}.backup")),
        ],
        verbose=2,
    )
    network.save_weights(done)


def claim(recipe: Recipe, run: Path) -> None:
    """Make the folder of a run and note its settings: what was trained with others is never taken for it.

    Raises:
        ValueError: the run was begun with other settings.
    """
    noted, ours = run / "recipe.json", json.dumps(dataclasses.asdict(recipe), indent=2) + "\n"
    if noted.exists() and noted.read_text() != ours:
        before, now = json.loads(noted.read_text()), json.loads(ours)
        differ = ", ".join(sorted(name for name in before | now if before.get(name) != now.get(name)))
        raise ValueError(
            f"{run}: expected a run with the settings it was begun with; received others: {differ}. "
            f"Remove the folder, or name another with --runs."
        )
    run.mkdir(parents=True, exist_ok=True)
    noted.write_text(ours)


def train(
    recipe: Recipe, learnt: Labelled, held_out: Labelled, backbone_weights: Path | None, run: Path
) -> keras.Model:
    """Head first, then the whole network, as far as the recipe asks; logs and checkpoints go to ``run``.

    Raises:
        ValueError: the run was begun with other settings.
    """
    claim(recipe, run)
    keras.utils.set_random_seed(recipe.seed)
    views = Views(learnt, recipe)
    plain = architectures.build(recipe, backbone_weights)
    network = Steady(plain.input, plain.output, name=plain.name)
    if recipe.head_epochs:
        architectures.freeze_backbone(network)
        compile_for(network, recipe, recipe.head_rate)
        run_phase(network, "head", recipe.head_epochs, views, held_out, run)
    if recipe.epochs:
        architectures.release_backbone(network, recipe.frozen_to)
        network.weight, network.rise = recipe.steady, recipe.epochs * len(views)
        compile_for(network, recipe, warm_cosine(recipe, len(views)))
        run_phase(network, "whole", recipe.epochs, views, held_out, run)
    return keras.Model(network.input, network.output, name=plain.name)


def fit(
    recipe: Recipe, data: Path, backbone_weights: Path | None, run: Path, only: int | None = None
) -> keras.Model:
    """Train a recipe on the data set's fit split; writes ``run`` and returns the trained network.

    ``only`` trains one member of an ensemble and leaves the rest, and the joining, to others.
    """
    splits = dataset.split(data)
    images = {name: dataset.load_images(data, splits[name], recipe.size) for name in ("fit", "validation")}
    learnt = Labelled(images["fit"], targets(recipe, splits["fit"]))
    held_out = Labelled(images["validation"], labels(splits["validation"], recipe.classes))
    chosen = members(recipe, run) if only is None else [members(recipe, run)[only]]
    trained = [train(member, learnt, held_out, backbone_weights, folder) for member, folder in chosen]
    network = architectures.joined(trained, recipe)
    if only is None:
        network.save(run / "network.keras")
        curves = [learning_curve(folder) for _, folder in chosen]
        (run / "run.json").write_text(json.dumps(record(recipe, data, splits, curves), indent=2) + "\n")
    return network


def members(recipe: Recipe, run: Path) -> list[tuple[Recipe, Path]]:
    """The trainings that make up a recipe, which differ in their seeds, and where each is kept."""
    if recipe.members == 1:
        return [(recipe, run)]
    seeds = range(recipe.seed, recipe.seed + recipe.members)
    return [(dataclasses.replace(recipe, seed=seed), run / f"seed-{seed}") for seed in seeds]


def record(
    recipe: Recipe,
    data: Path,
    splits: dict[str, list[Example]],
    curves: list[list[dict[str, float | str]]],
) -> dict[str, Any]:
    """What a run was made with, and how it went: settings, versions, data digest, time, the first's epochs."""
    return {
        "recipe": dataclasses.asdict(recipe),
        "seconds": round(sum(float(epoch["seconds"]) for curve in curves for epoch in curve)),
        "curve": curves[0],
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


def learning_curve(run: Path) -> list[dict[str, float | str]]:
    """Every epoch of a run, both phases in turn, whether or not it was broken off in between."""
    logs = [(phase, run / f"{phase}.csv") for phase in PHASES]
    epochs = [(phase, row) for phase, log in logs if log.exists() for row in csv.DictReader(log.open())]
    return [
        {"phase": phase, "epoch": number, **{key: round(float(row[key]), 5) for key in CURVE}}
        for number, (phase, row) in enumerate(epochs, 1)
    ]


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.fit", description="Train one recipe, or the ladder.")
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="folder with train/ and test/")
    parser.add_argument("--backbone-weights", type=Path, help="ImageNet weights; Keras' download otherwise")
    parser.add_argument("--recipe", choices=[*RECIPES, "all"], default="shipped", help="all is the ladder")
    parser.add_argument("--runs", type=Path, default=ROOT / "runs", help="where runs are kept")
    parser.add_argument("--only", type=int, metavar="N", help="train member N of an ensemble alone, from 0")
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="other settings: epochs=2")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    options = parse(arguments)
    for recipe in LADDER if options.recipe == "all" else [RECIPES[options.recipe]]:
        changed = with_settings(recipe, options.set)
        fit(changed, options.data, options.backbone_weights, options.runs / recipe.name, options.only)


if __name__ == "__main__":
    main()
