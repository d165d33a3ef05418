"""The lung reader as it ships: one pass over a radiograph gives everything."""

import keras
import tensorflow as tf
from keras import ops

from training.checks import guard_fit
from training.lungs import network


def served(reader: keras.Model) -> keras.Model:
    """Add to a reader's answers where the evidence lies, and the guard's features.

    Takes float32 of shape (n, size, size, 1), 0 to 255. Returns ``logits`` (n, classes); ``heat``, Grad-CAM of
    pneumonia's log-odds at stride 4 (``model/network/gradcam.py``), not negative, (n, size / 4, size / 4);
    ``lungs``, the probability of lung, (n, size, size); ``features``, the guard's, (n, k).
    """
    radiograph = keras.Input(reader.input.shape[1:], name="radiograph")
    class_maps, field, inner = _look(reader)(radiograph, training=False)
    evidence = network.lung_weighted(class_maps, field)
    logits = ops.sum(evidence, axis=(1, 2))
    outputs = {
        "logits": logits,
        "heat": heat_map(evidence, logits),
        "lungs": ops.sigmoid(network.enlarged(field)[..., 0]),
        "features": guard_fit.pool_halves(inner),
    }
    return keras.Model(radiograph, outputs, name="pneumonia")


def heat_map(evidence: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
    """Return Grad-CAM of log (1 - P(normal)) / P(normal): class maps weighted by its gradient over the logits."""
    kinds = ops.softmax(logits[:, 1:])
    slopes = ops.concatenate([-ops.ones_like(logits[:, :1]), kinds], axis=-1)
    return ops.relu(ops.sum(evidence * slopes[:, None, None, :], axis=-1))


def litert_bytes(shipped: keras.Model) -> bytes:
    """Convert a network for LiteRT, one radiograph at a time, in full precision."""
    return bytes(tf.lite.TFLiteConverter.from_keras_model(shipped).convert())


def _look(reader: keras.Model) -> keras.Model:
    """Class maps, lung field and the guard's layer, which is what enters the class maps of stride 16.

    No layer of ours is among them, so that the file can be loaded where only Keras is.
    """
    outputs = [reader.get_layer("class_maps").output, reader.get_layer("lungs_coarse").output]
    return keras.Model(reader.input, [*outputs, reader.get_layer("dropout_16").input], name="look")
