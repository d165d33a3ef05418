"""The road to the shipped network, measured: what each step bought.

    python -m training.ladder --data DIR

Takes every finished run of the ladder (``python -m training.fit --recipe all``) and the shipped artefact,
scores them on train, validation and test, and writes ``data/ladder.csv``, ``data/ladder_scores.csv`` and
``data/learning_curves.csv``. A step that was measured before and has no run any more stays, compared anew.
Each network decides at its own threshold, fixed on validation by the shipped network's rule. All new ones
are one look at the test set.
"""

import argparse
import csv
import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from model.metrics.conformal import conformal_threshold
from model.metrics.paired_tests import delong, mcnemar
from model.network.card import ARTIFACT, KERAS_FILE
from model.network.classifier import Classifier
from model.network.split_scores import DATA_FOLDER, Scores, load_split_scores
from training import dataset, evaluate
from training.dataset import ROOT, Example
from training.export import TARGET_RECALL, sha256
from training.fit import CURVE
from training.recipes import LADDER, SHIPPED, VGG16, Recipe, recorded

STEPS = [*LADDER[:-1], VGG16, LADDER[-1], SHIPPED]
"""In the order of the road; of VGG16 there is a recipe, and a step where its weights can be had."""

FIGURES = ("auc", "accuracy", "recall")
TABLES = ("ladder.csv", "ladder_scores.csv", "learning_curves.csv")


@dataclass(frozen=True)
class Step:
    """A network of the ladder, measured.

    ``scores`` are P(pneumonia) on validation and test as the network gives it, ``row`` what the ladder's
    table says of it but for the comparison, ``curve`` its epochs.
    """

    scores: dict[str, Scores]
    row: dict[str, Any]
    curve: list[dict[str, Any]]


def threshold_of(validation: Scores) -> float:
    """The rule of the shipped network: the highest threshold that keeps the promise of recall."""
    return max(0.0, conformal_threshold(validation.probabilities[validation.labels == 1], TARGET_RECALL))


def measured(
    recipe: Recipe, training: dict[str, Any], parameters: int, digest: str, scores: dict[str, Scores]
) -> Step:
    """A step from its settings, its training's record, and its scores on train, validation and test."""
    threshold, curve = threshold_of(scores["validation"]), training.get("curve", [])
    figures = {split: evaluate.metrics(given, threshold) for split, given in scores.items()}
    settings = recorded(training["recipe"])
    epochs = settings.head_epochs + settings.epochs
    row = {
        "name": recipe.name,
        "about": recipe.about,
        "family": settings.family,
        "input_size": settings.size,
        "augmentation": settings.augmentation,
        "parameters": parameters,
        "epochs": epochs,
        "seconds_per_epoch": round(training["seconds"] / (epochs * settings.members), 1),
        "threshold": round(threshold, 6),
        "sha256": digest,
        # More decimals than are ever shown: rounded twice, 0.99449 would be 0.995.
        **{
            f"{split}_{figure}{end}": f"{given[figure][bound]:.6f}"
            for split, given in figures.items()
            for figure in FIGURES
            for end, bound in (("", "value"), ("_low", "low"), ("_high", "high"))
        },
        "test_specificity": f"{figures['test']['specificity']['value']:.6f}",
    }
    named = [{"name": recipe.name, **epoch} for epoch in curve]
    return Step({split: scores[split] for split in ("validation", "test")}, row, named)


def of_run(recipe: Recipe, run: Path, data: Path, members: dict[str, list[Example]]) -> Step:
    """A finished run, scored."""
    file = run / "network.keras"
    network = keras.saving.load_model(file, compile=False)
    scores = {name: evaluate.score_network(network, recipe.size, data, own) for name, own in members.items()}
    training = json.loads((run / "run.json").read_text())
    return measured(recipe, training, network.count_params(), sha256(file), scores)


def of_artifact(data: Path, members: dict[str, list[Example]], folder: Path, tables: Path) -> Step:
    """The artefact: its scores are read where they are written, those on train are made."""
    classifier = Classifier.load(folder)
    scores = {
        "train": evaluate.score(classifier, data, members["train"]),
        **{name: load_split_scores(classifier.card, name, tables) for name in ("validation", "test")},
    }
    file = folder / KERAS_FILE
    parameters = keras.saving.load_model(file, compile=False).count_params()
    return measured(SHIPPED, dataclasses.asdict(classifier.card.training), parameters, sha256(file), scores)


