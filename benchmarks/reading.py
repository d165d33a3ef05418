"""Measure how long a reading takes, against the network alone and the usual way to a probability and a heat map.

    python -m benchmarks.reading

The usual way: ``predict`` for the probability, then a second model and a gradient tape for Grad-CAM, on a square
input that is ready. All are timed in turn, so that a machine that slows down slows all of them.
"""

from collections.abc import Callable
from statistics import median

import keras
import numpy as np
import tensorflow as tf

from benchmarks.archive import squeezed_samples
from benchmarks.figure import Figure, table
from benchmarks.scaling import jpeg
from benchmarks.timing import seconds
from model.io import radiograph
from model.network import engine, gradcam
from model.network.card import ARTIFACT, KERAS_FILE, load_card
from model.network.classifier import Classifier
from model.network.guard import load_guard
from model.network.preprocessing import network_input

ROUNDS = 25
WIDTH, HEIGHT = 1550, 1368
FROM_BYTES, FROM_PIXELS = 0.020, 0.010
"""Seconds that a reading may take."""
DEEPEST_MAPS = "class_maps_32"
"""The layer whose input is the backbone's last convolution."""
CLOSE = 1e-3
"""Of a probability: how far the engine may be from the Keras network."""


def usual(network: keras.Model, inputs: np.ndarray) -> np.ndarray:
    """Predict the probability, then differentiate automatically for the heat map, by a model built anew."""
    network.predict(inputs, verbose=0)
    look = network.get_layer("look")
    both = keras.Model(look.input, [look.get_layer(DEEPEST_MAPS).input, *look.output[:2]])
    with tf.GradientTape() as tape:
        activations, maps, lungs = both(inputs, training=False)
        logits = tf.reduce_mean(maps * lungs, axis=(1, 2))[0]
        score = tf.reduce_logsumexp(logits[1:]) - logits[0]
    return gradcam.grad_cam(activations[0].numpy(), tape.gradient(score, activations)[0].numpy())


def times() -> dict[str, list[float]]:
    """Return the seconds of each way, round by round."""
    card, classifier = load_card(), Classifier.load()
    litert = engine.load_litert(card)
    network = keras.saving.load_model(ARTIFACT / KERAS_FILE, compile=False)
    data = jpeg(WIDTH, HEIGHT)
    scan = radiograph.read(data)
    inputs = network_input(scan.pixels, card.input_size)[None]
    ways: dict[str, Callable[[], object]] = {
        "bytes": lambda: classifier.read(radiograph.read(data)),
        "pixels": lambda: classifier.read(scan),
        "network": lambda: litert.run(inputs),
        "usual": lambda: usual(network, inputs),
    }
    for work in ways.values():
        work()
    rounds = [{name: seconds(work) for name, work in ways.items()} for _ in range(ROUNDS)]
    return {name: [turn[name] for turn in rounds] for name in ways}


def largest_difference() -> float:
    """Return the largest difference of a sample's probability from the Keras network's."""
    card, classifier = load_card(), Classifier.load()
    reference = Classifier(card, engine.load_keras_reference(card), load_guard(card))
    scans = [radiograph.read(data) for data in squeezed_samples()]
    return max(abs(classifier.read(scan).probability - reference.read(scan).probability) for scan in scans)


def figures() -> list[Figure]:
    """Measure, and return the figures."""
    found = times()

    def ratio(name: str, other: str) -> float:
        return median(one / two for one, two in zip(found[name], found[other], strict=True))

    def milliseconds(name: str) -> str:
        return f"{1000 * median(found[name]):.1f} ms"

    difference = largest_difference()
    file = f"a JPEG of {WIDTH:,} x {HEIGHT:,}"
    return [
        Figure(
            f"Reading from the bytes of {file}",
            milliseconds("bytes"),
            "the bare network",
            ratio("bytes", "network"),
            f"at most {1000 * FROM_BYTES:.0f} ms",
            median(found["bytes"]) <= FROM_BYTES,
        ),
        Figure(
            "Reading from its pixels",
            milliseconds("pixels"),
            "the bare network",
            ratio("pixels", "network"),
            f"at most {1000 * FROM_PIXELS:.0f} ms",
            median(found["pixels"]) <= FROM_PIXELS,
        ),
        Figure(
            "Probability and heat map in one pass",
            milliseconds("network"),
            "`predict` and a gradient tape",
            ratio("network", "usual"),
        ),
        Figure(
            "Largest difference from the Keras network's probability",
            f"{difference:.0e}",
            goal=f"at most {CLOSE:g}",
            reached=difference <= CLOSE,
        ),
    ]


if __name__ == "__main__":
    print(table(figures()))
