"""Train the network that reads the lungs: class scores and lung fields from one backbone.

    python -m training.lungs.fit --data DIR --masks FILE [--lung-masks DIR] [--backbone-weights FILE]

``--masks`` are the lung fields that ``training.lungs.segmentation`` predicted. Killed, the same command goes on
from the last whole epoch. The result is ``runs/lung_reader/``: ``network.keras``, ``PHASE-NN.weights.h5``
(averaged, to choose from by ``training.checks.lung_reading``) and ``run.json``.
"""

import argparse
import dataclasses
import json
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import keras
import numpy as np

from training import dataset
from training.dataset import ROOT
from training.fit import EpochClock, label_targets, learning_curve, run_record
from training.lungs import erasure, masks, network, precision, transplant
from training.lungs.learner import Learner
from training.lungs.segmentation import CrossEntropyAndDice
from training.lungs.views import Mix, PairedViews
from training.recipes import with_settings

RUN = ROOT / "runs" / "lung_reader"
CURVE = ("loss", "logits_loss", "lungs_loss", "seconds")


@dataclass(frozen=True)
class Settings:
    """Settings of the training, with the reason for each."""

    name: str = "lung_reader"
    about: str = "Lungs set into other bodies"
    family: str = "mobilenet_v2"
    augmentation: str = "other_bodies"
    members: int = 1
    size: int = 224  # what the published ImageNet weights were trained at
    small_size: int = 160  # first small radiographs, at half the cost (progressive resizing)
    classes: int = 3  # normal, bacterial, viral
    batch: int = 16  # eight pairs
    head_epochs: int = 1  # a random head would send noise through the pretrained layers
    head_rate: float = 1e-3
    small_epochs: int = 6  # of half the radiographs each, in two views
    epochs: int = 12  # of the same at full size: after seven the loss still falls
    polish_epochs: int = 4  # the lungs' edges weigh more, and detail is what evidence must lie in
    hiding_epochs: int = 12  # last: what a blurred part of the lungs takes with it is its own evidence
    hiding_runs: int = 2  # that share these epochs: what ships is the mean of their weights and of those before
    small_rate: float = 2e-4  # after a short warm-up, then down to zero along a cosine
    rate: float = 2e-4
    polish_rate: float = 1e-4
    hiding_rate: float = 1e-4
    weight_decay: float = 1e-4
    average: float = 0.99  # exponential average over a third of an epoch, which is what ships
    dropout: float = 0.2
    label_smoothing: float = 0.1  # labels of 2018, one reader's word with a second's check
    consistency: float = 4.0  # weight, in the end, of the divergence between two bodies' readings
    lung_weight: float = 0.5  # of the lung fields' loss: learnt sooner than the disease
    polish_lung_weight: float = 2.0
    hidden_weight: float = 1.0  # of evidence that is where nothing can be seen, or moves when something is hidden
    frozen_to: str = "block_5_add"  # edges, spots and ribs are the same in every radiograph; a fifth faster
    precision: str = "mixed_bfloat16"  # a third faster on processors that have it, and as good
    erased_by: int = 250  # radiographs of each label that the body is erased by: more change little
    seed: int = 7
    mix: Mix = field(default_factory=Mix)
    polish_mix: Mix = field(default_factory=lambda: Mix(painted=0.3, blurred=0.5))
    hiding_mix: Mix = field(
        default_factory=lambda: Mix(painted=0.25, blurred=0.5, hidden=0.4, outlined=6, seams=0.25)
    )


@dataclass(frozen=True)
class Phase:
    """A part of the training: how large the radiographs are, how long, how fast, what is frozen, which views.

    Each begins where the one before ended; those that are ``apart``, all where the last before them ended.
    """

    name: str
    size: int
    epochs: int
    rate: float
    frozen_to: str
    mix: Mix
    lung_weight: float
    seed: int
    constant: bool = False
    apart: bool = False


def phases(settings: Settings) -> list[Phase]:
    """Heads first, then the whole network on small radiographs, then at full size, with other views last."""
    frozen, small, size = settings.frozen_to, settings.small_size, settings.size
    usual = settings.mix, settings.lung_weight, settings.seed
    hiding = settings.hiding_epochs // settings.hiding_runs, settings.hiding_rate, frozen, settings.hiding_mix
    return [
        Phase("head", small, settings.head_epochs, settings.head_rate, network.DEEP, *usual, constant=True),
        Phase("small", small, settings.small_epochs, settings.small_rate, frozen, *usual),
        Phase("whole", size, settings.epochs, settings.rate, frozen, *usual),
        Phase(
            "polish",
            size,
            settings.polish_epochs,
            settings.polish_rate,
            frozen,
            settings.polish_mix,
            settings.polish_lung_weight,
            settings.seed,
        ),
        *(
            Phase(f"hiding_{run + 1}", size, *hiding, settings.polish_lung_weight, settings.seed + run, apart=True)
            for run in range(settings.hiding_runs)
        ),
    ]


