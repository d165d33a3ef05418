"""Score a split with the shipped artefact and say how good it is.

    python -m training.evaluate --data DIR [--split test]

Prints JSON: discrimination and, at the shipped threshold, every rate, each with its 95 % interval, and
how far the probabilities are from ``data/*_scores.csv``. A look at the test set by a network that has
not been looked at before is written to ``data/test_looks.csv``: nothing may be chosen there, so anybody
can count how often it was consulted.
"""

import argparse
import csv
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
from training.dataset import ROOT, Example

LOOKS = "test_looks.csv"


def score(classifier: Classifier, data: Path, members: list[Example]) -> Scores:
    """Read every radiograph from its file, the way the dashboard does."""
    probabilities = [
        classifier.read(radiograph.read((data / e.image).read_bytes(), e.image)).probability
        for e in tqdm(members, desc="scoring", unit="image", mininterval=2)
    ]
    return scores_of(members, probabilities)


def score_network(network: keras.Model, size: int, data: Path, members: list[Example]) -> Scores:
    """P(pneumonia) by a network as it was trained, before calibration."""
    inputs = dataset.load_images(data, members, size)[..., None].astype(np.float32)
    logits = network.predict(inputs, batch_size=32, verbose=0)
    return scores_of(members, 1 - np.asarray(keras.ops.softmax(logits))[:, 0])


def scores_of(members: list[Example], probabilities: ArrayLike) -> Scores:
    """Probabilities with the radiographs that they belong to."""
    return Scores(
        images=[e.image for e in members],
        labels=np.array([e.label for e in members]),
        subtypes=[e.subtype for e in members],
        patients=[e.patient for e in members],
        probabilities=np.round(np.asarray(probabilities, float), DECIMALS),
    )


def metrics(scores: Scores, threshold: float) -> dict[str, Any]:
    """Every figure of a split at a threshold, shares and areas as value, low and high of the 95 % interval."""
    labels, probabilities = scores.labels, scores.probabilities
    counts = operating_points(labels, probabilities).at(threshold)
    found = probabilities >= threshold
    subtypes = np.array(scores.subtypes)
    return {
        "images": len(scores),
        "patients": len(set(scores.patients)),
        "threshold": threshold,
        "tp": counts.tp,
        "fp": counts.fp,
        "fn": counts.fn,
        "tn": counts.tn,
        "auc": intervals.auc(labels, probabilities)._asdict(),
        "recall": _share(counts.tp, counts.tp + counts.fn),
        "type_i_error": _share(counts.fn, counts.tp + counts.fn),
        "specificity": _share(counts.tn, counts.tn + counts.fp),
        "precision": _share(counts.tp, counts.tp + counts.fp),
        "accuracy": _share(counts.tp + counts.tn, len(scores)),
        "f1": {"value": counts.f1},
        "recall_bacteria": _share(*_found(found, subtypes == "bacteria")),
        "recall_virus": _share(*_found(found, subtypes == "virus")),
        "calibration": calibration_figures(labels, probabilities),
    }


def calibration_figures(labels: np.ndarray, probabilities: np.ndarray) -> dict[str, float]:
    """How far probabilities can be taken at their word."""
    bent = recalibration(labels, probabilities)
    return {
        "brier": brier_score_loss(labels, probabilities),
        "expected_error": reliability_diagram(labels, probabilities).expected_calibration_error,
        "intercept": bent.intercept,
        "slope": bent.slope,
    }


def with_referral(scores: Scores, low: float, high: float) -> dict[str, Any]:
    """Measure a referral band (``low`` <= probability < ``high``): how many it refers, and the rest's figures."""
    referred, kept = operating_points(scores.labels, scores.probabilities).referral(low, high)
    return {
        "referred": _share(referred, len(scores)),
        "accuracy": _share(kept.tp + kept.tn, kept.total),
        "recall": _share(kept.tp, kept.tp + kept.fn),
        "fn": kept.fn,
        "fp": kept.fp,
    }


def _share(part: int, whole: int) -> dict[str, float]:
    return intervals.proportion(part, whole)._asdict()


def _found(found: np.ndarray, members: np.ndarray) -> tuple[int, int]:
    return int(found[members].sum()), int(members.sum())


def note_looks(found: dict[str, tuple[str, dict[str, Any]]], looks: Path) -> None:
    """Append one look at the test set, at one or several networks: SHA-256 and figures by name.

    Networks that have been looked at before are left out: looking again at the same shows nothing new.
    """
    columns = ("look", "date", "network", "artifact_sha256", "auc", "recall", "accuracy", "threshold")
    seen = list(csv.DictReader(looks.open())) if looks.exists() else []
    known = {row["artifact_sha256"] for row in seen}
    number = max((int(row["look"]) for row in seen), default=0) + 1
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    with looks.open("a", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        if not seen:
            writer.writerow(columns)
        for name, (digest, result) in found.items():
            if digest not in known:
                figures = [f"{result[figure]['value']:.4f}" for figure in ("auc", "recall", "accuracy")]
                writer.writerow([number, today, name, digest, *figures, f"{result['threshold']:.6f}"])


def evaluate(data: Path, split: str, folder: Path = ARTIFACT, tables: Path = DATA_FOLDER) -> dict[str, Any]:
    """Score one split of a data folder with the artefact in ``folder``, whose CSV files are in ``tables``."""
    classifier = Classifier.load(folder)
    scores = score(classifier, data, dataset.split(data)[split])
    result = metrics(scores, classifier.card.default_threshold)
    if split == "test":
        digest = classifier.card.files[KERAS_FILE]
        note_looks({f"shipped {classifier.card.version}": (digest, result)}, tables / LOOKS)
    shipped = load_split_scores(classifier.card, split, tables)
    if shipped.images == scores.images:
        difference = np.abs(shipped.probabilities - scores.probabilities).max()
        result["largest_difference_from_shipped_scores"] = float(difference)
    return {"split": split, "model_version": classifier.card.version, **result}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m training.evaluate", description="Score a split with the shipped artefact."
    )
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="folder with train/ and test/")
    parser.add_argument("--split", choices=("test", "validation"), default="test")
    options = parser.parse_args(arguments)
    print(json.dumps(evaluate(options.data, options.split), indent=2))


if __name__ == "__main__":
    main()
