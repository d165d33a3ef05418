"""The training at a scale that a test can wait for: fewer layers, made-up pictures and draws, the same names."""

from typing import Any

import keras
import pytest

from training.checks import out_of_distribution, randomisation

CHANNELS = 16


def small_backbone(
    input_shape: tuple[int, int, int], include_top: bool, weights: Any, name: str = "small"
) -> keras.Model:
    """Return a stand-in for ``keras.applications.MobileNetV2``, of some of its layers; a sixteenth of the side."""
    inputs = keras.Input(input_shape)
    features = _convolved(inputs, "Conv1", strides=2)
    features = keras.layers.Add(name="block_2_add")([features, _convolved(features, "block_2_project")])
    features = _convolved(features, "block_6_expand", strides=2)
    features = _convolved(features, "block_13_expand", strides=2)
    features = _convolved(features, "Conv_1", strides=2)
    network = keras.Model(inputs, features, name=name)
    if weights:
        network.load_weights(weights)
    return network


def _convolved(features: keras.KerasTensor, name: str, strides: int = 1) -> keras.KerasTensor:
    features = keras.layers.Conv2D(
        CHANNELS, 3, strides=strides, padding="same", use_bias=False, name=name, kernel_initializer="he_normal"
    )(features)
    features = keras.layers.BatchNormalization(name=f"{name}_BN")(features)
    return keras.layers.ReLU(name=f"{name}_relu")(features)


def shrink(patch: pytest.MonkeyPatch) -> None:
    """Put the small backbone in place of MobileNetV2, and few of what else takes time."""
    patch.setattr(keras.applications, "MobileNetV2", small_backbone)
    patch.setattr(out_of_distribution, "NUMBER", 4)
    patch.setattr(randomisation, "DRAWS", 3)
