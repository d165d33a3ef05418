"""Train one recipe.

    python -m training.fit --data DIR [--backbone-weights FILE] [--recipe NAME]

Killed, the same command goes on from the last whole epoch. The result is ``runs/NAME/``:
``network.keras``, ``log.csv`` (one row an epoch) and ``run.json`` (what it was made with).
"""

import argparse
import csv
import dataclasses
import json
import platform
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import cv2
import keras
import numpy as np

from training import architectures, augment, dataset
from training.dataset import ROOT, Example


@dataclass(frozen=True)
class Recipe:
    """Settings of one training, with the reason for each."""

    name: str
    size: int = 224  # what the published ImageNet weights were trained at
    batch: int = 16  # fits two cores' caches: 40 ms an image, against 47 with 32
    head_epochs: int = 1  # a random head would send noise through the pretrained layers
    head_rate: float = 1e-3
    epochs: int = 12  # validation loss of the averaged weights has settled by then
    rate: float = 2e-4  # reached after one epoch of warm-up, then down to zero along a cosine
    weight_decay: float = 1e-4
    average: float = 0.998  # exponential average over about two epochs, which is what ships
    dropout: float = 0.2
    label_smoothing: float = 0.1  # labels of 2018, one reader's word with a second's check
    seed: int = 7


RECIPES = {"finetuned": Recipe("finetuned")}


class Views(keras.utils.PyDataset):
    """Batches of freshly augmented radiographs, shuffled anew each epoch.

    All chance comes from (seed, epoch, image), so a resumed run sees what the unbroken one would have.
    """

    def __init__(self, images: np.ndarray, kinds: np.ndarray, recipe: Recipe) -> None:
        super().__init__(workers=1, max_queue_size=8)
        self.images, self.kinds, self.recipe = images, kinds, recipe
        self.start(0)

    def start(self, epoch: int) -> None:
        """Shuffle for the given epoch."""
        self.epoch = epoch
        self.order = np.random.default_rng([self.recipe.seed, epoch]).permutation(len(self.images))

    def __len__(self) -> int:
        return len(self.images) // self.recipe.batch

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        rows = self.order[index * self.recipe.batch : (index + 1) * self.recipe.batch]
        views = np.stack([self._view(row) for row in rows])[..., None] * np.float32(255)
        return views, one_hot(self.kinds[rows])

    def _view(self, row: int) -> np.ndarray:
        generator = np.random.default_rng([self.recipe.seed, self.epoch, int(row)])
        return augment.strong(self.images[row].astype(np.float32) / 255, generator)


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


class PneumoniaAUC(keras.metrics.AUC):
    """Area under the ROC curve of P(pneumonia) = 1 - P(normal), from three-way logits."""

    def update_state(self, y_true: object, y_pred: object, sample_weight: object = None) -> None:
        normal = keras.ops.softmax(y_pred)[:, 0]
        super().update_state(1 - y_true[:, 0], 1 - normal)  # type: ignore[index]


def one_hot(kinds: np.ndarray) -> np.ndarray:
    """Targets, float32 of shape (n, 3)."""
    return np.eye(len(dataset.SUBTYPES), dtype=np.float32)[kinds]


def balanced_weights(members: list[Example]) -> dict[int, float]:
    """Weights that let each class count the same, as scikit-learn's "balanced"."""
    counts = Counter(e.kind for e in members)
    return {kind: len(members) / (len(counts) * count) for kind, count in counts.items()}


def compile_for(network: keras.Model, recipe: Recipe, schedule: object) -> None:
    """AdamW with averaged weights, cross-entropy on smoothed labels."""
    network.compile(
        optimizer=keras.optimizers.AdamW(
            schedule, weight_decay=recipe.weight_decay, use_ema=True, ema_momentum=recipe.average
        ),
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


def run_phase(
    network: keras.Model, phase: str, epochs: int, views: Views, held_out: tuple, weights: dict, run: Path
) -> None:
    """Fit for ``epochs``, resumed if it was broken off, skipped if it was finished."""
    done = run / f"{phase}.weights.h5"
    if done.exists():
        network.load_weights(done)
        return
    start = StartEpoch(views)
    network.fit(
        views,
        epochs=epochs,
        validation_data=held_out,
        validation_batch_size=32,
        class_weight=weights,
        callbacks=[
            keras.callbacks.SwapEMAWeights(),
            start,
            keras.callbacks.CSVLogger(str(run / f"{phase}.csv"), append=True),
            keras.callbacks.BackupAndRestore(str(run / f"{phase}.backup")),
        ],
        verbose=1,
    )
    network.save_weights(done)


def fit(recipe: Recipe, data: Path, backbone_weights: Path | None, run: Path) -> keras.Model:
    """Head first, then the whole backbone; writes ``run`` and returns the trained network."""
    run.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(recipe.seed)
    splits = dataset.split(data)
    fit_images = dataset.load_images(data, splits["fit"], recipe.size)
    held_images = dataset.load_images(data, splits["validation"], recipe.size)
    views = Views(fit_images, np.array([e.kind for e in splits["fit"]]), recipe)
    held_out = (
        held_images[..., None].astype(np.float32),
        one_hot(np.array([e.kind for e in splits["validation"]])),
    )
    weights = balanced_weights(splits["fit"])

    network = architectures.mobilenet_v2(recipe.size, len(dataset.SUBTYPES), recipe.dropout, backbone_weights)
    architectures.freeze_backbone(network)
    compile_for(network, recipe, recipe.head_rate)
    run_phase(network, "head", recipe.head_epochs, views, held_out, weights, run)
    architectures.release_backbone(network)
    compile_for(network, recipe, warm_cosine(recipe, len(views)))
    run_phase(network, "backbone", recipe.epochs, views, held_out, weights, run)

    network.save(run / "network.keras")
    (run / "run.json").write_text(json.dumps(record(recipe, data, splits, training_seconds(run)), indent=2) + "\n")
    return network


def record(recipe: Recipe, data: Path, splits: dict[str, list[Example]], seconds: float) -> dict:
    """What a run was made with: settings, versions, data digest and wall time."""
    return {
        "recipe": dataclasses.asdict(recipe),
        "augmentation": augment.strong.__name__,
        "seconds": round(seconds),
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


def training_seconds(run: Path) -> float:
    """Wall time of every epoch in the run's logs, whether or not it was broken off in between."""
    logs = [run / f"{phase}.csv" for phase in ("head", "backbone")]
    return sum(float(row["seconds"]) for log in logs for row in csv.DictReader(log.open()))


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.fit", description="Train one recipe.")
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="folder with train/ and test/")
    parser.add_argument("--backbone-weights", type=Path, help="ImageNet weights; Keras' download otherwise")
    parser.add_argument("--recipe", choices=sorted(RECIPES), default="finetuned")
    parser.add_argument("--runs", type=Path, default=ROOT / "runs", help="where runs are kept")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    options = parse(arguments)
    recipe = RECIPES[options.recipe]
    fit(recipe, options.data, options.backbone_weights, options.runs / recipe.name)


if __name__ == "__main__":
    main()
