"""Score a split with the shipped artefact and print how good it is.

    python -m training.evaluate --data DIR [--split test]

Prints JSON: discrimination and, at the shipped threshold, every rate, each with its 95 % interval, and
how far the probabilities are from ``data/*_scores.csv``. A look at the test set by a network that has
not been looked at before is written to ``data/test_looks.csv``: nothing may be chosen there, so anybody
can count how often it was consulted.
"""

import argparse
import datetime
import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics import brier_score_loss
from tqdm import tqdm

from model.io import radiograph
from model.metrics import intervals
from model.metrics.operating_points import operating_points
from model.metrics.reliability import recalibration, reliability_diagram
from model.network.card import ARTIFACT, KERAS_FILE
from model.network.classifier import Classifier
from model.network.split_scores import DATA_FOLDER, DECIMALS, Scores, load_split_scores
from training import dataset
from training.csv_rows import read_rows, write_rows
from training.dataset import ROOT, Example

LOOKS = "test_looks.csv"
LOOK_COLUMNS = ("look", "date", "network", "artifact_sha256", "auc", "recall", "accuracy", "threshold")


def score_split(classifier: Classifier, data: Path, examples: list[Example]) -> Scores:
    """Read every radiograph from its file, the way the dashboard does."""
    probabilities = [
        classifier.read(radiograph.read((data / example.image).read_bytes(), example.image)).probability
        for example in tqdm(examples, desc="scoring", unit="image", mininterval=2)
    ]
    return rounded_scores(examples, probabilities)


def score_network(network: keras.Model, size: int, data: Path, examples: list[Example]) -> Scores:
    """Return P(pneumonia) by a network as it was trained, before calibration."""
    inputs = dataset.load_images(data, examples, size)[..., None].astype(np.float32)
    logits = network.predict(inputs, batch_size=32, verbose=0)
    return rounded_scores(examples, 1 - np.asarray(keras.ops.softmax(logits))[:, 0])


def rounded_scores(examples: list[Example], probabilities: ArrayLike) -> Scores:
    """Return probabilities, as they are written, with the radiographs that they belong to."""
    return Scores(
        images=[example.image for example in examples],
        labels=np.array([example.label for example in examples]),
        subtypes=[example.subtype for example in examples],
        patients=[example.patient for example in examples],
        probabilities=np.round(np.asarray(probabilities, float), DECIMALS),
    )


def split_metrics(scores: Scores, threshold: float) -> dict[str, Any]:
    """Measure a split at a threshold: shares and areas as value, low and high of the 95 % interval."""
    labels, probabilities = scores.labels, scores.probabilities
    counts = operating_points(labels, probabilities).at(threshold)
    bent, diagram = recalibration(labels, probabilities), reliability_diagram(labels, probabilities)

    def recall_of(subtype: str) -> dict[str, float]:
        chosen = probabilities[np.array(scores.subtypes) == subtype]
        return _proportion(int((chosen >= threshold).sum()), len(chosen))

    return {
        "images": len(scores),
        "patients": len(set(scores.patients)),
        "threshold": threshold,
        "tp": counts.tp,
        "fp": counts.fp,
        "fn": counts.fn,
        "tn": counts.tn,
        "auc": intervals.auc(labels, probabilities)._asdict(),
        "recall": _proportion(counts.tp, counts.tp + counts.fn),
        "type_i_error": _proportion(counts.fn, counts.tp + counts.fn),
        "specificity": _proportion(counts.tn, counts.tn + counts.fp),
        "precision": _proportion(counts.tp, counts.tp + counts.fp),
        "accuracy": _proportion(counts.tp + counts.tn, len(scores)),
        "f1": {"value": counts.f1},
        "recall_bacteria": recall_of("bacteria"),
        "recall_virus": recall_of("virus"),
        "calibration": {
            "brier": brier_score_loss(labels, probabilities),
            "expected_error": diagram.expected_calibration_error,
            "intercept": bent.intercept,
            "slope": bent.slope,
        },
    }


def referral_metrics(scores: Scores, low: float, high: float) -> dict[str, Any]:
    """Measure a referral band (``low`` <= probability < ``high``): how many it refers, and the rest's figures."""
    referred, kept = operating_points(scores.labels, scores.probabilities).referral(low, high)
    return {
        "referred": _proportion(referred, len(scores)),
        "accuracy": _proportion(kept.tp + kept.tn, kept.total),
        "recall": _proportion(kept.tp, kept.tp + kept.fn),
        "fn": kept.fn,
        "fp": kept.fp,
    }


def _proportion(part: int, whole: int) -> dict[str, float]:
    return intervals.proportion(part, whole)._asdict()


def record_looks(measured: dict[str, tuple[str, dict[str, Any]]], file: Path) -> None:
    """Append one look at the test set, at one or several networks: SHA-256 and ``split_metrics`` by name.

    Networks that have been looked at before are left out: looking again at the same shows nothing new.
    """
    looks = read_rows(file)
    known = {row["artifact_sha256"] for row in looks}
    number = max((int(row["look"]) for row in looks), default=0) + 1
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    new = [
        {
            "look": number,
            "date": today,
            "network": name,
            "artifact_sha256": digest,
            **{figure: f"{metrics[figure]['value']:.4f}" for figure in ("auc", "recall", "accuracy")},
            "threshold": f"{metrics['threshold']:.6f}",
        }
        for name, (digest, metrics) in measured.items()
        if digest not in known
    ]
    write_rows(file, LOOK_COLUMNS, [*looks, *new])


def evaluate(data: Path, split: str, folder: Path = ARTIFACT, tables: Path = DATA_FOLDER) -> dict[str, Any]:
    """Score one split of a data folder with the artefact in ``folder``, whose CSV files are in ``tables``."""
    classifier = Classifier.load(folder)
    scores = score_split(classifier, data, dataset.split(data)[split])
    metrics = split_metrics(scores, classifier.card.default_threshold)
    if split == "test":
        digest = classifier.card.files[KERAS_FILE]
        record_looks({f"shipped {classifier.card.version}": (digest, metrics)}, tables / LOOKS)
    shipped = load_split_scores(classifier.card, split, tables)
    if shipped.images == scores.images:
        difference = np.abs(shipped.probabilities - scores.probabilities).max()
        metrics["largest_difference_from_shipped_scores"] = float(difference)
    return {"split": split, "model_version": classifier.card.version, **metrics}


def main(arguments: list[str] | None = None) -> None:
    """Print how good the shipped artefact is on the split that the command line names."""
    parser = argparse.ArgumentParser(
        prog="python -m training.evaluate", description="Score a split with the shipped artefact."
    )
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="folder with train/ and test/")
    parser.add_argument("--split", choices=("test", "validation"), default="test")
    options = parser.parse_args(arguments)
    print(json.dumps(evaluate(options.data, options.split), indent=2))


if __name__ == "__main__":
    main()
