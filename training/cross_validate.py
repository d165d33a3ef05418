"""Compare recipes without the test set: patient-grouped cross-validation under stress.

    python -m training.cross_validate --data DIR [--backbone-weights FILE] [--recipe NAME ...] [--fold F ...]

Each recipe is trained on two thirds of the fit split's patients and scored on the rest, four times over;
neither the validation nor the test patients take part. Three of the thirds are drawn by chance and make up the
whole; the fourth is the earliest third of each kind's patients by their numbers: another time, and so a shift
such as a new hospital brings. Training is a screening: small radiographs, few
epochs, the earliest layers frozen, the same for every recipe. Scored are the radiographs as they are and
under each condition of ``training/checks``; the score that counts is the mean over the worst quarter of
conditions. Killed, the command goes on from the last whole epoch. Writes ``data/cross_validation.csv`` from every
recipe that is finished; with ``--opinions``, writes ``data/opinions.csv`` instead: what the networks named
``TEACHERS`` say of the radiographs that they were not trained on.
"""

import argparse
import csv
import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np

from model.metrics import calibration, intervals
from model.metrics.reliability import platt
from model.network import split_scores as score_files
from training import dataset, fit, teacher_predictions
from training.checks import perturbations
from training.dataset import ROOT, Example
from training.fit import Labelled
from training.recipes import CANDIDATES, RECIPES, ROBUST, Recipe, with_settings

FOLDS = 3  # by chance
EARLIEST = "earliest"  # the fold of the lowest patient numbers
ALL_FOLDS = (*map(str, range(FOLDS)), EARLIEST)
FOLD_SEED = 42
STRESSED = 600  # radiographs a fold that are put under stress: every normal, and pneumonias up to so many in all
TARGET_RECALL = 0.95
SCREEN = 4 / 7  # of the recipe's side: 128 pixels instead of 224
TABLE = "cross_validation.csv"
TEACHERS = ("robust", "wide_augmentation")  # whose mean opinion a student learns from
FIGURES = ("auc", "specificity", "worst_auc", "worst_specificity", "movement")
COLUMNS = ("recipe", "about", "epochs", "fold", *FIGURES)


def screening(recipe: Recipe, settings: list[str]) -> Recipe:
    """The recipe made cheap: an eighth of the time, and the differences between recipes remain."""
    cheap = replace(
        recipe,
        size=32 * round(recipe.size * SCREEN / 32),
        epochs=8,  # after 3 the wider augmentations still lag behind, which they do not in the end
        average=0.99 if recipe.average else 0.0,  # over about half an epoch
        frozen_to="block_2_add",
    )
    return with_settings(cheap, settings)


def assign_folds(members: list[Example], folds: int = FOLDS) -> np.ndarray:
    """A fold a radiograph, int64 of shape (n,): patients whole, each subtype spread evenly."""
    generator = np.random.default_rng(FOLD_SEED)
    fold_of: dict[str, int] = {}
    for subtype in dataset.SUBTYPES:
        patients = sorted({e.patient for e in members if e.subtype == subtype})
        for place, patient in enumerate(generator.permutation(len(patients))):
            fold_of[patients[patient]] = place % folds
    return np.array([fold_of[e.patient] for e in members])


