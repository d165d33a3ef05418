"""Turn a finished run into the artefact that ships.

    python -m training.export --data DIR [--run FOLDER | --keep-networks] [--originals DIR] [--lung-masks DIR]

Alone writes ``model/artifact/`` and ``data/*.csv``. Calibration, thresholds and the heat map's scale come
from the validation patients; the test set is only scored, at the end. With ``--keep-networks`` the network files
stay as they are, and all that is fitted to them, measured of them and stated of them is made anew. With
``--originals`` the guard also knows radiographs at full resolution; with ``--lung-masks`` the card also states
where the network looks.
"""

import argparse
import datetime
import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras
import numpy as np

from model.metrics.calibration import fit_platt, log_odds
from model.metrics.conformal import conformal_threshold
from model.metrics.operating_points import operating_points
from model.network.card import ARTIFACT, CARD_FILE, GUARD_FILE, KERAS_FILE, LITERT_FILE, load_card, verified_bytes
from model.network.classifier import Classifier
from model.network.engine import Engine, LiteRT, Outputs, load_litert
from model.network.guard import guard_bytes, load_guard
from model.network.policy import fitted_policies
from model.network.split_scores import DATA_FOLDER, DECIMALS, scores_file, write_split_scores
from training import dataset, evaluate
from training.checks import guard_fit, lung_reading, shortcuts
from training.checks.hard_views import hard_views
from training.checks.randomisation import randomisation_test
from training.dataset import ROOT, Example
from training.lungs.fit import RUN
from training.lungs.served import litert_bytes, served

VERSION = "3.1.0"
ARCHITECTURE = (
    "MobileNetV2 (ImageNet) with a decoder that finds the lungs, and a linear head on what lies within them"
)
NETWORKS = (KERAS_FILE, LITERT_FILE)
PREVALENCE = 0.5  # that probabilities hold at: three of four is how the data set was collected, nobody's hospital
TARGET_RECALL = 0.95  # the hospital's requirement
BAND_LEVEL = 0.01  # of either error among radiographs that no human looks at
HEAT_QUANTILE = 0.95  # of the validation pneumonias' hottest spots: fewer than one map in twenty saturates


def export(
    run: Path | None,
    data: Path,
    folder: Path = ARTIFACT,
    tables: Path = DATA_FOLDER,
    originals: Path | None = None,
    lung_masks: Path | None = None,
) -> dict[str, Any]:
    """Write networks and card to ``folder``, CSV files to ``tables``, and return the card.

    Without a run the networks in ``folder`` stay.
    """
    splits = dataset.split(data)
    tables.mkdir(parents=True, exist_ok=True)
    card = card_of_kept_networks(folder, tables) if run is None else card_of_run(run, folder)
    card = fitted_card(card, data, splits, folder, originals)
    write_card(folder, card)
    measure(card, data, splits, folder, tables, originals)
    if lung_masks:
        measure_lungs(card, data, splits["validation"], folder, lung_masks, originals)
    write_card(folder, card)
    looked_at = {f"shipped {VERSION}": (card["files"][KERAS_FILE], card["metrics"]["test"])}
    evaluate.record_looks(looked_at, tables / evaluate.LOOKS)
    return card


def card_of_run(run: Path, folder: Path) -> dict[str, Any]:
    """Write a run's networks to ``folder``, and return a card of them."""
    folder.mkdir(parents=True, exist_ok=True)
    network = served(keras.saving.load_model(run / "network.keras", compile=False))
    network.save(folder / KERAS_FILE)
    (folder / LITERT_FILE).write_bytes(litert_bytes(network))
    return {
        "files": {name: sha256(folder / name) for name in NETWORKS},
        "training": json.loads((run / "run.json").read_text()),
    }


def card_of_kept_networks(folder: Path, tables: Path) -> dict[str, Any]:
    """Return a card of the networks in ``folder`` with how they were trained; shortcuts of their version go.

    Raises:
        ArtifactMismatch: a network file is missing or another one.
    """
    before = load_card(folder)
    for name in NETWORKS:
        verified_bytes(before, folder / name)
    shortcuts.remove_version(tables / shortcuts.TABLE, before.version)
    return {
        "files": {name: before.files[name] for name in NETWORKS},
        "training": asdict(before.training),
        **({"resolution": asdict(before.resolution)} if before.resolution else {}),
    }


