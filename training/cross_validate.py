"""Compare recipes without the test set: patient-grouped cross-validation on perturbed radiographs.

    python -m training.cross_validate --data DIR [--backbone-weights FILE] [--recipe NAME ...] [--fold F ...]
    python -m training.cross_validate ... --ray [ADDRESS]

Each recipe is trained on two thirds of the fit split's patients and scored on the rest, four times over;
neither the validation nor the test patients take part. Three of the thirds are drawn by chance and make up the
whole; the fourth is the earliest third of each kind's patients by their numbers: another time, and so a shift
such as a new hospital brings. Training is a screening: small radiographs, few
epochs, the earliest layers frozen, the same for every recipe. Scored are the radiographs as they are and
under each condition of ``training/checks/perturbations.py``; the score that counts is the mean over the worst
quarter of conditions. Killed, the command goes on from the last whole epoch; with ``--ray``, the machines of a Ray
cluster share the folds. Writes ``data/cross_validation.csv``
from every recipe that is finished; with ``--opinions``, writes ``data/teacher_predictions.csv`` instead: the mean
out-of-fold predictions of the recipes ``TEACHERS``, or of those named.
"""

import argparse
import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import keras
import numpy as np

from model.metrics import calibration, intervals
from model.network.preprocessing import network_input
from model.network.split_scores import DATA_FOLDER
from training import dataset, fit
from training.batches import Labelled
from training.checks.perturbations import CONDITIONS
from training.csv_rows import read_rows, write_rows
from training.dataset import ROOT, Example
from training.recipes import CANDIDATES, RECIPES, STRONG_AUGMENTATION, Recipe, with_settings
from training.teacher_predictions import (
    PREDICTIONS,
    MissingPrediction,
    load_teacher_predictions,
    write_teacher_predictions,
)

FOLDS = 3  # by chance
EARLIEST = "earliest"  # the fold of the lowest patient numbers
ALL_FOLDS = (*map(str, range(FOLDS)), EARLIEST)
FOLD_SEED = 42
PERTURBED = 600  # radiographs a fold that are perturbed: every normal, and pneumonias up to so many in all
TARGET_RECALL = 0.95
SCREENING_SIZE = 4 / 7  # of the recipe's side: 128 pixels instead of 224
TABLE = "cross_validation.csv"
TEACHERS = ("strong_augmentation", "wide_augmentation")
FIGURES = ("auc", "specificity", "worst_auc", "worst_specificity", "movement")
COLUMNS = ("recipe", "about", "epochs", "fold", *FIGURES)


def screening_recipe(recipe: Recipe, settings: list[str]) -> Recipe:
    """Return the recipe made cheap: an eighth of the time, and the differences between recipes remain."""
    cheap = replace(
        recipe,
        size=32 * round(recipe.size * SCREENING_SIZE / 32),
        epochs=8,  # after 3 the wider augmentations still lag behind, which they do not in the end
        average=0.99 if recipe.average else 0.0,  # over about half an epoch
        frozen_to="block_2_add",
    )
    return with_settings(cheap, settings)


def assign_folds(examples: list[Example], folds: int = FOLDS) -> np.ndarray:
    """Draw a fold for each radiograph, int64 of shape (n,): patients whole, each subtype spread evenly."""
    generator = np.random.default_rng(FOLD_SEED)
    fold_of: dict[str, int] = {}
    for subtype in dataset.SUBTYPES:
        patients = sorted({example.patient for example in examples if example.subtype == subtype})
        for place, patient in enumerate(generator.permutation(len(patients))):
            fold_of[patients[patient]] = place % folds
    return np.array([fold_of[example.patient] for example in examples])


