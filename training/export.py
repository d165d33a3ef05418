"""Turn a finished run into the artefact that ships.

    python -m training.export --data DIR [--run FOLDER | --keep-networks] [--originals DIR]

Alone writes ``model/artifact/`` and ``data/*.csv``. Calibration, threshold and the heat map's scale come
from the validation patients; the test set is only scored, at the end. With ``--keep-networks`` the network files
stay as they are, and all that is fitted to them, measured of them and said of them is made anew.
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
import tensorflow as tf

from model.metrics import calibration as calibrations
from model.metrics.conformal import conformal_threshold
from model.metrics.operating_points import operating_points
from model.network.card import (
    ARTIFACT,
    CARD_FILE,
    GUARD_FILE,
    KERAS_FILE,
    LITERT_FILE,
    Card,
    load_card,
    verified_bytes,
)
from model.network.classifier import Classifier
from model.network.engine import Engine, LiteRT, Outputs, load_litert
from model.network.guard import Guard, guard_bytes, load_guard
from model.network.policy import fitted_policies
from model.network.split_scores import DATA_FOLDER, DECIMALS, Scores, scores_file, write_split_scores
from training import dataset, evaluate
from training.architectures import trunk
from training.checks import guard_fit, shortcuts
from training.checks.randomisation import randomisation_test
from training.dataset import ROOT, Example
from training.recipes import SHIPPED, recorded

VERSION = "2.0.1"
NETWORKS = (KERAS_FILE, LITERT_FILE)
TARGET_RECALL = 0.95  # the hospital's requirement
BAND_LEVEL = 0.01  # of either error among radiographs that no human looks at
HEAT_QUANTILE = 0.95  # of the validation pneumonias' hottest spots: fewer than one map in twenty saturates


def shipped_network(network: keras.Model) -> keras.Model:
    """The trained network as it ships: it looks at the radiograph and at its mirror image, and shows where.

    Features of both, the mirror's turned back, are averaged; the head is linear, so that is to average the
    logits. The second output is Grad-CAM of pneumonia's log-odds (``model/network/gradcam.py``), the third the
    inner features that the guard knows radiographs by (``training/checks/guard_fit.py``).

    Takes float32 of shape (n, size, size, 1), 0 to 255; returns ``logits`` (n, 3), ``heat`` (n, rows,
    columns) and ``features`` (n, k). Dropout, which does nothing outside training, is left out.
    """
    head = network.get_layer("class_maps")
    radiograph = keras.Input(network.input.shape[1:], name="radiograph")
    both = keras.ops.concatenate([radiograph, radiograph[:, :, ::-1]], axis=0)
    deep, inner = trunk(network, [guard_fit.LAYER])(both)
    features = keras.ops.reshape(deep, (2, -1, *head.input.shape[1:]))
    maps = head((features[0] + features[1][:, :, ::-1]) / 2)
    logits = network.get_layer("logits")(maps)
    ill = keras.ops.softmax(logits[:, 1:])
    slopes = keras.ops.concatenate([-keras.ops.ones_like(logits[:, :1]), ill], axis=-1)
    positions = maps.shape[1] * maps.shape[2]
    evidence = keras.ops.sum(maps * slopes[:, None, None, :], axis=-1) / positions
    seen = keras.ops.reshape(guard_fit.pool_halves(inner), (2, -1, 2 * inner.shape[-1]))
    outputs = {"logits": logits, "heat": keras.ops.relu(evidence), "features": (seen[0] + seen[1]) / 2}
    return keras.Model(radiograph, outputs, name="pneumonia")


def to_litert(network: keras.Model) -> bytes:
    """The same network for LiteRT, one radiograph at a time, in full precision."""
    converter = tf.lite.TFLiteConverter.from_keras_model(network)
    return bytes(converter.convert())


def write_networks(run: Path, folder: Path) -> dict[str, str]:
    """Write both network files; their SHA-256 by name."""
    folder.mkdir(parents=True, exist_ok=True)
    network = shipped_network(keras.saving.load_model(run / "network.keras", compile=False))
    network.save(folder / KERAS_FILE)
    (folder / LITERT_FILE).write_bytes(to_litert(network))
    return {name: sha256(folder / name) for name in NETWORKS}


def kept_networks(card: Card, folder: Path) -> dict[str, str]:
    """The SHA-256, by name, of the network files that a card ships with.

    Raises:
        ArtifactMismatch: a file is missing or another one.
    """
    for name in NETWORKS:
        verified_bytes(card, folder / name)
    return {name: card.files[name] for name in NETWORKS}


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def outputs_of(network: Engine, data: Path, members: list[Example], size: int) -> Outputs:
    """Return what the network gives for a split, before calibration."""
    return network.run(dataset.load_images(data, members, size)[..., None])


def fitted_guard(
    network: Engine, radiographs: np.ndarray, held_out: Outputs, folder: Path
) -> tuple[Guard, dict[str, str]]:
    """Fit the guard to the training radiographs and write it to ``folder``; its file's SHA-256 by name."""
    features = guard_fit.training_features(features_of(network), radiographs)
    guard = guard_fit.fit_guard(features, held_out.features)
    (folder / GUARD_FILE).write_bytes(guard_bytes(guard))
    return guard, {GUARD_FILE: sha256(folder / GUARD_FILE)}


