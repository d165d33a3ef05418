"""The trained network as it ships: with its mirror image, its heat map and the guard's features in one pass."""

import keras
import tensorflow as tf

from training.checks.guard_fit import LAYER, pool_halves
from training.networks.architectures import trunk


def shipped_network(network: keras.Model) -> keras.Model:
    """Return a network that reads the radiograph and its mirror image, and gives heat map and guard features.

    Features of both, the mirror's turned back, are averaged; the head is linear, so that is to average the
    logits. The second output is Grad-CAM of pneumonia's log-odds (``model/network/gradcam.py``), the third the
    inner features that the guard is fitted to (``training/checks/guard_fit.py``).

    Takes float32 of shape (n, size, size, 1), 0 to 255; returns ``logits`` (n, 3), ``heat`` (n, rows,
    columns) and ``features`` (n, k). Dropout, which does nothing outside training, is left out.
    """
    head = network.get_layer("class_maps")
    radiograph = keras.Input(network.input.shape[1:], name="radiograph")
    both = keras.ops.concatenate([radiograph, radiograph[:, :, ::-1]], axis=0)
    deep, inner = trunk(network, [LAYER])(both)
    deep = keras.ops.reshape(deep, (2, -1, *head.input.shape[1:]))
    maps = head((deep[0] + deep[1][:, :, ::-1]) / 2)
    logits = network.get_layer("logits")(maps)
    features = keras.ops.reshape(pool_halves(inner), (2, -1, 2 * inner.shape[-1]))
    outputs = {"logits": logits, "heat": heat_map(maps, logits), "features": (features[0] + features[1]) / 2}
    return keras.Model(radiograph, outputs, name="pneumonia")


def heat_map(maps: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
    """Return Grad-CAM of log (1 - P(normal)) / P(normal): class maps weighted by its gradient over the logits."""
    pneumonias = keras.ops.softmax(logits[:, 1:])
    gradient = keras.ops.concatenate([-keras.ops.ones_like(logits[:, :1]), pneumonias], axis=-1)
    evidence = keras.ops.sum(maps * gradient[:, None, None, :], axis=-1) / (maps.shape[1] * maps.shape[2])
    return keras.ops.relu(evidence)


def litert_bytes(network: keras.Model) -> bytes:
    """Convert a network for LiteRT, one radiograph at a time, in full precision."""
    return bytes(tf.lite.TFLiteConverter.from_keras_model(network).convert())
