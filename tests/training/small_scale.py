"""The training at a scale that a test can wait for: fewer layers, made-up pictures and draws, the same names."""

from typing import Any

import keras
import pytest

from training.checks import out_of_distribution, randomisation
from training.lungs import fit, segmentation

CHANNELS = 16
SEGMENTATION = segmentation.Settings(size=64, batch=4, head_epochs=1, epochs=1, precision="float32")
READER = fit.Settings(
    size=64,
    small_size=32,
    batch=4,
    small_epochs=1,
    epochs=1,
    polish_epochs=1,
    hiding_epochs=2,
    precision="float32",
    erased_by=4,
)


def small_backbone(
    input_shape: tuple[int, int, int], include_top: bool, weights: Any, name: str = "small"
) -> keras.Model:
    """Return a stand-in for ``keras.applications.MobileNetV2``: some of its layers, at their strides of 2 to 32."""
    inputs = keras.Input(input_shape)
    features = _convolved(inputs, "Conv1", strides=2)
    for begins, ends in (("block_1", "block_2"), ("block_3", "block_5"), ("block_6", "block_12")):
        features = _convolved(features, f"{begins}_expand", strides=2)
        features = keras.layers.Add(name=f"{ends}_add")([features, _convolved(features, f"{ends}_project")])
    features = _convolved(features, "block_13_expand")
    features = _convolved(features, "Conv_1", strides=2, activation="out_relu")
    network = keras.Model(inputs, features, name=name)
    if weights:
        network.load_weights(weights)
    return network


def _convolved(features: keras.KerasTensor, name: str, strides: int = 1, activation: str = "") -> keras.KerasTensor:
    features = keras.layers.Conv2D(
        CHANNELS, 3, strides=strides, padding="same", use_bias=False, name=name, kernel_initializer="he_normal"
    )(features)
    features = keras.layers.BatchNormalization(name=f"{name}_BN")(features)
    return keras.layers.ReLU(name=activation or f"{name}_relu")(features)


def shrink(patch: pytest.MonkeyPatch) -> None:
    """Put the small backbone in place of MobileNetV2, and few of what else takes time."""
    patch.setattr(keras.applications, "MobileNetV2", small_backbone)
    patch.setattr(out_of_distribution, "NUMBER", 4)
    patch.setattr(randomisation, "DRAWS", 3)
