"""The networks: a grey square in, one logit a class out.

Every network takes float32 of shape (batch, size, size, 1), 0 to 255, and returns the logits of
``training.dataset.SUBTYPES``, or of normal and pneumonia; P(pneumonia) = 1 - P(normal).
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import keras
import numpy as np

from training.recipes import Recipe

BACKBONE = "backbone"


def build_network(recipe: Recipe, backbone_weights: Path | None) -> keras.Model:
    """Build the network of a recipe, untrained but for the backbone's ImageNet weights.

    ``backbone_weights`` is a file without the classifying top; None downloads Keras' own.
    """
    families: dict[str, Callable[[Recipe, Path | None], keras.Model]] = {
        family.__name__: family for family in (fully_connected, small_cnn, mobilenet_v2, vgg16)
    }
    return families[recipe.family](recipe, backbone_weights)


def fully_connected(recipe: Recipe, _: Path | None = None) -> keras.Model:
    """Build two hidden layers on the pixels themselves."""
    inputs, features = _scaled_input(recipe)
    features = keras.layers.Flatten(name="pixels")(features)
    for number, units in enumerate((256, 64), 1):
        features = keras.layers.Dense(
            units, activation="relu", kernel_regularizer=_penalty(recipe), name=f"hidden_{number}"
        )(features)
        features = keras.layers.Dropout(recipe.dropout, seed=recipe.seed, name=f"dropout_{number}")(features)
    logits = keras.layers.Dense(recipe.classes, name="logits")(features)
    return keras.Model(inputs, logits, name=recipe.name)


def small_cnn(recipe: Recipe, _: Path | None = None) -> keras.Model:
    """Build three convolutions, each halved by max pooling, and one hidden layer."""
    inputs, features = _scaled_input(recipe)
    for number, filters in enumerate((16, 32, 64), 1):
        features = keras.layers.Conv2D(
            filters, 3, activation="relu", kernel_regularizer=_penalty(recipe), name=f"convolution_{number}"
        )(features)
        features = keras.layers.MaxPooling2D(name=f"maximum_{number}")(features)
    features = keras.layers.Flatten(name="features")(features)
    features = keras.layers.Dense(64, activation="relu", kernel_regularizer=_penalty(recipe), name="hidden")(
        features
    )
    features = keras.layers.Dropout(recipe.dropout, seed=recipe.seed, name="dropout")(features)
    logits = keras.layers.Dense(recipe.classes, name="logits")(features)
    return keras.Model(inputs, logits, name=recipe.name)


def mobilenet_v2(recipe: Recipe, weights: Path | None) -> keras.Model:
    """Build MobileNetV2 (Sandler et al. 2018) under ``_class_maps``."""
    inputs, scaled = _scaled_input(recipe)
    backbone = _pretrained(keras.applications.MobileNetV2, recipe, weights)
    # training=False: batch normalisation keeps ImageNet's statistics, which small batches would blur.
    features = backbone(_three_channels(scaled), training=False)
    return keras.Model(inputs, _class_maps(features, recipe), name="pneumonia")


def vgg16(recipe: Recipe, weights: Path | None) -> keras.Model:
    """Build VGG16 (Simonyan and Zisserman 2015) under ``_class_maps``."""
    inputs = keras.Input((recipe.size, recipe.size, 1), name="radiograph")
    backbone = _pretrained(keras.applications.VGG16, recipe, weights)
    # The mean grey of ImageNet, which these weights expect to be taken away.
    centred = keras.layers.Rescaling(1.0, offset=-116.0, name="scale")(inputs)
    return keras.Model(inputs, _class_maps(backbone(_three_channels(centred)), recipe), name="pneumonia")


def _pretrained(application: Callable[..., keras.Model], recipe: Recipe, weights: Path | None) -> keras.Model:
    return application(
        input_shape=(recipe.size, recipe.size, 3),
        include_top=False,
        weights="imagenet" if weights is None else str(weights),
        name=BACKBONE,
    )


def join_networks(networks: Sequence[keras.Model], recipe: Recipe) -> keras.Model:
    """Join networks of ``mobilenet_v2`` to one that gives the mean of their logits; one alone is returned itself.

    Their backbones stand side by side, and one head reads the last features of all: its weights are theirs,
    divided by their number.
    """
    if len(networks) == 1:
        return networks[0]
    backbones = [network.get_layer(BACKBONE) for network in networks]
    parts = [
        keras.Model(backbone.inputs[0], backbone.outputs[0], name=f"{BACKBONE}_{number}")
        for number, backbone in enumerate(backbones, 1)
    ]
    colours = keras.Input(parts[0].input.shape[1:], name="colours")
    joined = keras.layers.Concatenate(name="features")([part(colours, training=False) for part in parts])
    inputs, scaled = _scaled_input(recipe)
    features = keras.Model(colours, joined, name=BACKBONE)(_three_channels(scaled), training=False)
    network = keras.Model(inputs, _class_maps(features, recipe), name=networks[0].name)
    heads = [member.get_layer("class_maps").get_weights()[0] for member in networks]
    network.get_layer("class_maps").set_weights([np.concatenate(heads, axis=2) / len(heads)])
    return network


def freeze_backbone(network: keras.Model) -> None:
    """Leave only the head to be trained; a network without a backbone is all head."""
    for backbone in _backbones(network):
        backbone.trainable = False


def release_backbone(network: keras.Model, frozen_to: str = "") -> None:
    """Train every layer after ``frozen_to`` but batch normalisation, whose statistics and scales stay."""
    for backbone in _backbones(network):
        backbone.trainable = True
        names = [layer.name for layer in backbone.layers]
        frozen = names[: names.index(frozen_to) + 1] if frozen_to else []
        for layer in backbone.layers:
            if isinstance(layer, keras.layers.BatchNormalization) or layer.name in frozen:
                layer.trainable = False


def _backbones(network: keras.Model) -> list[keras.Model]:
    return [layer for layer in network.layers if layer.name == BACKBONE]


def _scaled_input(recipe: Recipe) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """Return the radiograph, and the same from -1 to 1 or, standardised, with mean 0 and variance 1/4."""
    inputs = keras.Input((recipe.size, recipe.size, 1), name="radiograph")
    if not recipe.standardise:
        return inputs, keras.layers.Rescaling(1 / 127.5, offset=-1, name="scale")(inputs)
    # An epsilon of one grey level keeps a blank image blank.
    standard = keras.layers.LayerNormalization(
        axis=(1, 2, 3), center=False, scale=False, epsilon=1.0, name="standardise"
    )(inputs)
    return inputs, keras.layers.Rescaling(0.5, name="scale")(standard)


def _three_channels(grey: keras.KerasTensor) -> keras.KerasTensor:
    return keras.layers.Concatenate(name="colours")([grey, grey, grey])


def _class_maps(features: keras.KerasTensor, recipe: Recipe) -> keras.KerasTensor:
    """Add a linear head written as class activation maps.

    A 1x1 convolution without bias, then the mean over positions: the same function as global average
    pooling under a linear layer (Zhou et al. 2016, eq. 2), with the maps at hand.
    """
    features = keras.layers.SpatialDropout2D(recipe.dropout, seed=recipe.seed, name="dropout")(features)
    maps = keras.layers.Conv2D(recipe.classes, 1, use_bias=False, name="class_maps")(features)
    return keras.layers.GlobalAveragePooling2D(name="logits")(maps)


def _penalty(recipe: Recipe) -> keras.Regularizer | None:
    return keras.regularizers.L2(recipe.l2) if recipe.l2 else None