def in_earliest_third(examples: list[Example]) -> np.ndarray:
    """Tell which radiographs are of the lowest third of their subtype's patient numbers, bool of shape (n,)."""
    earliest: set[str] = set()
    for subtype in dataset.SUBTYPES:
        patients = {example.patient for example in examples if example.subtype == subtype}
        ordered = sorted(patients, key=lambda patient: (_number(patient), patient))
        earliest.update(ordered[: len(ordered) // FOLDS])
    return np.array([example.patient in earliest for example in examples])


def _number(patient: str) -> int:
    return int(re.findall(r"\d+", patient.removeprefix("NORMAL2-"))[0])


def perturbed_rows(examples: list[Example]) -> np.ndarray:
    """Draw the rows of a fold that are perturbed: every normal and some pneumonias."""
    labels = np.array([example.label for example in examples])
    normals, pneumonias = np.flatnonzero(labels == 0), np.flatnonzero(labels == 1)
    number = max(len(normals) // 2, PERTURBED - len(normals))
    drawn = np.random.default_rng(FOLD_SEED).permutation(pneumonias)[:number]
    return np.sort(np.concatenate([normals, drawn]))


def network_inputs(images: np.ndarray, size: int) -> np.ndarray:
    """Squeeze radiographs to a network's square, float32 of shape (n, size, size, 1)."""
    return np.stack([network_input(image.astype(np.float32) / 255, size) for image in images])


def fold_logits(
    network: keras.Model, size: int, images: np.ndarray, examples: list[Example]
) -> dict[str, np.ndarray]:
    """Return a fold's logits: ``plain``, ``mirrored`` (n, classes), ``perturbed`` (conditions, m, classes)."""

    def logits(views: np.ndarray) -> np.ndarray:
        return np.asarray(network.predict(network_inputs(views, size), batch_size=32, verbose=0))

    chosen = images[perturbed_rows(examples)]
    return {
        "plain": logits(images),
        "mirrored": logits(images[:, :, ::-1]),
        "perturbed": np.stack([logits(np.stack(list(map(change, chosen)))) for change in CONDITIONS.values()]),
    }


def specificity_at(labels: np.ndarray, scores: np.ndarray, recall: float = TARGET_RECALL) -> float:
    """Return the share of normals below the highest threshold that finds this share of the pneumonias."""
    ascending = np.sort(scores[labels == 1])
    threshold = ascending[int(np.floor((1 - recall) * len(ascending) + 1e-9))]
    return float(np.mean(scores[labels == 0] < threshold))


def fold_figures(examples: list[Example], logits: dict[str, np.ndarray]) -> dict[str, float]:
    """Return AUC and specificity at the target recall, plain and as mean of the worst quarter of conditions.

    ``movement`` is the mean absolute change of the calibrated probability over all conditions, 0 to 1.
    """
    rows = perturbed_rows(examples)
    labels = np.array([example.label for example in examples])[rows]
    plain = calibration.log_odds(logits["plain"])[rows]
    perturbed = calibration.log_odds(logits["perturbed"])
    calibrated = calibration.fit_platt(plain, labels)
    moved = calibrated.probability(perturbed) - calibrated.probability(plain)
    return {
        "auc": intervals.auc(labels, plain).value,
        "specificity": specificity_at(labels, plain),
        "worst_auc": worst_quarter([intervals.auc(labels, scores).value for scores in perturbed]),
        "worst_specificity": worst_quarter([specificity_at(labels, scores) for scores in perturbed]),
        "movement": float(np.abs(moved).mean()),
    }


def worst_quarter(values: list[float]) -> float:
    """Return the mean of the lowest quarter."""
    return float(np.mean(np.sort(values)[: max(1, len(values) // 4)]))


class Study:
    """The data, its folds and the folder where finished folds are kept."""

    def __init__(self, data: Path, backbone_weights: Path | None, runs: Path, settings: list[str]) -> None:
        self.examples = dataset.split(data)["fit"]
        self.images = dataset.load_images(data, self.examples, 224)
        self.folds = assign_folds(self.examples)
        self.backbone_weights, self.runs, self.settings = backbone_weights, runs, settings

    def rows(self, fold: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows that a fold's network is trained on, and those that it is scored on."""
        held_out = in_earliest_third(self.examples) if fold == EARLIEST else self.folds == int(fold)
        return np.flatnonzero(~held_out), np.flatnonzero(held_out)

    def examples_at(self, rows: np.ndarray) -> list[Example]:
        """Return the examples of these rows."""
        return [self.examples[row] for row in rows]

    def labelled(self, recipe: Recipe, rows: np.ndarray, targets: np.ndarray | None = None) -> Labelled:
        """Return radiographs at a recipe's size, with their labels or other targets."""
        images = np.rint(network_inputs(self.images[rows], recipe.size))[..., 0].astype(np.uint8)
        if targets is None:
            targets = fit.label_targets(self.examples_at(rows), recipe.classes)
        return Labelled(images, targets)

    def trained(
        self, recipe: Recipe, rows: np.ndarray, held_out: np.ndarray, run: Path, targets: np.ndarray | None = None
    ) -> keras.Model:
        """Train a network on some rows, watched on the perturbed ones of others."""
        watched = held_out[perturbed_rows(self.examples_at(held_out))]
        training, validation = self.labelled(recipe, rows, targets), self.labelled(recipe, watched)
        return fit.train(recipe, training, validation, self.backbone_weights, run)

    def fold_file(self, recipe: Recipe, fold: str) -> Path:
        """Return where a finished fold's logits are kept."""
        return self.runs / recipe.name / f"fold-{fold}.npz"

    def logits(self, recipe: Recipe, fold: str) -> dict[str, np.ndarray]:
        """Return a fold's logits by a network trained on the others; from the file where it is finished."""
        file, small = self.fold_file(recipe, fold), screening_recipe(recipe, self.settings)
        fit.lock_settings(small, file.with_suffix(""))
        if not file.exists():
            rows, held_out = self.rows(fold)
            targets = self.distillation_targets(recipe, rows, int(fold)) if recipe.distillation else None
            network = self.trained(small, rows, held_out, file.with_suffix(""), targets)
            scored = fold_logits(network, small.size, self.images[held_out], self.examples_at(held_out))
            # Whole or not there, whenever this process is killed.
            begun = file.with_suffix(".part.npz")
            np.savez(begun, allow_pickle=False, **scored)
            begun.replace(file)
        with np.load(file) as stored:
            return dict(stored)

    def figures(self, recipe: Recipe, fold: str) -> dict[str, float]:
        """Return a recipe's figures on a fold, trained first where it is not finished."""
        return fold_figures(self.examples_at(self.rows(fold)[1]), self.logits(recipe, fold))

    def distillation_targets(self, recipe: Recipe, rows: np.ndarray, fold: int) -> np.ndarray:
        """Mix labels with predictions of networks that saw neither the radiograph nor ``fold``."""
        predictions = np.empty((len(rows), recipe.classes), np.float32)
        for other in set(range(FOLDS)) - {fold}:
            taught_on = [third for third in range(FOLDS) if third not in (fold, other)]
            predictions[self.folds[rows] == other] = self.teacher_predictions(taught_on, other)
        return fit.distillation_targets(recipe, predictions, self.examples_at(rows))

    def teacher_predictions(self, training_folds: list[int], fold: int) -> np.ndarray:
        """Return P(class) of a fold, (n, classes), by a network trained on ``training_folds`` alone."""
        name = "".join(map(str, training_folds))
        file = self.runs / "teachers" / f"{name}-of-{fold}.npy"
        if not file.exists():
            small = screening_recipe(STRONG_AUGMENTATION, self.settings)
            rows, held_out = np.flatnonzero(np.isin(self.folds, training_folds)), np.flatnonzero(self.folds == fold)
            network = self.trained(small, rows, held_out, file.parent / name)
            inputs = network_inputs(self.images[held_out], small.size)
            both = [network.predict(views, batch_size=32, verbose=0) for views in (inputs, inputs[:, :, ::-1])]
            np.save(file, softmax_of_mean(np.array(both)))
        return np.load(file)

    def mean_predictions(self, recipes: list[Recipe]) -> np.ndarray:
        """Return out-of-fold P(class) of every radiograph, (n, classes), the mean over recipes."""
        total = np.zeros((len(self.examples), recipes[0].classes))
        for recipe in recipes:
            for fold in range(FOLDS):
                logits = self.logits(recipe, str(fold))
                total[self.folds == fold] += softmax_of_mean(np.array([logits["plain"], logits["mirrored"]]))
        return (total / len(recipes)).astype(np.float32)


def softmax_of_mean(logits: np.ndarray) -> np.ndarray:
    """Return P(class), float32 of shape (n, classes), from the logits of several views, (views, n, classes)."""
    return np.asarray(keras.ops.softmax(logits.mean(axis=0)), np.float32)


def comparable_folds(recipe: Recipe, folds: Sequence[str]) -> list[str]:
    """Return the folds that a recipe is judged on: a distilled network's teachers know those by chance alone."""
    return [fold for fold in folds if not (recipe.distillation and fold == EARLIEST)]


def write_table(study: Study, file: Path) -> None:
    """Write ``data/cross_validation.csv``: the figures of every recipe on every finished fold.

    What was finished elsewhere, and is in the file already, stays as it is.
    """
    known = {(row["recipe"], row["epochs"], row["fold"]): row for row in read_rows(file)}
    for recipe, fold in itertools.product(CANDIDATES, ALL_FOLDS):
        if study.fold_file(recipe, fold).exists():
            epochs = str(screening_recipe(recipe, study.settings).epochs)
            known[recipe.name, epochs, fold] = {
                "recipe": recipe.name,
                "about": recipe.about,
                "epochs": epochs,
                "fold": fold,
                **{name: f"{value:.5f}" for name, value in study.figures(recipe, fold).items()},
            }
    names = [recipe.name for recipe in CANDIDATES]
    order = sorted(known, key=lambda key: (-int(key[1]), names.index(key[0]), key[2]))
    write_rows(file, COLUMNS, (known[key] for key in order))


def write_missing_predictions(study: Study, teachers: list[Recipe]) -> None:
    """Write ``data/teacher_predictions.csv``, unless it has every radiograph already."""
    try:
        load_teacher_predictions(study.examples)
        print(f"{PREDICTIONS} has every radiograph; nothing to do. Remove it to train the teachers anew.")
    except MissingPrediction:
        write_teacher_predictions(study.examples, study.mean_predictions(teachers))


def main(arguments: list[str] | None = None) -> None:
    """Train and compare the recipes and folds that the command line names, or write the teachers' predictions."""
    parser = argparse.ArgumentParser(prog="python -m training.cross_validate", description="Compare recipes.")
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="folder with train/ and test/")
    parser.add_argument("--backbone-weights", type=Path, help="ImageNet weights; Keras' download otherwise")
    parser.add_argument("--recipe", nargs="*", choices=[r.name for r in CANDIDATES], help="default: all of them")
    parser.add_argument("--fold", nargs="*", choices=ALL_FOLDS, default=ALL_FOLDS, help="default: all of them")
    parser.add_argument("--runs", type=Path, default=ROOT / "runs" / "cross", help="where folds are kept")
    parser.add_argument(
        "--opinions",
        "--teacher-predictions",
        action="store_true",
        help="train the teachers, write data/teacher_predictions.csv",
    )
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="other settings: epochs=2")
    parser.add_argument(
        "--ray", nargs="?", const="auto", metavar="ADDRESS", help="share the folds among a Ray cluster's machines"
    )
    options = parser.parse_args(arguments)
    begin = partial(Study, options.data.resolve(), options.backbone_weights, options.runs.resolve(), options.set)
    study = begin()
    names = options.recipe or (TEACHERS if options.opinions else [recipe.name for recipe in CANDIDATES])
    folds = list(map(str, range(FOLDS))) if options.opinions else options.fold
    wanted = [(name, fold) for name in names for fold in comparable_folds(RECIPES[name], folds)]
    if options.ray:
        # Loaded here: one machine does without Ray.
        from training.fold_tasks import train_folds

        missing = [(name, fold) for name, fold in wanted if not study.fold_file(RECIPES[name], fold).exists()]
        train_folds(begin, missing, options.ray)
    if options.opinions:
        write_missing_predictions(study, [RECIPES[name] for name in names])
        return
    for name, fold in wanted:
        measured = study.figures(RECIPES[name], fold)
        print(name, fold, {figure: round(value, 4) for figure, value in measured.items()}, flush=True)
    write_table(study, DATA_FOLDER / TABLE)


if __name__ == "__main__":
    main()
