"""Learn the lung fields from drawn masks, and predict them for every training radiograph.

    python -m training.lungs.segmentation --data DIR [--lung-masks DIR] [--backbone-weights FILE]

The validation patients' masks are held out. Killed, the same command goes on from the last whole epoch. The result
is ``runs/lungs/``: ``network.keras``, ``masks.npz`` (predicted for all of train) and ``run.json``. Without drawn
masks, the network that ships finds the lungs, and ``masks.npz`` is all.
"""

import argparse
import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from model.network.card import ARTIFACT, load_card
from model.network.engine import load_litert
from training import augment, dataset
from training.dataset import ROOT
from training.fit import EpochClock
from training.lungs import masks, network, precision
from training.recipes import with_settings


@dataclass(frozen=True)
class Settings:
    """Settings of the training, with the reason for each."""

    size: int = 224
    batch: int = 16
    head_epochs: int = 1  # a random decoder would send noise through the pretrained layers
    head_rate: float = 2e-3
    epochs: int = 12  # Dice on held-out patients has settled
    rate: float = 5e-4  # reached after one epoch of warm-up, then down to zero along a cosine
    weight_decay: float = 1e-4
    average: float = 0.99  # exponential average over about one epoch
    frozen_to: str = "block_2_add"  # edges and spots are the same in every picture
    precision: str = "mixed_bfloat16"  # a third faster on processors that have it, and as good
    seed: int = 7