def features_of(network: Engine) -> guard_fit.Features:
    """Return a function from images to the network's inner features, see ``shipped_network``."""
    return lambda pictures: network.run(pictures[..., None]).features


def fitted_on_validation(outputs: Outputs, members: list[Example]) -> dict[str, Any]:
    """Calibration, heat map scale, policies, and the pneumonias that H0 is tested against."""
    log_odds = calibrations.log_odds(outputs.logits)
    labels = np.array([e.label for e in members])
    calibration = calibrations.fit_platt(log_odds, labels)
    probability = np.round(calibration.probability(log_odds), DECIMALS)
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
            # A network that sees nothing anywhere has cold maps on any scale.
            "full_scale": float(np.quantile(hottest, HEAT_QUANTILE)) or 1.0,
            "split": "validation",
        },
        "operating_points": policies(labels, probability),
        "hypothesis": {
            "null": "the person has pneumonia",
            "level": round(1 - TARGET_RECALL, 10),
            "method": "conformal p-value: rank among the validation pneumonias",
            "split": "validation",
            "pneumonias": np.sort(probability[labels == 1]).tolist(),
        },
    }


def policies(labels: np.ndarray, probability: np.ndarray) -> dict[str, Any]:
    """Fix the policies on validation: what to call pneumonia, and what to leave to a human."""
    points = operating_points(labels, probability)
    positives, negatives = probability[labels == 1], probability[labels == 0]
    # With too few radiographs to promise anything, everybody is called positive, or everybody is referred.
    sure_positive = max(0.0, conformal_threshold(positives, 1 - BAND_LEVEL))
    sure_negative = -conformal_threshold(-negatives, 1 - BAND_LEVEL)
    above_negatives = min(1.0, float(points.thresholds[points.index(np.nextafter(sure_negative, np.inf))]))
    promise = {"default": {"target_recall": TARGET_RECALL}}
    fixed: dict[str, dict[str, Any]] = {
        policy.name: {"threshold": policy.high, **promise.get(policy.name, {}), "rule": policy.rule}
        for policy in fitted_policies(labels, probability, TARGET_RECALL, "validation")
    }
    fixed["band"] = {
        "low": min(sure_positive, above_negatives),
        "high": max(sure_positive, above_negatives),
        "rule": f"a human decides unless one of pneumonia and its absence, and not both, is rejected "
        f"at a level of {100 * BAND_LEVEL:g} % (split-conformal quantiles of both kinds)",
    }
    return {
        name: {**policy, "split": "validation", "pneumonias": len(positives), "normals": len(negatives)}
        for name, policy in fixed.items()
    }


def export(
    run: Path | None,
    data: Path,
    folder: Path = ARTIFACT,
    tables: Path = DATA_FOLDER,
    originals: Path | None = None,
) -> dict[str, Any]:
    """Write networks and card to ``folder``, CSV files to ``tables``; returns the card.

    Without a run the networks in ``folder`` stay.
    """
    splits = dataset.split(data)
    tables.mkdir(parents=True, exist_ok=True)
    card = fixed(renewed(folder, tables) if run is None else begun(run, folder), data, splits, folder)
    write_card(folder, card)
    measure(card, data, splits, folder, tables, originals)
    write_card(folder, card)
    looked_at = {f"shipped {VERSION}": (card["files"][KERAS_FILE], card["metrics"]["test"])}
    evaluate.note_looks(looked_at, tables / evaluate.LOOKS)
    return card


def begun(run: Path, folder: Path) -> dict[str, Any]:
    """A card of a run's networks, which are written to ``folder``."""
    return {"files": write_networks(run, folder), "training": json.loads((run / "run.json").read_text())}


def renewed(folder: Path, tables: Path) -> dict[str, Any]:
    """A card of the networks in ``folder``, with what is known of them alone; their old version is forgotten."""
    before = load_card(folder)
    shortcuts.remove_version(tables / shortcuts.TABLE, before.version)
    same: dict[str, Any] = {"training": asdict(before.training)}
    if before.resolution:
        same["resolution"] = asdict(before.resolution)
    return {"files": kept_networks(before, folder), **same}


