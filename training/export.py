"""Turn a finished run into the artefact that ships.

    python -m training.export --data DIR [--run runs/finetuned]

Alone writes ``model/artifact/`` and ``data/*.csv``. Calibration, threshold and the heat map's scale come
from the validation patients; the test set is only scored, at the end.
"""

import argparse
import datetime
import hashlib
import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from sklearn.linear_model import LogisticRegression

from model import calibration as calibrations
from model import card as cards
from model import engine
from model import scores as score_files
from model.calibration import Calibration
from model.card import Card
from model.classifier import Classifier
from model.engine import Outputs
from model.operating_points import conformal_threshold
from training import dataset, evaluate
from training.dataset import ROOT, Example

VERSION = "1.0.0"
TARGET_RECALL = 0.95  # the hospital's requirement
HEAT_QUANTILE = 0.95  # of the validation pneumonias' hottest spots: fewer than one map in twenty saturates


def with_heat_map(network: keras.Model) -> keras.Model:
    """The trained network with a second output: Grad-CAM of pneumonia's log-odds (``model/gradcam.py``).

    Takes float32 of shape (n, size, size, 1), 0 to 255; returns ``logits`` (n, 3) and ``heat`` (n, rows,
    columns). Dropout does nothing outside training and is left where it is.
    """
    maps = network.get_layer("class_maps").output
    logits = network.output
    ill = keras.ops.softmax(logits[:, 1:])
    slopes = keras.ops.concatenate([-keras.ops.ones_like(logits[:, :1]), ill], axis=-1)
    positions = maps.shape[1] * maps.shape[2]
    evidence = keras.ops.sum(maps * slopes[:, None, None, :], axis=-1) / positions
    outputs = {"logits": logits, "heat": keras.ops.relu(evidence)}
    return keras.Model(network.input, outputs, name="pneumonia")


def to_litert(network: keras.Model) -> bytes:
    """The same network for LiteRT, one radiograph at a time, in full precision."""
    converter = tf.lite.TFLiteConverter.from_keras_model(network)
    return bytes(converter.convert())


def write_networks(run: Path, folder: Path) -> dict[str, str]:
    """Write both network files; their SHA-256 by name."""
    folder.mkdir(parents=True, exist_ok=True)
    network = with_heat_map(keras.saving.load_model(run / "network.keras", compile=False))
    network.save(folder / cards.KERAS_FILE)
    (folder / cards.LITERT_FILE).write_bytes(to_litert(network))
    return {name: sha256(folder / name) for name in (cards.KERAS_FILE, cards.LITERT_FILE)}


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def platt(log_odds: np.ndarray, labels: np.ndarray) -> Calibration:
    """Slope and intercept that make validation's log-odds its likeliest probabilities."""
    fitted = LogisticRegression(C=np.inf).fit(log_odds[:, None], labels)
    return Calibration(float(fitted.coef_[0, 0]), float(fitted.intercept_[0]))


def outputs_of(folder: Path, files: dict[str, str], data: Path, members: list[Example], size: int) -> Outputs:
    """What the LiteRT network says of a split, before calibration."""
    network = engine.litert(Card({"files": files}), folder)
    return network.run(dataset.load_images(data, members, size)[..., None])


def fitted_on_validation(outputs: Outputs, members: list[Example]) -> dict[str, Any]:
    """Calibration, default threshold and heat map scale."""
    log_odds = calibrations.log_odds(outputs.logits)
    labels = np.array([e.label for e in members])
    calibration = platt(log_odds, labels)
    probability = np.round(calibration.probability(log_odds), score_files.DECIMALS)
    hottest = outputs.heat[labels == 1].max(axis=(1, 2))
    return {
        "calibration": {
            "method": "Platt scaling of pneumonia's log-odds",
            "slope": calibration.slope,
            "intercept": calibration.intercept,
            "split": "validation",
        },
        "heat_map": {
            "method": "Grad-CAM of pneumonia's log-odds, closed form",
            "full_scale": float(np.quantile(hottest, HEAT_QUANTILE)),
            "split": "validation",
        },
        "operating_points": {
            "default": {
                # With too few pneumonias to promise anything, everybody is called ill.
                "threshold": max(0.0, conformal_threshold(probability[labels == 1], TARGET_RECALL)),
                "target_recall": TARGET_RECALL,
                "rule": "largest threshold that finds a new pneumonia with at least the target probability "
                "(split-conformal quantile)",
                "split": "validation",
                "pneumonias": int(labels.sum()),
            }
        },
    }


def export(
    run: Path, data: Path, folder: Path = cards.ARTIFACT, tables: Path = score_files.FOLDER
) -> dict[str, Any]:
    """Write networks and card to ``folder``, CSV files to ``tables``; returns the card."""
    settings = json.loads((run / "run.json").read_text())
    splits = dataset.split(data)
    size = settings["recipe"]["size"]
    files = write_networks(run, folder)
    outputs = outputs_of(folder, files, data, splits["validation"], size)
    card: dict[str, Any] = {
        "name": "pneumonia",
        "version": VERSION,
        "created": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "files": files,
        "architecture": "MobileNetV2 (ImageNet), linear head on global average pooling",
        "input_size": size,
        "classes": list(dataset.SUBTYPES),
        "preprocessing": "grey, squeezed to a square with an antialiased triangle filter, 0 to 255",
        **fitted_on_validation(outputs, splits["validation"]),
        "training": settings,
        "data": data_statement(splits),
    }
    write_card(folder, card)

    classifier = Classifier.load(folder)
    tables.mkdir(parents=True, exist_ok=True)
    dataset.write_splits(tables / "splits.csv", splits)
    scores = {name: evaluate.score(classifier, data, splits[name]) for name in ("validation", "test")}
    for name, split in scores.items():
        score_files.write(split, tables / score_files.file_name(name))
    threshold = classifier.card.default_threshold
    card["metrics"] = {name: evaluate.metrics(split, threshold) for name, split in scores.items()}
    written = ["splits.csv", *map(score_files.file_name, scores)]
    card["files"] |= {name: sha256(tables / name) for name in written}
    write_card(folder, card)
    evaluate.note_look(files[cards.KERAS_FILE], card["metrics"]["test"], tables / evaluate.LOOKS)
    return card


def data_statement(splits: dict[str, list[Example]]) -> dict[str, Any]:
    """What the network was trained on and scored with."""
    return {
        "source": "Kermany, Zhang, Goldbaum 2018, Mendeley Data V3, doi:10.17632/rscbjbr9sj.3, CC BY 4.0",
        "population": "children of one to five years, Guangzhou Women and Children's Medical Center, "
        "anterior-posterior view",
        "splits": {
            name: {
                "images": len(members),
                "patients": len({e.patient for e in members}),
                **{subtype: sum(e.subtype == subtype for e in members) for subtype in dataset.SUBTYPES},
            }
            for name, members in splits.items()
        },
    }


def write_card(folder: Path, card: dict[str, Any]) -> None:
    (folder / cards.CARD).write_text(json.dumps(card, indent=2) + "\n")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m training.export", description="Turn a run into the artefact.")
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="folder with train/ and test/")
    parser.add_argument("--run", type=Path, default=ROOT / "runs" / "finetuned", help="a finished run")
    options = parser.parse_args(arguments)
    card = export(options.run, options.data)
    print(json.dumps(card["metrics"], indent=2))


if __name__ == "__main__":
    main()
