"""Measure the steps from a fully connected net to the shipped network.

    python -m training.ladder --data DIR

Takes every finished run of the ladder (``python -m training.fit --recipe all``) and the shipped artefact,
scores them on train, validation and test, and writes ``data/ladder.csv``, ``data/ladder_scores.csv`` and
``data/learning_curves.csv``. A step that was measured before and has no run any more stays, compared anew.
Each network decides at its own threshold, fixed on validation by the shipped network's rule. All new ones
are one look at the test set.
"""

import argparse
import json
from dataclasses import asdict, dataclass, replace
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
from training.csv_rows import read_rows, write_rows
from training.dataset import ROOT, Example
from training.export import TARGET_RECALL, sha256
from training.fit import CURVE
from training.recipes import LADDER, SHIPPED, VGG16, Recipe, recorded

STEPS = [*LADDER[:-1], VGG16, LADDER[-1], SHIPPED]
"""In their order; VGG16 is a step only where its weights can be had."""

FIGURES = ("auc", "accuracy", "recall")
LADDER_TABLE, SCORES_TABLE, CURVES_TABLE = "ladder.csv", "ladder_scores.csv", "learning_curves.csv"


@dataclass(frozen=True)
class Step:
    """A network of the ladder, measured.

    ``scores`` are P(pneumonia) on validation and test as the network gives it, ``row`` its row of the ladder's
    table but for the comparison, ``curve`` its epochs.
    """

    scores: dict[str, Scores]
    row: dict[str, Any]
    curve: list[dict[str, Any]]

    @property
    def threshold(self) -> float:
        """The step's own threshold."""
        return own_threshold(self.scores["validation"])

    @property
    def right(self) -> np.ndarray:
        """Whether each test radiograph is classified rightly at ``threshold``, bool of shape (n,)."""
        test = self.scores["test"]
        return (test.probabilities >= self.threshold) == test.labels


def own_threshold(validation: Scores) -> float:
    """Return the highest threshold that keeps the promised recall, as the shipped network's is chosen."""
    return max(0.0, conformal_threshold(validation.probabilities[validation.labels == 1], TARGET_RECALL))


def measured_step(
    recipe: Recipe, training: dict[str, Any], parameters: int, digest: str, scores: dict[str, Scores]
) -> Step:
    """Measure a step by its settings, its training's record, and its scores on train, validation and test."""
    threshold = own_threshold(scores["validation"])
    metrics = {split: evaluate.split_metrics(own, threshold) for split, own in scores.items()}
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
            f"{split}_{figure}{end}": f"{own[figure][bound]:.6f}"
            for split, own in metrics.items()
            for figure in FIGURES
            for end, bound in (("", "value"), ("_low", "low"), ("_high", "high"))
        },
        "test_specificity": f"{metrics['test']['specificity']['value']:.6f}",
    }
    curve = [{"name": recipe.name, **epoch} for epoch in training.get("curve", [])]
    return Step({split: scores[split] for split in ("validation", "test")}, row, curve)


def step_of_run(recipe: Recipe, run: Path, data: Path, examples: dict[str, list[Example]]) -> Step:
    """Score and measure a finished run."""
    file = run / "network.keras"
    network = keras.saving.load_model(file, compile=False)
    scores = {name: evaluate.score_network(network, recipe.size, data, own) for name, own in examples.items()}
    training = json.loads((run / "run.json").read_text())
    return measured_step(recipe, training, network.count_params(), sha256(file), scores)


def shipped_step(data: Path, examples: dict[str, list[Example]], folder: Path, tables: Path) -> Step:
    """Measure the artefact: its scores on validation and test are read from the tables, those on train are made."""
    classifier = Classifier.load(folder)
    scores = {
        "train": evaluate.score_split(classifier, data, examples["train"]),
        **{name: load_split_scores(classifier.card, name, tables) for name in ("validation", "test")},
    }
    file = folder / KERAS_FILE
    parameters = keras.saving.load_model(file, compile=False).count_params()
    return measured_step(SHIPPED, asdict(classifier.card.training), parameters, sha256(file), scores)


