"""Measure how long a reading takes, against the usual way to a probability and a heat map.

    python -m benchmarks.reading

The usual way: ``predict`` for the probability, then a second model and a gradient tape for Grad-CAM. Both
get the same square input; the reading's time includes neither decoding nor resizing, nor does the other's.
"""

from statistics import median

import keras
import numpy as np
import tensorflow as tf

from benchmarks.timing import seconds
from model.network import engine, gradcam
from model.network.card import ARTIFACT, KERAS_FILE, load_card
from training.networks.architectures import BACKBONE

ROUNDS = 15


def usual(network: keras.Model, inputs: np.ndarray) -> np.ndarray:
    """Predict the probability, then differentiate automatically for the heat map, by a model built anew."""
    network.predict(inputs, verbose=0)
    look = network.get_layer("look")
    both = keras.Model(look.input, [look.get_layer(BACKBONE).outputs[0], look.output[0]])
    with tf.GradientTape() as tape:
        activations, maps = both(inputs, training=False)
        logits = tf.reduce_mean(maps, axis=(1, 2))[0]
        score = tf.reduce_logsumexp(logits[1:]) - logits[0]
    return gradcam.grad_cam(activations[0].numpy(), tape.gradient(score, activations)[0].numpy())


def main() -> None:
    """Time both ways in turn, so that a machine that slows down slows both."""
    card = load_card()
    inputs = np.random.default_rng(0).uniform(0, 255, (1, card.input_size, card.input_size, 1)).astype(np.float32)
    litert = engine.load_litert(card)
    network = keras.saving.load_model(ARTIFACT / KERAS_FILE, compile=False)
    ways = {"LiteRT, one pass": lambda: litert.run(inputs), "usual": lambda: usual(network, inputs)}
    for work in ways.values():
        work()
    taken = [{name: seconds(work) for name, work in ways.items()} for _ in range(ROUNDS)]
    for name in ways:
        print(f"{name}: {1000 * median(turn[name] for turn in taken):.1f} ms")
    print(f"ratio: {median(turn['usual'] / turn['LiteRT, one pass'] for turn in taken):.0f}")


if __name__ == "__main__":
    main()