def fitted_card(
    card: dict[str, Any], data: Path, splits: dict[str, list[Example]], folder: Path, originals: Path | None
) -> dict[str, Any]:
    """Return a card with all that is fitted on training and validation radiographs; write the guard's file."""
    files, size = card["files"], card["training"]["recipe"]["size"]
    network = LiteRT((folder / LITERT_FILE).read_bytes())
    images = {name: dataset.load_images(data, splits[name], size) for name in ("fit", "validation")}
    full = {name: load_originals(originals, splits[name], size) for name in images}
    outputs = network.run(images["validation"][..., None])
    features, shapes = guard_fit.look(network, np.concatenate([images["fit"], full["fit"]]))
    held_out = [outputs.features, *([network.run(full["validation"][..., None]).features] if originals else [])]
    guard = guard_fit.fit_guard(features, held_out)
    (folder / GUARD_FILE).write_bytes(guard_bytes(guard))
    return {
        "name": "pneumonia",
        "version": VERSION,
        "created": datetime.datetime.now(datetime.UTC).date().isoformat(),
        **card,
        "files": files | {GUARD_FILE: sha256(folder / GUARD_FILE)},
        "architecture": ARCHITECTURE,
        "input_size": size,
        "classes": list(dataset.SUBTYPES),
        "preprocessing": "grey, squeezed to a square with an antialiased triangle filter, 0 to 255",
        **fitted_on_validation(network, outputs, images["validation"], splits["validation"]),
        "guard": {
            "method": "Mahalanobis distance of inner features, their mean over the upper and the lower half",
            "layer": guard_fit.LAYER,
            "axes": guard.axes.shape[1],
            "disturbed": guard_fit.PERTURBED_VIEWS,
            "doubt": guard.doubt_threshold,
            "limit": guard.threshold,
            "quantile": guard_fit.QUANTILE,
            "split": "validation",
            "lungs": guard_fit.lung_limits(shapes),
        },
        "data": describe_data(splits),
    }


def load_originals(folder: Path | None, examples: list[Example], size: int) -> np.ndarray:
    """Load those radiographs that a folder has at full resolution, uint8 of shape (m, size, size)."""
    if folder is None:
        return np.empty((0, size, size), np.uint8)
    return dataset.load_images(folder, dataset.at_full_resolution(folder, examples), size)


def fitted_on_validation(
    network: Engine, outputs: Outputs, images: np.ndarray, examples: list[Example]
) -> dict[str, Any]:
    """Fit calibration, heat map scale and policies, and keep the pneumonias that H0 is tested against."""
    odds = log_odds(outputs.logits)
    labels = np.array([example.label for example in examples])
    fields = np.rint(255 * outputs.lungs).astype(np.uint8)
    hard = [
        (log_odds(network.run(views[..., None]).logits), own) for views, own in hard_views(images, fields, labels)
    ]
    log_odds_of_hard, labels_of_hard = (np.concatenate(part) for part in zip(*hard, strict=True))
    calibration = fit_platt(log_odds_of_hard, labels_of_hard, PREVALENCE)
    probabilities = np.round(calibration.probability(odds), DECIMALS)
    hottest = outputs.heat[labels == 1].max(axis=(1, 2))
    return {
        "calibration": {
            "method": "Platt scaling of pneumonia's log-odds, on radiographs as they are, perturbed, and with "
            "their lungs in other children's bodies",
            "slope": calibration.slope,
            "intercept": calibration.intercept,
            "split": "validation",
            "prevalence": PREVALENCE,
        },
        "heat_map": {
            "method": "Grad-CAM of pneumonia's log-odds, closed form",
            # A network without evidence anywhere has cold maps on any scale.
            "full_scale": float(np.quantile(hottest, HEAT_QUANTILE)) or 1.0,
            "split": "validation",
        },
        "operating_points": fit_policies(labels, probabilities),
        "hypothesis": {
            "null": "the person has pneumonia",
            "level": round(1 - TARGET_RECALL, 10),
            "method": "conformal p-value: rank among the validation pneumonias",
            "split": "validation",
            "pneumonias": np.sort(probabilities[labels == 1]).tolist(),
        },
    }


def fit_policies(labels: np.ndarray, probabilities: np.ndarray) -> dict[str, Any]:
    """Fix the thresholds of every policy on validation: what is pneumonia, and what a human decides."""
    positives, negatives = probabilities[labels == 1], probabilities[labels == 0]
    promise = {"default": {"target_recall": TARGET_RECALL}}
    policies: dict[str, dict[str, Any]] = {
        policy.name: {"threshold": policy.high, **promise.get(policy.name, {}), "rule": policy.rule}
        for policy in fitted_policies(labels, probabilities, TARGET_RECALL, "validation")
    }
    low, high = referral_band(labels, probabilities)
    policies["band"] = {
        "low": low,
        "high": high,
        "rule": f"a human decides unless one of pneumonia and its absence, and not both, is rejected "
        f"at a level of {100 * BAND_LEVEL:g} % (split-conformal quantiles of both kinds)",
    }
    fitted_on = {"split": "validation", "pneumonias": len(positives), "normals": len(negatives)}
    return {name: policy | fitted_on for name, policy in policies.items()}


def referral_band(labels: np.ndarray, probabilities: np.ndarray) -> tuple[float, float]:
    """Return the thresholds between which neither pneumonia nor its absence is rejected at ``BAND_LEVEL``."""
    points = operating_points(labels, probabilities)
    # With too few radiographs to promise anything, everybody is called positive, or everybody is referred.
    rules_out = max(0.0, conformal_threshold(probabilities[labels == 1], 1 - BAND_LEVEL))
    highest_negative = -conformal_threshold(-probabilities[labels == 0], 1 - BAND_LEVEL)
    above = points.index(np.nextafter(highest_negative, np.inf))
    rules_in = min(1.0, float(points.thresholds[above]))
    return min(rules_out, rules_in), max(rules_out, rules_in)