def known_steps(tables: Path, like: dict[str, Scores]) -> dict[str, Step]:
    """The steps that the tables hold already, by name; ``like`` are scores of the same radiographs."""
    if not all((tables / name).exists() for name in TABLES):
        return {}
    rows, scores, curves = (list(csv.DictReader((tables / name).open(newline=""))) for name in TABLES)

    def given(name: str, split: str) -> Scores:
        column = [float(row[name]) for row in scores if row["split"] == split]
        return dataclasses.replace(like[split], probabilities=np.array(column))

    return {
        row["name"]: Step(
            {split: given(row["name"], split) for split in ("validation", "test")},
            row,
            [epoch for epoch in curves if epoch["name"] == row["name"]],
        )
        for row in rows
    }


def against(step: Step, shipped: Step) -> dict[str, str]:
    """What the shipped network adds to a step's AUC, by DeLong's test, and whether both err equally often."""
    ours, best = step.scores["test"], shipped.scores["test"]
    areas = delong(ours.labels, ours.probabilities, best.probabilities)
    here, there = (
        (one.scores["test"].probabilities >= threshold_of(one.scores["validation"])) == ours.labels
        for one in (step, shipped)
    )
    return {
        "shipped_auc_gain": f"{areas.difference.value:.4f}",
        "shipped_auc_gain_low": f"{areas.difference.low:.4f}",
        "shipped_auc_gain_high": f"{areas.difference.high:.4f}",
        "delong_p": f"{areas.p:.2g}",
        "mcnemar_p": f"{mcnemar(np.sum(here & ~there), np.sum(there & ~here)):.2g}",
    }


def score_rows(steps: list[Step]) -> list[dict[str, Any]]:
    """Every validation and test radiograph with each network's P(pneumonia)."""
    rows = []
    for split in ("validation", "test"):
        first = steps[0].scores[split]
        for number, (image, label) in enumerate(zip(first.images, first.labels.tolist(), strict=True)):
            given = {one.row["name"]: f"{one.scores[split].probabilities[number]:.6f}" for one in steps}
            rows.append({"split": split, "image": image, "label": label, **given})
    return rows


def write(file: Path, rows: list[dict[str, Any]], columns: list[str]) -> None:
    with file.open("w", newline="") as handle:
        writer = csv.DictWriter(handle, columns, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def note(steps: list[Step], looks: Path) -> None:
    """The look at the test set that the new steps are."""
    found = {
        step.row["name"]: (
            step.row["sha256"],
            evaluate.metrics(step.scores["test"], threshold_of(step.scores["validation"])),
        )
        for step in steps
    }
    evaluate.note_looks(found, looks)


def measure(data: Path, runs: Path, folder: Path = ARTIFACT, tables: Path = DATA_FOLDER) -> list[dict[str, Any]]:
    """Score the artefact in ``folder`` and the finished runs, write the tables; returns the ladder's rows."""
    splits = dataset.split(data)
    members = {"train": splits["fit"], "validation": splits["validation"], "test": splits["test"]}
    shipped = of_artifact(data, members, folder, tables)
    finished = [recipe for recipe in STEPS[:-1] if (runs / recipe.name / "run.json").exists()]
    new = {recipe.name: of_run(recipe, runs / recipe.name, data, members) for recipe in finished}
    found = known_steps(tables, shipped.scores) | new | {SHIPPED.name: shipped}
    steps = [found[recipe.name] for recipe in STEPS if recipe.name in found]
    rows = [{**step.row, **against(step, shipped)} for step in steps]
    write(tables / "ladder.csv", rows, list(rows[0]))
    write(tables / "ladder_scores.csv", (scored := score_rows(steps)), list(scored[0]))
    epochs = [epoch for step in steps for epoch in step.curve]
    write(tables / "learning_curves.csv", epochs, ["name", "phase", "epoch", *CURVE])
    note(list(new.values()), tables / evaluate.LOOKS)
    return rows


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m training.ladder", description="Measure the ladder.")
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="folder with train/ and test/")
    parser.add_argument("--runs", type=Path, default=ROOT / "runs", help="where runs are kept")
    options = parser.parse_args(arguments)
    print(json.dumps(measure(options.data, options.runs), indent=2))


if __name__ == "__main__":
    main()
