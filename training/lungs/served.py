"""The lung reader as it ships: one pass over a radiograph and its mirror image gives everything."""

import keras

from training.checks import guard_fit
from training.lungs import network


def served(reader: keras.Model) -> keras.Model:
    """Average a reader's answers over the radiograph and its mirror image, and show where the evidence lies.

    Takes float32 of shape (n, size, size, 1), 0 to 255. Returns ``logits`` (n, classes); ``heat``, Grad-CAM of
    pneumonia's log-odds at stride 4 (``model/network/gradcam.py``), not negative, (n, size / 4, size / 4);
    ``lungs``, the probability of lung, (n, size, size); ``features``, the guard's, (n, k).
    """
    parts = _parts(reader)
    radiograph = keras.Input(reader.input.shape[1:], name="radiograph")
    both = keras.ops.concatenate([radiograph, radiograph[:, :, ::-1]], axis=0)
    class_maps, field, inner = parts(both, training=False)
    maps = _mirrored_mean(network.lung_weighted(class_maps, field))
    logits = keras.ops.sum(maps, axis=(1, 2))
    kinds = keras.ops.softmax(logits[:, 1:])
    slopes = keras.ops.concatenate([-keras.ops.ones_like(logits[:, :1]), kinds], axis=-1)
    heat = keras.ops.relu(keras.ops.sum(maps * slopes[:, None, None, :], axis=-1))
    features = keras.ops.reshape(guard_fit.pool_halves(inner), (2, -1, 2 * inner.shape[-1]))
    outputs = {
        "logits": logits,
        "heat": heat,
        "lungs": keras.ops.sigmoid(network.enlarged(_mirrored_mean(field))[..., 0]),
        "features": (features[0] + features[1]) / 2,
    }
    return keras.Model(radiograph, outputs, name="pneumonia")


def _parts(reader: keras.Model) -> keras.Model:
    """Class maps, lung field and the guard's layer, which is what enters the class maps of stride 16.

    No layer of ours is among them, so that the file can be loaded where only Keras is.
    """
    outputs = [reader.get_layer("class_maps").output, reader.get_layer("lungs_coarse").output]
    return keras.Model(reader.input, [*outputs, reader.get_layer("dropout_16").input], name="parts")


def _mirrored_mean(maps: keras.KerasTensor) -> keras.KerasTensor:
    """Average the first half of a batch and its second, which is mirrored and turned back here."""
    pairs = keras.ops.reshape(maps, (2, -1, *maps.shape[1:]))
    return (pairs[0] + pairs[1][:, :, ::-1]) / 2
