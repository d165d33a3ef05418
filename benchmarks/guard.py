"""Compare distances and layers by which the guard could detect pictures out of distribution.

    python -m benchmarks.guard --data DIR [--every 8]

A line a candidate: a distance, in a layer, fitted to the training radiographs alone or (``perturbed``) to perturbed
views beside them. First come the shares warned of that a choice may rest on: of training patients left out of the
fit, and of validation's under conditions that leave the diagnosis alone (``training/checks/perturbations.py``, on
one radiograph in ``--every``). The share of test radiographs is only shown. Last come the kinds of pictures, made
of validation radiographs, that are detected least. Below stand the shares of the shipped guard on test, as
``training.export`` writes them to the card. Every limit is the 99th percentile of validation's distances.
"""

import argparse
from collections.abc import Callable
from itertools import product
from pathlib import Path

import keras
import numpy as np
from sklearn.neighbors import NearestNeighbors

from model.network import engine
from model.network.card import ARTIFACT, KERAS_FILE, load_card, verified_bytes
from model.network.guard import load_guard
from training import dataset
from training.checks import guard_fit
from training.checks.out_of_distribution import out_of_distribution_pictures
from training.checks.perturbations import CONDITIONS
from training.dataset import Example
from training.networks.architectures import BACKBONE

LAYERS = [f"block_{number}_expand_relu" for number in (3, 6, 10, 13, 16)] + ["out_relu"]
FOLDS = 3
NEIGHBOUR, NEIGHBOUR_AXES = 5, 128
SEED = 20180224

Distance = Callable[[np.ndarray], np.ndarray]
"""From features of shape (n, k) to distances of shape (n,)."""
Features = dict[str, np.ndarray]
"""By layer and pooling: ``block_13_expand_relu, halves``."""


def mahalanobis(training: np.ndarray) -> Distance:
    """Return the distance that ships."""
    return guard_fit.fit_guard(training, [training]).distance


def nearest_neighbour(training: np.ndarray) -> Distance:
    """Return the distance to the fifth nearest radiograph along the leading axes (Sun et al., ICML 2022)."""
    fitted = guard_fit.fit_guard(training, [training], axes=NEIGHBOUR_AXES)

    def along(features: np.ndarray) -> np.ndarray:
        return ((features - fitted.mean) / fitted.scale) @ fitted.axes

    neighbours = NearestNeighbors(n_neighbors=min(NEIGHBOUR, len(training))).fit(along(training))
    return lambda features: neighbours.kneighbors(along(features))[0][:, -1]


METHODS = {"Mahalanobis": mahalanobis, f"neighbour {NEIGHBOUR}": nearest_neighbour}
FITTED_TO = {"alone": 1, "perturbed": 1 + guard_fit.PERTURBED_VIEWS}
"""How many of the views of each training radiograph, the first of which is itself."""


class InnerLayers:
    """The inner layers of the shipped network."""

    def __init__(self, network: keras.Model) -> None:
        look = network.get_layer("look")
        backbone = look.get_layer(BACKBONE)
        inner = keras.Model(backbone.inputs[0], [backbone.get_layer(name).output for name in LAYERS])
        maps = inner(look.get_layer("colours").output, training=False)
        self._network = keras.Model(look.inputs[0], [guard_fit.pool_halves(one) for one in maps])

    def features(self, pictures: np.ndarray) -> Features:
        """Return features of pictures, uint8 of shape (n, size, size)."""
        pooled = self._network.predict(pictures[..., None].astype(np.float32), batch_size=32, verbose=0)
        features = {}
        for layer, halves in zip(LAYERS, pooled, strict=True):
            features[f"{layer}, halves"] = halves
            features[f"{layer}, mean"] = sum(np.split(halves, 2, axis=1)) / 2
        return features


def patient_folds(examples: list[Example]) -> np.ndarray:
    """Draw a fold for each patient; return that of each radiograph, int of shape (n,)."""
    patients = sorted({example.patient for example in examples})
    drawn = np.random.default_rng(SEED).integers(0, FOLDS, len(patients))
    fold_of = dict(zip(patients, drawn, strict=True))
    return np.array([fold_of[example.patient] for example in examples])


def warned_share(distance: Distance, held_out: np.ndarray, features: np.ndarray) -> float:
    """Return the share of pictures beyond the limit that held-out radiographs set."""
    return float((distance(features) > np.quantile(distance(held_out), guard_fit.QUANTILE, method="higher")).mean())


def flat(views: np.ndarray) -> np.ndarray:
    """Reshape features of views of radiographs, (views, n, k), to those of so many pictures, (views * n, k)."""
    return views.reshape(-1, views.shape[-1])


def compare(
    views: list[Features],
    splits: dict[str, Features],
    folds: np.ndarray,
    perturbed: Features,
    others: dict[str, Features],
) -> None:
    """Print a line a candidate; ``views`` are of the training radiographs, whose patients' folds are given."""
    columns = f"{'features':30} {'distance':12} {'fitted to':10} {'left out':>9} {'perturbed':>9} {'test':>7}"
    print(f"{columns}  detected least")
    for name, (title, method), (fitted_to, number) in product(views[0], METHODS.items(), FITTED_TO.items()):
        training, held_out = np.stack([view[name] for view in views[:number]]), splits["validation"][name]
        left_out = [
            warned_share(method(flat(training[:, folds != fold])), held_out, training[0, folds == fold])
            for fold in range(FOLDS)
        ]
        distance = method(flat(training))
        shares = {kind: warned_share(distance, held_out, features[name]) for kind, features in others.items()}
        least = sorted(shares.items(), key=lambda kind: kind[1])[:3]
        print(
            f"{name:30} {title:12} {fitted_to:10} {100 * np.mean(left_out):7.2f} % "
            f"{100 * warned_share(distance, held_out, perturbed[name]):7.1f} % "
            f"{100 * warned_share(distance, held_out, splits['test'][name]):5.2f} %  "
            + ", ".join(f"{kind} {100 * share:.1f} %" for kind, share in least),
            flush=True,
        )


def print_shipped(images: np.ndarray) -> None:
    """Print what the shipped guard warns of among test radiographs and what is made of them."""
    card = load_card()
    network = engine.load_litert(card)
    measured = guard_fit.measure_guard(load_guard(card), network, images)
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
    """Compare the candidates, then print the shipped guard's shares."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.guard")
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and test/")
    parser.add_argument("--every", type=int, default=8, help="perturb one validation radiograph in so many")
    options = parser.parse_args()
    card, members = load_card(), dataset.split(options.data)
    images = {name: dataset.load_images(options.data, split, card.input_size) for name, split in members.items()}
    some = images["validation"][:: options.every]
    verified_bytes(card, ARTIFACT / KERAS_FILE)
    layers = InnerLayers(keras.saving.load_model(ARTIFACT / KERAS_FILE, compile=False))
    perturbed = np.concatenate([np.stack(list(map(change, some))) for change in CONDITIONS.values()])
    others = out_of_distribution_pictures(some, SEED)
    views = [layers.features(pictures) for pictures in (images["fit"], *guard_fit.perturbed_views(images["fit"]))]
    compare(
        views,
        {name: layers.features(images[name]) for name in ("validation", "test")},
        patient_folds(members["fit"]),
        layers.features(perturbed),
        {kind: layers.features(pictures) for kind, pictures in others.items()},
    )
    print_shipped(images["test"])


if __name__ == "__main__":
    main()