def earliest(members: list[Example]) -> np.ndarray:
    """Whether a radiograph is of the earliest third of its kind's patients by number, bool of shape (n,)."""
    first: set[str] = set()
    for subtype in dataset.SUBTYPES:
        patients = {e.patient for e in members if e.subtype == subtype}
        ordered = sorted(patients, key=lambda patient: (_number(patient), patient))
        first.update(ordered[: len(ordered) // FOLDS])
    return np.array([e.patient in first for e in members])


def _number(patient: str) -> int:
    return int(re.findall(r"\d+", patient.removeprefix("NORMAL2-"))[0])


def stressed(members: list[Example]) -> np.ndarray:
    """Which radiographs of a fold are put under stress: rows, every normal and some pneumonias, drawn."""
    ill = np.array([e.label for e in members])
    normals = np.flatnonzero(ill == 0)
    pneumonias = np.flatnonzero(ill == 1)
    drawn = np.random.default_rng(FOLD_SEED).permutation(pneumonias)[
        : max(len(normals) // 2, STRESSED - len(normals))
    ]
    return np.sort(np.concatenate([normals, drawn]))


def at_size(images: np.ndarray, size: int) -> np.ndarray:
    """Radiographs squeezed to a network's square, float32 of shape (n, size, size, 1)."""
    return np.stack([dataset.network_input(image.astype(np.float32) / 255, size) for image in images])


def score_fold(
    network: keras.Model, size: int, images: np.ndarray, members: list[Example]
) -> dict[str, np.ndarray]:
    """Logits of a fold: ``plain`` and ``mirrored`` (n, classes), ``stress`` (conditions, m, classes)."""

    def logits(views: np.ndarray) -> np.ndarray:
        return np.asarray(network.predict(at_size(views, size), batch_size=32, verbose=0))

    chosen = images[stressed(members)]
    return {
        "plain": logits(images),
        "mirrored": logits(images[:, :, ::-1]),
        "stress": np.stack(
            [logits(np.stack([change(image) for image in chosen])) for change in perturbations.CONDITIONS.values()]
        ),
    }


def specificity_at(labels: np.ndarray, scores: np.ndarray, recall: float = TARGET_RECALL) -> float:
    """Share of normals below the highest threshold that finds this share of the pneumonias."""
    ascending = np.sort(scores[labels == 1])
    threshold = ascending[int(np.floor((1 - recall) * len(ascending) + 1e-9))]
    return float(np.mean(scores[labels == 0] < threshold))


def figures(members: list[Example], logits: dict[str, np.ndarray]) -> dict[str, float]:
    """AUC and specificity at the target recall, plain and in the worst quarter of conditions.

    ``movement`` is the mean change of the calibrated probability over all conditions, 0 to 1.
    """
    rows = stressed(members)
    labels = np.array([e.label for e in members])[rows]
    plain = calibration.log_odds(logits["plain"])[rows]
    under_stress = calibration.log_odds(logits["stress"])
    calibrated = platt(plain, labels)
    moved = calibrated.probability(under_stress) - calibrated.probability(plain)
    return {
        "auc": intervals.auc(labels, plain).value,
        "specificity": specificity_at(labels, plain),
        "worst_auc": worst_quarter([intervals.auc(labels, scores).value for scores in under_stress]),
        "worst_specificity": worst_quarter([specificity_at(labels, scores) for scores in under_stress]),
        "movement": float(np.abs(moved).mean()),
    }


def worst_quarter(values: list[float]) -> float:
    """Mean of the lowest quarter."""
    return float(np.mean(np.sort(values)[: max(1, len(values) // 4)]))


class Study:
    """The data, its folds and the folder where finished folds are kept."""

    def __init__(self, data: Path, backbone_weights: Path | None, runs: Path, settings: list[str]) -> None:
        self.members = dataset.split(data)["fit"]
        self.images = dataset.load_images(data, self.members, 224)
        self.folds = assign_folds(self.members)
        self.backbone_weights, self.runs, self.settings = backbone_weights, runs, settings

    def rows(self, fold: str) -> tuple[np.ndarray, np.ndarray]:
        """What a fold's network learns from, and what it is scored on: row numbers."""
        held_out = earliest(self.members) if fold == EARLIEST else self.folds == int(fold)
        return np.flatnonzero(~held_out), np.flatnonzero(held_out)

    def of(self, rows: np.ndarray) -> list[Example]:
        return [self.members[row] for row in rows]

    def labelled(self, recipe: Recipe, rows: np.ndarray, targets: np.ndarray | None = None) -> Labelled:
        """Radiographs at a recipe's size, with their labels or other targets."""
        images = np.rint(at_size(self.images[rows], recipe.size))[..., 0].astype(np.uint8)
        return Labelled(images, fit.labels(self.of(rows), recipe.classes) if targets is None else targets)

    def done(self, recipe: Recipe, fold: str) -> Path:
        """The file of a finished fold."""
        return self.runs / recipe.name / f"fold-{fold}.npz"

    def fold(self, recipe: Recipe, fold: str) -> dict[str, np.ndarray]:
        """Logits of a fold by a network trained on the others; from the file where it is finished."""
        done, small = self.done(recipe, fold), screening(recipe, self.settings)
        fit.claim(small, done.with_suffix(""))
        if not done.exists():
            learnt, held_out = self.rows(fold)
            targets = self.taught(recipe, learnt, int(fold)) if recipe.teacher else None
            network = fit.train(
                small,
                self.labelled(small, learnt, targets),
                self.labelled(small, held_out[stressed(self.of(held_out))]),
                self.backbone_weights,
                done.with_suffix(""),
            )
            np.savez(
                done,
                allow_pickle=False,
                **score_fold(network, small.size, self.images[held_out], self.of(held_out)),
            )
        with np.load(done) as stored:
            return dict(stored)

    def figures(self, recipe: Recipe, fold: str) -> dict[str, float]:
        """How good a recipe is on a fold, trained first where it is not finished."""
        return figures(self.of(self.rows(fold)[1]), self.fold(recipe, fold))

    def taught(self, recipe: Recipe, learnt: np.ndarray, fold: int) -> np.ndarray:
        """A student's targets: labels and the opinion of networks that saw neither the image nor ``fold``."""
        opinion = np.empty((len(learnt), recipe.classes), np.float32)
        for other in set(range(FOLDS)) - {fold}:
            teaching = [third for third in range(FOLDS) if third not in (fold, other)]
            opinion[self.folds[learnt] == other] = self.teacher(teaching, other)
        return fit.mixed(recipe, opinion, self.of(learnt))

    def teacher(self, teaching: list[int], fold: int) -> np.ndarray:
        """P(class) of a fold, (n, classes), by a network trained on the folds ``teaching`` alone."""
        name = "".join(map(str, teaching))
        done = self.runs / "teachers" / f"{name}-of-{fold}.npy"
        if not done.exists():
            small = screening(ROBUST, self.settings)
            learnt, asked = np.flatnonzero(np.isin(self.folds, teaching)), np.flatnonzero(self.folds == fold)
            network = fit.train(
                small,
                self.labelled(small, learnt),
                self.labelled(small, asked[stressed(self.of(asked))]),
                self.backbone_weights,
                done.parent / name,
            )
            np.save(done, opinion_of(network, at_size(self.images[asked], small.size)))
        return np.load(done)

    def mean_opinion(self, recipes: list[Recipe]) -> np.ndarray:
        """P(class) of every radiograph, (n, classes): the mean over recipes, each asked only out of fold."""
        total = np.zeros((len(self.members), recipes[0].classes))
        for recipe in recipes:
            for fold in range(FOLDS):
                logits = self.fold(recipe, str(fold))
                total[self.folds == fold] += softmax_of_mean(np.array([logits["plain"], logits["mirrored"]]))
        return (total / len(recipes)).astype(np.float32)


def opinion_of(network: keras.Model, inputs: np.ndarray) -> np.ndarray:
    """P(class), float32 of shape (n, classes), the mean over each radiograph and its mirror image."""
    return softmax_of_mean(
        np.array([network.predict(views, batch_size=32, verbose=0) for views in (inputs, inputs[:, :, ::-1])])
    )


def softmax_of_mean(logits: np.ndarray) -> np.ndarray:
    """P(class), float32 of shape (n, classes), from the logits of several views, (views, n, classes)."""
    return np.asarray(keras.ops.softmax(logits.mean(axis=0)), np.float32)


def folds_of(recipe: Recipe, asked: Sequence[str]) -> list[str]:
    """The folds that a recipe is judged on: a student's teachers know those by chance alone."""
    return [fold for fold in asked if not (recipe.teacher and fold == EARLIEST)]


def write_table(study: Study, file: Path) -> None:
    """``data/cross_validation.csv``: the figures of every recipe on every fold that is finished.

    What was finished elsewhere, and is in the file already, stays as it is.
    """
    kept = list(csv.DictReader(file.open(newline=""))) if file.exists() else []
    known = {(row["recipe"], row["epochs"], row["fold"]): row for row in kept}
    finished = [(r, fold) for r, fold in itertools.product(CANDIDATES, ALL_FOLDS) if study.done(r, fold).exists()]
    for recipe, fold in finished:
        epochs = str(screening(recipe, study.settings).epochs)
        known[recipe.name, epochs, fold] = {
            "recipe": recipe.name,
            "about": recipe.about,
            "epochs": epochs,
            "fold": fold,
            **{name: f"{value:.5f}" for name, value in study.figures(recipe, fold).items()},
        }
    names = [recipe.name for recipe in CANDIDATES]
    order = sorted(known, key=lambda key: (-int(key[1]), names.index(key[0]), key[2]))
    with file.open("w", newline="") as handle:
        writer = csv.DictWriter(handle, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(known[key] for key in order)


def write_opinions(study: Study, teachers: list[Recipe]) -> None:
    """``data/opinions.csv``, unless it knows every radiograph already."""
    try:
        teacher_predictions.load(study.members)
        print(
            f"{teacher_predictions.FILE} knows every radiograph; nothing to do. Remove it to ask the teachers anew."
        )
    except teacher_predictions.NoOpinion:
        teacher_predictions.write(study.members, study.mean_opinion(teachers))


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m training.cross_validate", description="Compare recipes.")
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="folder with train/ and test/")
    parser.add_argument("--backbone-weights", type=Path, help="ImageNet weights; Keras' download otherwise")
    parser.add_argument("--recipe", nargs="*", choices=[r.name for r in CANDIDATES], help="default: all of them")
    parser.add_argument("--fold", nargs="*", choices=ALL_FOLDS, default=ALL_FOLDS, help="default: all of them")
    parser.add_argument("--runs", type=Path, default=ROOT / "runs" / "cross", help="where folds are kept")
    parser.add_argument("--opinions", action="store_true", help="train what teaches, write data/opinions.csv")
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="other settings: epochs=2")
    options = parser.parse_args(arguments)
    study = Study(options.data, options.backbone_weights, options.runs, options.set)
    if options.opinions:
        write_opinions(study, [RECIPES[name] for name in options.recipe or TEACHERS])
        return
    for name in options.recipe or [recipe.name for recipe in CANDIDATES]:
        for fold in folds_of(RECIPES[name], options.fold):
            measured = study.figures(RECIPES[name], fold)
            print(name, fold, {figure: round(value, 4) for figure, value in measured.items()}, flush=True)
    write_table(study, score_files.FOLDER / TABLE)


if __name__ == "__main__":
    main()