def train(
    images: np.ndarray,
    fields: np.ndarray,
    targets: np.ndarray,
    settings: Settings,
    backbone_weights: Path | None,
    run: Path,
    former: Path | None = None,
) -> keras.Model:
    """Train in phases; logs, checkpoints and the averaged weights of each epoch go to ``run``.

    ``images`` and ``fields``, radiographs and lung masks, are uint8 of shape (n, size, size), 0 to 255; ``targets``
    float32 of shape (n, classes), each row summing to 1. ``former`` is a network that read whole radiographs, from
    which backbone and class maps start.
    """
    keras.utils.set_random_seed(settings.seed)
    reached = initial_weights(settings, backbone_weights, former)
    apart = []
    for phase in phases(settings):
        views = PairedViews(patients(images, fields, phase.size), targets, settings.batch, phase.seed, phase.mix)
        with precision.policy(settings.precision):
            learning = learner(replace(settings, size=phase.size), backbone_weights)
        learning.set_weights(reached)
        network.release(learning, phase.frozen_to)
        learning.weight = 0.0 if phase.name == "head" else settings.consistency
        learning.hidden_weight = settings.hidden_weight
        learning.ramp_steps = settings.small_epochs * len(views) if phase.name == "small" else 1
        compile_for(learning, settings, phase, len(views))
        run_phase(learning, phase, views, run)
        if phase.apart:
            apart.append(learning.get_weights())
        else:
            reached = learning.get_weights()
    exact = built(settings, backbone_weights)
    exact.set_weights(averaged([reached, *apart]))
    return exact


def averaged(networks: list[list[np.ndarray]]) -> list[np.ndarray]:
    """Average the weights of networks trained apart from one start (model soup, Wortsman et al. 2022).

    As good as the mean of their answers, at the cost of one.
    """
    return [np.mean(same, axis=0) for same in zip(*networks, strict=True)]


def erase_bodies(
    trained: keras.Model, images: np.ndarray, fields: np.ndarray, positives: np.ndarray, settings: Settings
) -> None:
    """Erase the body from the class maps, in place, by as many normal training patients as pneumonias."""
    generator = np.random.default_rng(settings.seed)
    rows = np.concatenate(
        [generator.permutation(np.flatnonzero(positives == label))[: settings.erased_by] for label in (0, 1)]
    )
    chosen = patients(images[rows], fields[rows], settings.size)
    erasure.erase(trained, chosen, positives[rows], settings.seed)


def initial_weights(settings: Settings, backbone_weights: Path | None, former: Path | None) -> list[np.ndarray]:
    """Return the weights to start from: ImageNet's, or a former network's as far as it has them."""
    start = learner(settings, backbone_weights)
    if former is not None:
        network.adopt(start, keras.saving.load_model(former, compile=False))
    return start.get_weights()


def patients(images: np.ndarray, fields: np.ndarray, size: int) -> list[transplant.Patient]:
    """Radiographs with their lung masks at a phase's size, ready to be set into each other."""
    return [
        transplant.patient(_at(image, size), _at(mask, size)) for image, mask in zip(images, fields, strict=True)
    ]


def _at(picture: np.ndarray, size: int) -> np.ndarray:
    if picture.shape == (size, size):
        return picture
    return cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA)


def built(settings: Settings, backbone_weights: Path | None) -> keras.Model:
    """Build the network that reads within the lungs, untrained but for the backbone's ImageNet weights."""
    return network.reader(settings.size, settings.classes, settings.dropout, settings.seed, backbone_weights)


def learner(settings: Settings, backbone_weights: Path | None) -> Learner:
    """Build the same network as it is trained."""
    whole = built(settings, backbone_weights)
    return Learner(whole.input, whole.output, name=whole.name)


