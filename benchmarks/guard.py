"""Which distance, and in which layer, tells a chest radiograph from what is none.

    python -m benchmarks.guard --data DIR [--every 8]

A line a candidate: a distance, in a layer, fitted to the training radiographs alone or (``perturbed``) to perturbed
views beside them. What a choice may rest on comes first: the share of radiographs warned of, of training patients
left out of the fit and of validation's under conditions that leave the diagnosis alone
(``training/checks/perturbations.py``, on one radiograph in ``--every``). Last come the kinds of oddities, made of
validation radiographs, that are told least. The test radiographs, between them, are only told. Below stand the
shares that the shipped guard reaches on test, as ``training.export`` writes them to the card. Every limit is the
99th percentile of validation's distances.
"""

import argparse
from collections.abc import Callable
from itertools import product
from pathlib import Path

import keras
import numpy as np

from model.network import engine
from model.network.card import ARTIFACT, KERAS_FILE, load_card, verified_bytes
from model.network.guard import load_guard
from training import dataset
from training.architectures import trunk
from training.checks import guard_fit, out_of_distribution, perturbations
from training.dataset import Example

LAYERS = [f"block_{number}_expand_relu" for number in (3, 6, 10, 13, 16)] + ["out_relu"]
FOLDS = 3
NEIGHBOUR, NEIGHBOUR_AXES = 5, 128
SEED = 20180224

Distance = Callable[[np.ndarray], np.ndarray]
"""From features of shape (n, k) to distances of shape (n,)."""
Features = dict[str, np.ndarray]
"""By layer and pooling: ``block_13_expand_relu, halves``."""


def mahalanobis(seen: np.ndarray) -> Distance:
    """The distance that ships."""
    return guard_fit.fit(seen, seen).distance


def nearest_neighbour(seen: np.ndarray) -> Distance:
    """To the fifth nearest training radiograph along the leading principal axes (Sun et al., ICML 2022)."""
    fitted = guard_fit.fit(seen, seen, axes=NEIGHBOUR_AXES)

    def along(features: np.ndarray) -> np.ndarray:
        return ((features - fitted.mean) / fitted.scale) @ fitted.axes

    known = along(seen)

    def distance(features: np.ndarray) -> np.ndarray:
        points = along(features)
        squares = (points**2).sum(axis=1)[:, None] + (known**2).sum(axis=1) - 2 * points @ known.T
        nearest = min(NEIGHBOUR, len(known)) - 1
        return np.sqrt(np.maximum(np.partition(squares, nearest, axis=1)[:, nearest], 0))

    return distance


METHODS = {"Mahalanobis": mahalanobis, f"neighbour {NEIGHBOUR}": nearest_neighbour}
FITTED_TO = {"alone": 1, "perturbed": 1 + guard_fit.PERTURBED_VIEWS}
"""How many of the views of each training radiograph, the first of which is itself."""


class Inside:
    """The inner layers of the shipped network."""

    def __init__(self, network: keras.Model) -> None:
        within = trunk(network.get_layer("trunk"), LAYERS)
        pooled = [guard_fit.pooled(maps) for maps in within.outputs[1:]]
        self._network = keras.Model(within.inputs[0], pooled)

    def features(self, pictures: np.ndarray) -> Features:
        """Of pictures and their mirror images, averaged, as the network ships; uint8 of shape (n, size, size)."""
        shown = pictures[..., None].astype(np.float32)
        both = [self._network.predict(views, batch_size=32, verbose=0) for views in (shown, shown[:, :, ::-1])]
        features = {}
        for layer, *views in zip(LAYERS, *both, strict=True):
            halves = (views[0] + views[1]) / 2
            features[f"{layer}, halves"] = halves
            features[f"{layer}, mean"] = sum(np.split(halves, 2, axis=1)) / 2
        return features