def measure(
    card: dict[str, Any],
    data: Path,
    splits: dict[str, list[Example]],
    folder: Path,
    tables: Path,
    originals: Path | None,
) -> None:
    """Add to a card, which is in ``folder``, what is measured of it; write the tables that belong to it."""
    classifier = Classifier.load(folder)
    fitted, validation = classifier.card, splits["validation"]
    dataset.write_splits(tables / "splits.csv", splits)
    scores = {name: evaluate.score_split(classifier, data, splits[name]) for name in ("validation", "test")}
    for name, split in scores.items():
        write_split_scores(split, tables / scores_file(name))
    card["metrics"] = {
        name: evaluate.split_metrics(split, fitted.default_threshold) for name, split in scores.items()
    }
    for policy, point in fitted.operating_points.items():
        card["operating_points"][policy]["metrics"] = {
            name: evaluate.referral_metrics(split, point.low, point.high) for name, split in scores.items()
        }
    movements = shortcuts.load_movements(tables / shortcuts.TABLE)
    movements[VERSION] = shortcuts.measure_movements(fitted, folder, data, validation)
    shortcuts.write_movements(tables / shortcuts.TABLE, movements)
    card["shortcuts"] = {
        "split": "validation",
        "mean_move": {version: shortcuts.mean_movement(moves) for version, moves in movements.items()},
        "changes": movements[VERSION],
    }
    images = dataset.load_images(data, splits["test"], fitted.input_size)
    guard, network = load_guard(fitted, folder), load_litert(fitted, folder)
    held_out = {"twins": dataset.load_images(data, validation, fitted.input_size)}
    if originals:
        held_out["originals"] = load_originals(originals, validation, fitted.input_size)
    card["guard"] |= {
        "held_out": {kind: guard_fit.warned_share(guard, network, own) for kind, own in held_out.items()},
        "measured_on": "test",
        **guard_fit.measure_guard(guard, network, images),
    }
    card["randomisation"] = randomisation_test(folder, data, validation, fitted.heat_map.full_scale)
    if originals:
        card["resolution"] = shortcuts.measure_resolution(classifier, data, originals)
    written = ["splits.csv", *map(scores_file, scores)]
    card["files"] |= {name: sha256(tables / name) for name in written}


def measure_lungs(
    card: dict[str, Any], data: Path, examples: list[Example], folder: Path, drawn: Path, originals: Path | None
) -> None:
    """Add to a card how its lung fields lie on drawn ones, and whether it reads the lungs or the body."""
    network = lung_reading.Shipped(folder)
    asked = {"twins": lung_reading.asked_of(data, drawn, examples, None, card["input_size"])}
    if originals:
        asked["originals"] = lung_reading.asked_of(data, drawn, examples, originals, card["input_size"])
    card["lung_reading"] = {
        name: lung_reading.as_json(lung_reading.lung_reading(network, one)) for name, one in asked.items()
    }
    card["lungs"] = {name: lung_reading.overlap(network, one) for name, one in asked.items()}


def describe_data(splits: dict[str, list[Example]]) -> dict[str, Any]:
    """Return what the network was trained on and scored with."""
    return {
        "source": "Kermany, Zhang, Goldbaum 2018, Mendeley Data V3, doi:10.17632/rscbjbr9sj.3, CC BY 4.0",
        "population": "children of one to five years, Guangzhou Women and Children's Medical Center, "
        "anterior-posterior view",
        "splits": {
            name: {
                "images": len(examples),
                "patients": len({example.patient for example in examples}),
                **{kind: sum(example.subtype == kind for example in examples) for kind in dataset.SUBTYPES},
            }
            for name, examples in splits.items()
        },
        "lung_masks": "V7 Labs, COVID-19 X-ray dataset (2020), drawn by people with a tool and reviewed by "
        "radiologists",
    }


def sha256(file: Path) -> str:
    """Return a file's SHA-256 in hexadecimal digits."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def write_card(folder: Path, card: dict[str, Any]) -> None:
    """Write ``card.json``."""
    (folder / CARD_FILE).write_text(json.dumps(card, indent=2) + "\n")


def main(arguments: list[str] | None = None) -> None:
    """Export the run or the networks that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m training.export", description="Turn a run into the artefact.")
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="folder with train/ and test/")
    networks = parser.add_mutually_exclusive_group()
    networks.add_argument("--run", type=Path, default=RUN, help="a finished run of training.lungs.fit")
    networks.add_argument("--keep-networks", action="store_true", help="those that ship stay; all else is new")
    parser.add_argument("--originals", type=Path, help="radiographs of train/ as published, at full resolution")
    parser.add_argument("--lung-masks", type=Path, help="folder with train/ of drawn lung masks")
    options = parser.parse_args(arguments)
    run = None if options.keep_networks else options.run
    card = export(run, options.data, originals=options.originals, lung_masks=options.lung_masks)
    print(json.dumps(card["metrics"], indent=2))


if __name__ == "__main__":
    main()
