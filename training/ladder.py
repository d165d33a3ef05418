"""Measure the steps from a fully connected net to the shipped network.

    python -m training.ladder --data DIR [--lung-masks DIR]

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
from model.metrics.estimate import Estimate
from model.metrics.paired_tests import delong, mcnemar
from model.network.card import ARTIFACT, KERAS_FILE
from model.network.card.sections import LungReading
from model.network.classifier import Classifier
from model.network.split_scores import DATA_FOLDER, Scores, load_split_scores
from training import dataset, evaluate
from training.checks import lung_reading
from training.csv_rows import read_rows, write_rows
from training.dataset import ROOT, Example
from training.export import TARGET_RECALL, sha256
from training.fit import CURVE
from training.recipes import LADDER, VGG16, WHOLE_RADIOGRAPH

STEPS = {recipe.name: recipe.about for recipe in (*LADDER[:-1], VGG16, LADDER[-1], WHOLE_RADIOGRAPH)}
"""What each step adds, in their order; VGG16 is a step only where its weights can be had."""
PHASES = ("head_epochs", "small_epochs", "epochs", "polish_epochs", "hiding_epochs")
"""Settings that count epochs, as far as a training has such a phase."""
SHIPPED = "shipped"
SHIPPED_ABOUT = "+ lungs in other bodies: shipped"

FIGURES = ("auc", "accuracy", "recall")
LUNG_FIGURES = ("body_moved", "lungs_moved", "lungs_grey", "outline", "only_lungs", "inside", "peak_inside")
"""What is asked of every step on validation radiographs with drawn lungs, see ``LungReading``."""
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
    name: str,
    about: str,
    training: dict[str, Any],
    parameters: int,
    digest: str,
    scores: dict[str, Scores],
    found: LungReading | None,
) -> Step:
    """Measure a step by its training's record, its scores on train, validation and test, and where it looks."""
    threshold = own_threshold(scores["validation"])
    metrics = {split: evaluate.split_metrics(own, threshold) for split, own in scores.items()}
    settings = training["recipe"]
    epochs = sum(settings.get(phase, 0) for phase in PHASES)
    row = {
        "name": name,
        "about": about,
        "family": settings["family"],
        "input_size": settings["size"],
        "augmentation": settings["augmentation"],
        "parameters": parameters,
        "epochs": epochs,
        "seconds_per_epoch": round(training["seconds"] / (epochs * settings["members"]), 1),
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
        **lung_columns(found),
    }
    curve = [{"name": name, **epoch} for epoch in training.get("curve", []) if epoch.keys() >= set(CURVE)]
    return Step({split: scores[split] for split in ("validation", "test")}, row, curve)


def lung_columns(found: LungReading | None) -> dict[str, str]:
    """Return what a step does where lungs and body are taken apart; empty where nobody asked."""
    columns = {}
    for figure in LUNG_FIGURES:
        estimate = getattr(found, figure) if found else Estimate(np.nan, np.nan, np.nan)
        for end, value in zip(("", "_low", "_high"), estimate, strict=True):
            columns[f"lung_{figure}{end}"] = "" if np.isnan(estimate.value) else f"{value:.6f}"
    return columns


def step_of_run(
    name: str, run: Path, data: Path, examples: dict[str, list[Example]], asked: lung_reading.Asked | None
) -> Step:
    """Score and measure a finished run; with ``asked``, whether it reads the lungs."""
    file = run / "network.keras"
    network, training = keras.saving.load_model(file, compile=False), json.loads((run / "run.json").read_text())
    size = training["recipe"]["size"]
    scores = {split: evaluate.score_network(network, size, data, own) for split, own in examples.items()}
    found = lung_reading.lung_reading(lung_reading.Trained(network, size), asked) if asked else None
    return measured_step(name, STEPS[name], training, network.count_params(), sha256(file), scores, found)


def shipped_step(data: Path, examples: dict[str, list[Example]], folder: Path, tables: Path) -> Step:
    """Measure the artefact: its scores on validation and test are read from the tables, those on train are made."""
    classifier = Classifier.load(folder)
    scores = {
        "train": evaluate.score_split(classifier, data, examples["train"]),
        **{name: load_split_scores(classifier.card, name, tables) for name in ("validation", "test")},
    }
    file = folder / KERAS_FILE
    parameters = keras.saving.load_model(file, compile=False).count_params()
    training = asdict(classifier.card.training)
    found = classifier.card.lung_reading.get("twins")
    return measured_step(SHIPPED, SHIPPED_ABOUT, training, parameters, sha256(file), scores, found)


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
    data: Path, runs: Path, folder: Path = ARTIFACT, tables: Path = DATA_FOLDER, drawn: Path | None = None
) -> list[dict[str, Any]]:
    """Score the artefact in ``folder`` and the finished runs, write the tables; returns the ladder's rows.

    With ``drawn``, a folder of lung masks, the runs are also asked whether they read the lungs.
    """
    splits = dataset.split(data)
    examples = {"train": splits["fit"], "validation": splits["validation"], "test": splits["test"]}
    shipped = shipped_step(data, examples, folder, tables)
    finished = [name for name in STEPS if (runs / name / "run.json").exists()]
    asked = lung_reading.asked_of(data, drawn, splits["validation"]) if drawn else None
    new = {name: step_of_run(name, runs / name, data, examples, asked) for name in finished}
    found = tabled_steps(tables, shipped.scores) | new | {SHIPPED: shipped}
    steps = [found[name] for name in (*STEPS, SHIPPED) if name in found]
    rows = [step.row | lung_columns(None) | step.row | compare_with_shipped(step, shipped) for step in steps]
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
    parser.add_argument("--lung-masks", type=Path, help="folder with train/ of drawn lung masks")
    options = parser.parse_args(arguments)
    print(json.dumps(measure_ladder(options.data, options.runs, drawn=options.lung_masks), indent=2))


if __name__ == "__main__":
    main()