def folds(members: list[Example]) -> np.ndarray:
    """A fold for each radiograph, its patient's, int of shape (n,)."""
    patients = sorted({member.patient for member in members})
    drawn = np.random.default_rng(SEED).integers(0, FOLDS, len(patients))
    of = dict(zip(patients, drawn, strict=True))
    return np.array([of[member.patient] for member in members])


def warned(distance: Distance, held_out: np.ndarray, features: np.ndarray) -> float:
    """The share of pictures beyond the limit that held-out radiographs set."""
    return float((distance(features) > np.quantile(distance(held_out), guard_fit.QUANTILE, method="higher")).mean())


def flat(views: np.ndarray) -> np.ndarray:
    """Features of views of radiographs, shape (views, n, k), as those of so many pictures, (views * n, k)."""
    return views.reshape(-1, views.shape[-1])


def compare(
    views: list[Features],
    splits: dict[str, Features],
    fold: np.ndarray,
    stressed: Features,
    odd: dict[str, Features],
) -> None:
    """Print a line a candidate; ``views`` are of the training radiographs, whose patients' folds are given."""
    print(f"{'features':30} {'distance':12} {'fitted to':10} {'left out':>9} {'stress':>7} {'test':>7}  told least")
    for name, (title, method), (fitted_to, number) in product(views[0], METHODS.items(), FITTED_TO.items()):
        seen, held_out = np.stack([view[name] for view in views[:number]]), splits["validation"][name]
        left_out = [
            warned(method(flat(seen[:, fold != one])), held_out, seen[0, fold == one]) for one in range(FOLDS)
        ]
        distance = method(flat(seen))
        shares = {kind: warned(distance, held_out, features[name]) for kind, features in odd.items()}
        least = sorted(shares.items(), key=lambda kind: kind[1])[:3]
        print(
            f"{name:30} {title:12} {fitted_to:10} {100 * np.mean(left_out):7.2f} % "
            f"{100 * warned(distance, held_out, stressed[name]):5.1f} % "
            f"{100 * warned(distance, held_out, splits['test'][name]):5.2f} %  "
            + ", ".join(f"{kind} {100 * told:.1f} %" for kind, told in least),
            flush=True,
        )


def shipped(images: np.ndarray) -> None:
    """Print what the shipped guard warns of among test radiographs and what is made of them."""
    card = load_card()
    network = engine.load_litert(card)
    measured = guard_fit.measured(load_guard(card), lambda shown: network.run(shown[..., None]).features, images)
    rows = {
        "test radiographs": measured["radiographs"],
        **measured["harmless"],
        **measured["oddities"],
        "inverted, named so": measured["inverted_named"],
    }
    print(f"\nshipped, version {card.version}")
    for kind, share in rows.items():
        print(
            f"{kind:30} {share['number']:4} of {share['of']:4} {100 * share['value']:6.2f} % "
            f"({100 * share['low']:.2f} to {100 * share['high']:.2f} %)"
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.guard")
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and test/")
    parser.add_argument(
        "--every", type=int, default=8, help="stress and spoil one validation radiograph in so many"
    )
    options = parser.parse_args()
    card, members = load_card(), dataset.split(options.data)
    images = {name: dataset.load_images(options.data, split, card.input_size) for name, split in members.items()}
    some = images["validation"][:: options.every]
    verified_bytes(card, ARTIFACT / KERAS_FILE)
    inside = Inside(keras.saving.load_model(ARTIFACT / KERAS_FILE, compile=False))
    stressed = np.concatenate([np.stack(list(map(change, some))) for change in perturbations.CONDITIONS.values()])
    odd = out_of_distribution.made(some, SEED)
    views = [inside.features(pictures) for pictures in (images["fit"], *guard_fit.perturbed(images["fit"]))]
    compare(
        views,
        {name: inside.features(images[name]) for name in ("validation", "test")},
        folds(members["fit"]),
        inside.features(stressed),
        {kind: inside.features(pictures) for kind, pictures in odd.items()},
    )
    shipped(images["test"])


if __name__ == "__main__":
    main()