class MaskedViews(keras.utils.PyDataset):
    """Batches of freshly moved and exposed radiographs with their masks, shuffled anew each epoch."""

    def __init__(self, images: np.ndarray, drawn: np.ndarray, settings: Settings) -> None:
        super().__init__(workers=1, max_queue_size=8)
        self.images, self.drawn, self.settings = images, drawn, settings
        self.shuffle(0)

    def shuffle(self, epoch: int) -> None:
        """Shuffle for the given epoch."""
        self.epoch = epoch
        self.order = np.random.default_rng([self.settings.seed, epoch]).permutation(len(self.images))

    def __len__(self) -> int:
        return max(1, len(self.images) // self.settings.batch)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        rows = self.order[index * self.settings.batch : (index + 1) * self.settings.batch]
        pairs = [self._pair(int(row)) for row in rows]
        return (
            np.stack([view for view, _ in pairs])[..., None] * np.float32(255),
            np.stack([mask for _, mask in pairs])[..., None],
        )

    def _pair(self, row: int) -> tuple[np.ndarray, np.ndarray]:
        generator = np.random.default_rng([self.settings.seed, self.epoch, row])
        view = self.images[row].astype(np.float32) / 255
        mask = self.drawn[row].astype(np.float32) / 255
        view, mask = warp_together([view, mask], generator)
        view = augment.vary_sharpness(augment.vary_exposure(view, generator), generator)
        if generator.random() < 0.3:
            view = view + generator.normal(0, generator.uniform(0.005, 0.04), view.shape).astype(np.float32)
        return np.clip(view, 0, 1), mask


def warp_together(pictures: list[np.ndarray], generator: np.random.Generator) -> list[np.ndarray]:
    """Move several pictures of one size by the same random crop, stretch, turn, shear and mirror."""
    state = generator.bit_generator.state
    moved = []
    for picture in pictures:
        generator.bit_generator.state = state
        moved.append(
            augment.random_affine(
                picture,
                generator,
                area=(0.6, 1.2),
                log_aspect=0.35,
                degrees=12.0,
                shear_degrees=10.0,
                flip=True,
                reach=1.12,
            )
        )
    return moved


@keras.saving.register_keras_serializable("lungfield")
class CrossEntropyAndDice(keras.losses.Loss):
    """Binary cross-entropy plus soft Dice loss (Milletari et al. 2016, eq. 1), from log-odds."""

    def call(self, y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
        entropy = keras.losses.BinaryCrossentropy(from_logits=True, reduction=None)(y_true, y_pred)
        inside = keras.ops.sigmoid(y_pred)
        both = keras.ops.sum(y_true * inside, axis=(1, 2, 3))
        either = keras.ops.sum(y_true * y_true + inside * inside, axis=(1, 2, 3))
        return keras.ops.mean(entropy, axis=(1, 2)) + 1 - (2 * both + 1) / (either + 1)


def train(
    images: np.ndarray, drawn: np.ndarray, settings: Settings, weights: Path | None, run: Path
) -> keras.Model:
    """Train the decoder first, then the whole network; logs and checkpoints go to ``run``."""
    keras.utils.set_random_seed(settings.seed)
    views = MaskedViews(images, drawn, settings)
    with precision.policy(settings.precision):
        learner = network.segmenter(settings.size, weights)
    phases = (
        ("head", settings.head_epochs, settings.head_rate),
        ("whole", settings.epochs, warm_cosine(settings, len(views))),
    )
    for phase, epochs, rate in phases:
        network.release(learner, settings.frozen_to if phase == "whole" else network.DEEP)
        learner.compile(
            optimizer=keras.optimizers.AdamW(
                rate, weight_decay=settings.weight_decay, use_ema=True, ema_momentum=settings.average
            ),
            loss=CrossEntropyAndDice(),
        )
        run_phase(learner, phase, epochs, views, run)
    exact = network.segmenter(settings.size, None if weights is None else weights)
    exact.set_weights(learner.get_weights())
    return exact


def warm_cosine(settings: Settings, steps: int) -> keras.optimizers.schedules.CosineDecay:
    """Raise the rate over one epoch, then lower it to zero along a cosine."""
    return keras.optimizers.schedules.CosineDecay(
        settings.rate / 100,
        decay_steps=max(1, (settings.epochs - 1) * steps),
        warmup_target=settings.rate,
        warmup_steps=steps,
    )


def run_phase(learner: keras.Model, phase: str, epochs: int, views: MaskedViews, run: Path) -> None:
    """Train for so many epochs, or what is left of them; a finished phase is loaded."""
    done = run / f"{phase}.weights.h5"
    if done.exists():
        learner.load_weights(done)
        return
    learner.fit(
        views,
        epochs=epochs,
        shuffle=False,  # the views shuffle themselves
        callbacks=[
            EpochClock(views),
            keras.callbacks.CSVLogger(str(run / f"{phase}.csv"), append=True),
            keras.callbacks.BackupAndRestore(str(run / f"{phase}.backup")),
        ],
        verbose=2,
    )
    learner.save_weights(done)


def predict(segmenter: keras.Model, images: np.ndarray) -> np.ndarray:
    """Predict lung masks, uint8 of shape (n, size, size), 255 times the probability, with the mirror images'."""
    parts = []
    for start in range(0, len(images), 64):
        batch = images[start : start + 64, ..., None].astype(np.float32)
        straight = segmenter.predict_on_batch(batch)
        mirrored = segmenter.predict_on_batch(batch[:, :, ::-1])[:, :, ::-1]
        parts.append(np.asarray(keras.ops.sigmoid((straight + mirrored) / 2))[..., 0])
    return np.rint(255 * np.concatenate(parts)).astype(np.uint8)


def fit(data: Path, folder: Path, weights: Path | None, run: Path, settings: Settings = Settings()) -> keras.Model:
    """Learn from the drawn masks of patients who are not held out; writes ``run`` and returns the network."""
    run.mkdir(parents=True, exist_ok=True)
    splits = dataset.split(data)
    learnt, held_out = (masks.with_drawn_mask(folder, splits[name]) for name in ("fit", "validation"))
    segmenter = train(
        dataset.load_images(data, learnt, settings.size),
        masks.load_drawn(folder, learnt, settings.size),
        settings,
        weights,
        run,
    )
    segmenter.save(run / "network.keras")
    overlap = masks.dice(
        predict(segmenter, dataset.load_images(data, held_out, settings.size)) >= masks.INSIDE,
        masks.load_drawn(folder, held_out, settings.size) >= masks.INSIDE,
    )
    everyone = [*splits["fit"], *splits["validation"]]
    predicted = predict(segmenter, dataset.load_images(data, everyone, settings.size))
    masks.write_predicted(run / "masks.npz", everyone, predicted)
    record = {
        "settings": dataclasses.asdict(settings),
        "learnt": len(learnt),
        "held_out": len(held_out),
        "dice": {"mean": float(overlap.mean()), "lowest_tenth": float(np.quantile(overlap, 0.1))},
    }
    (run / "run.json").write_text(json.dumps(record, indent=2) + "\n")
    print(json.dumps(record, indent=2), flush=True)
    return segmenter


def find_by_shipped(data: Path, run: Path, folder: Path = ARTIFACT) -> None:
    """Write ``masks.npz`` as the network that ships finds the lungs of every training radiograph."""
    run.mkdir(parents=True, exist_ok=True)
    card = load_card(folder)
    everyone = dataset.find_examples(data, "train")
    images = dataset.load_images(data, everyone, card.input_size)
    found = load_litert(card, folder).run(images[..., None]).lungs
    masks.write_predicted(run / "masks.npz", everyone, np.rint(255 * found).astype(np.uint8))


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m training.lungs.segmentation", description="Learn lung fields.")
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="folder with train/ and test/")
    parser.add_argument("--lung-masks", type=Path, help="folder with train/ of drawn masks")
    parser.add_argument("--backbone-weights", type=Path, help="ImageNet weights; Keras' download otherwise")
    parser.add_argument("--run", type=Path, default=ROOT / "runs" / "lungs", help="where the result is kept")
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="other settings: epochs=2")
    options = parser.parse_args(arguments)
    settings = with_settings(Settings(), options.set)
    if options.lung_masks:
        fit(options.data, options.lung_masks, options.backbone_weights, options.run, settings)
    else:
        find_by_shipped(options.data, options.run)


if __name__ == "__main__":
    main()