def tabled_steps(tables: Path, like: dict[str, Scores]) -> dict[str, Step]:
    """Return the steps that the tables hold already, by name; ``like`` are scores of the same radiographs."""
    rows, scores, curves = (read_rows(tables / name) for name in (LADDER_TABLE, SCORES_TABLE, CURVES_TABLE))

    def scores_of(name: str, split: str) -> Scores:
        column = [float(row[name]) for row in scores if row["split"] == split]
        return replace(like[split], probabilities=np.array(column))

    return {
        row["name"]: Step(
            {split: scores_of(row["name"], split) for split in like},
            row,
            [epoch for epoch in curves if epoch["name"] == row["name"]],
        )
        for row in rows
    }


def compare_with_shipped(step: Step, shipped: Step) -> dict[str, str]:
    """Test what the shipped network adds to a step's AUC (DeLong), and whether both err equally often (McNemar)."""
    first, second = step.scores["test"], shipped.scores["test"]
    areas = delong(first.labels, first.probabilities, second.probabilities)
    step_alone, shipped_alone = np.sum(step.right & ~shipped.right), np.sum(shipped.right & ~step.right)
    return {
        "shipped_auc_gain": f"{areas.difference.value:.4f}",
        "shipped_auc_gain_low": f"{areas.difference.low:.4f}",
        "shipped_auc_gain_high": f"{areas.difference.high:.4f}",
        "delong_p": f"{areas.p:.2g}",
        "mcnemar_p": f"{mcnemar(step_alone, shipped_alone):.2g}",
    }


def score_rows(steps: list[Step]) -> list[dict[str, Any]]:
    """Return a row for every validation and test radiograph, with each network's P(pneumonia)."""
    rows = []
    for split in ("validation", "test"):
        first = steps[0].scores[split]
        for number, (image, label) in enumerate(zip(first.images, first.labels.tolist(), strict=True)):
            scores = {step.row["name"]: f"{step.scores[split].probabilities[number]:.6f}" for step in steps}
            rows.append({"split": split, "image": image, "label": label, **scores})
    return rows


def measure_ladder(
    data: Path, runs: Path, folder: Path = ARTIFACT, tables: Path = DATA_FOLDER
) -> list[dict[str, Any]]:
    """Score the artefact in ``folder`` and the finished runs, write the tables; returns the ladder's rows."""
    splits = dataset.split(data)
    examples = {"train": splits["fit"], "validation": splits["validation"], "test": splits["test"]}
    shipped = shipped_step(data, examples, folder, tables)
    finished = [recipe for recipe in STEPS[:-1] if (runs / recipe.name / "run.json").exists()]
    new = {recipe.name: step_of_run(recipe, runs / recipe.name, data, examples) for recipe in finished}
    found = tabled_steps(tables, shipped.scores) | new | {SHIPPED.name: shipped}
    steps = [found[recipe.name] for recipe in STEPS if recipe.name in found]
    rows = [{**step.row, **compare_with_shipped(step, shipped)} for step in steps]
    write_rows(tables / LADDER_TABLE, rows[0], rows)
    write_rows(tables / SCORES_TABLE, (scored := score_rows(steps))[0], scored)
    write_rows(tables / CURVES_TABLE, ["name", "phase", "epoch", *CURVE], [e for step in steps for e in step.curve])
    looked_at = {
        name: (step.row["sha256"], evaluate.split_metrics(step.scores["test"], step.threshold))
        for name, step in new.items()
    }
    evaluate.record_looks(looked_at, tables / evaluate.LOOKS)
    return rows


def main(arguments: list[str] | None = None) -> None:
    """Measure the runs that the command line names, and print the ladder's rows."""
    parser = argparse.ArgumentParser(prog="python -m training.ladder", description="Measure the ladder.")
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="folder with train/ and test/")
    parser.add_argument("--runs", type=Path, default=ROOT / "runs", help="where runs are kept")
    options = parser.parse_args(arguments)
    print(json.dumps(measure_ladder(options.data, options.runs), indent=2))


if __name__ == "__main__":
    main()