def compile_for(learner: keras.Model, settings: Settings, phase: Phase, steps: int) -> None:
    """AdamW with averaged weights; cross-entropy of the classes, and of the lung fields with Dice."""
    rate = phase.rate if phase.constant else warm_cosine(phase, steps)
    learner.compile(
        optimizer=keras.optimizers.AdamW(
            rate, weight_decay=settings.weight_decay, use_ema=True, ema_momentum=settings.average
        ),
        loss={
            "logits": keras.losses.CategoricalCrossentropy(
                from_logits=True, label_smoothing=settings.label_smoothing
            ),
            "lungs": CrossEntropyAndDice(),
        },
        loss_weights={"logits": 1.0, "lungs": phase.lung_weight},
    )


def warm_cosine(phase: Phase, steps: int) -> keras.optimizers.schedules.CosineDecay:
    """Raise the rate over a quarter of an epoch, then lower it to zero along a cosine."""
    return keras.optimizers.schedules.CosineDecay(
        phase.rate / 100,
        decay_steps=max(1, phase.epochs * steps - steps // 4),
        warmup_target=phase.rate,
        warmup_steps=max(1, steps // 4),
    )


def run_phase(learning: keras.Model, phase: Phase, views: PairedViews, run: Path) -> None:
    """Train for a phase's epochs, or what is left of them; a finished phase is loaded."""
    done = run / f"{phase.name}.weights.h5"
    if done.exists():
        learning.load_weights(done)
        return
    learning.fit(
        views,
        epochs=phase.epochs,
        shuffle=False,  # the views shuffle themselves
        callbacks=[
            EpochClock(views),
            keras.callbacks.CSVLogger(str(run / f"{phase.name}.csv"), append=True),
            keras.callbacks.BackupAndRestore(str(run / f"{phase.name}.backup")),
            keras.callbacks.SwapEMAWeights(swap_on_epoch=True),
            keras.callbacks.ModelCheckpoint(
                str(run / (phase.name + "-{epoch:02d}.weights.h5")), save_weights_only=True
            ),
        ],
        verbose=2,
    )
    learning.save_weights(done)


def lung_masks(file: Path, drawn: Path | None, members: list[dataset.Example], size: int) -> np.ndarray:
    """Predicted lung masks, uint8 of shape (n, size, size), and drawn ones instead where a folder has them."""
    fields = masks.load_predicted(file, members)
    if drawn is not None:
        known = [row for row, member in enumerate(members) if masks.path_of(drawn, member).is_file()]
        fields[known] = masks.load_drawn(drawn, [members[row] for row in known], size)
    return fields


def fit(
    data: Path,
    file: Path,
    drawn: Path | None,
    backbone_weights: Path | None,
    run: Path,
    settings: Settings,
    former: Path | None,
) -> keras.Model:
    """Train on the data set's fit split with its lung masks; writes ``run`` and returns the network."""
    run.mkdir(parents=True, exist_ok=True)
    splits = dataset.split(data)
    members = splits["fit"]
    images = dataset.load_images(data, members, settings.size)
    fields = lung_masks(file, drawn, members, settings.size)
    trained = train(
        images, fields, label_targets(members, settings.classes), settings, backbone_weights, run, former
    )
    erase_bodies(trained, images, fields, np.array([member.label for member in members]), settings)
    trained.save(run / "network.keras")
    curve = learning_curve(run, [phase.name for phase in phases(settings)], CURVE)
    seconds = sum(float(epoch["seconds"]) for epoch in curve)
    record = run_record(dataclasses.asdict(settings), seconds, curve, data, splits)
    (run / "run.json").write_text(json.dumps(record, indent=2) + "\n")
    return trained


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m training.lungs.fit", description="Train the lung reader.")
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="folder with train/ and test/")
    parser.add_argument("--masks", type=Path, default=ROOT / "runs" / "lungs" / "masks.npz", help="predicted masks")
    parser.add_argument("--lung-masks", type=Path, help="folder with train/ of drawn masks, used where it has them")
    parser.add_argument("--backbone-weights", type=Path, help="ImageNet weights; Keras' download otherwise")
    parser.add_argument("--former", type=Path, help="network.keras of a run of training.fit to start from")
    parser.add_argument("--run", type=Path, default=RUN, help="where the result is kept")
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="other settings: epochs=2")
    options = parser.parse_args(arguments)
    settings = with_settings(Settings(), options.set)
    fit(
        options.data,
        options.masks,
        options.lung_masks,
        options.backbone_weights,
        options.run,
        settings,
        options.former,
    )


if __name__ == "__main__":
    main()