def fixed(card: dict[str, Any], data: Path, splits: dict[str, list[Example]], folder: Path) -> dict[str, Any]:
    """A card with all that is fixed on training and validation radiographs: the guard too, which is written."""
    files, size = card["files"], card["training"]["recipe"]["size"]
    network = LiteRT((folder / LITERT_FILE).read_bytes())
    outputs = outputs_of(network, data, splits["validation"], size)
    guard, guard_file = fitted_guard(network, dataset.load_images(data, splits["fit"], size), outputs, folder)
    return {
        "name": "pneumonia",
        "version": VERSION,
        "created": datetime.datetime.now(datetime.UTC).date().isoformat(),
        **card,
        "files": files | guard_file,
        "architecture": architecture(card["training"]["recipe"]),
        "input_size": size,
        "classes": list(dataset.SUBTYPES),
        "preprocessing": "grey, squeezed to a square with an antialiased triangle filter, 0 to 255",
        **fitted_on_validation(outputs, splits["validation"]),
        "guard": {
            "method": "Mahalanobis distance of inner features, their mean over the upper and the lower half",
            "layer": guard_fit.LAYER,
            "axes": guard.axes.shape[1],
            "disturbed": guard_fit.PERTURBED_VIEWS,
            "doubt": guard.doubt_threshold,
            "limit": guard.threshold,
            "quantile": guard_fit.QUANTILE,
            "split": "validation",
        },
        "data": data_statement(splits),
    }


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
    dataset.write_splits(tables / "splits.csv", splits)
    scores = {name: evaluate.score(classifier, data, splits[name]) for name in ("validation", "test")}
    for name, split in scores.items():
        write_split_scores(split, tables / scores_file(name))
    card["metrics"] = {
        name: evaluate.metrics(split, classifier.card.default_threshold) for name, split in scores.items()
    }
    for policy in card["operating_points"].values():
        policy["metrics"] = {name: policy_metrics(split, policy) for name, split in scores.items()}
    card["shortcuts"] = measured_shortcuts(classifier.card, folder, data, splits["validation"], tables)
    card["guard"] |= measured_guard(classifier.card, folder, data, splits["test"])
    card["randomisation"] = measured_randomisation(classifier.card, folder, data, splits["validation"])
    if originals:
        card["resolution"] = shortcuts.measure_resolution(classifier, data, originals)
    written = ["splits.csv", *map(scores_file, scores)]
    card["files"] |= {name: sha256(tables / name) for name in written}


def architecture(recipe: dict[str, Any]) -> str:
    """What the network is, for people."""
    members = recorded(recipe).members
    joined = f", trained {members} times and joined side by side under one" if members > 1 else ","
    return (
        f"MobileNetV2 (ImageNet){joined} linear head on global average pooling, of the radiograph and of its "
        f"mirror image"
    )


def policy_metrics(scores: Scores, policy: dict[str, Any]) -> dict[str, Any]:
    """A policy's figures on a split; one threshold is a band that is empty."""
    low, high = (float(policy[end] if end in policy else policy["threshold"]) for end in ("low", "high"))
    return evaluate.with_referral(scores, low, high)


def measured_shortcuts(
    card: Card, folder: Path, data: Path, members: list[Example], tables: Path
) -> dict[str, Any]:
    """How far the probability moves where the diagnosis does not, beside what other versions did."""
    measured = shortcuts.load_movements(tables / shortcuts.TABLE)
    measured[VERSION] = shortcuts.measure_movements(card, folder, data, members)
    shortcuts.write_movements(tables / shortcuts.TABLE, measured)
    return {
        "split": "validation",
        "mean_move": {version: shortcuts.mean_movement(moves) for version, moves in measured.items()},
        "changes": measured[VERSION],
    }


def measured_guard(card: Card, folder: Path, data: Path, members: list[Example]) -> dict[str, Any]:
    """The shares that the guard warns of, among test radiographs and among what is none."""
    images = dataset.load_images(data, members, card.input_size)
    return {
        "measured_on": "test",
        **guard_fit.measure_guard(load_guard(card, folder), features_of(load_litert(card, folder)), images),
    }


def measured_randomisation(card: Card, folder: Path, data: Path, members: list[Example]) -> dict[str, Any]:
    """Whether the heat map loses its likeness as layers are shuffled: then it shows what they have learned."""
    return randomisation_test(folder, data, members, card.heat_map.full_scale)


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
    (folder / CARD_FILE).write_text(json.dumps(card, indent=2) + "\n")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m training.export", description="Turn a run into the artefact.")
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="folder with train/ and test/")
    networks = parser.add_mutually_exclusive_group()
    networks.add_argument("--run", type=Path, default=ROOT / "runs" / SHIPPED.name, help="a finished run")
    networks.add_argument("--keep-networks", action="store_true", help="those that ship stay; all else is new")
    parser.add_argument("--originals", type=Path, help="radiographs of train/ as published, at full resolution")
    options = parser.parse_args(arguments)
    run = None if options.keep_networks else options.run
    card = export(run, options.data, originals=options.originals)
    print(json.dumps(card["metrics"], indent=2))


if __name__ == "__main__":
    main()
