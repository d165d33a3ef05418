"""The networks: a grey square in, one logit a class out.

Every network takes float32 of shape (batch, size, size, 1), 0 to 255, and returns the logits of
``training.dataset.SUBTYPES``; P(pneumonia) = 1 - P(normal).
"""

from pathlib import Path

import keras

BACKBONE = "mobilenetv2"


def mobilenet_v2(size: int, classes: int, dropout: float, weights: Path | None) -> keras.Model:
    """MobileNetV2 (Sandler et al. 2018) under a linear head written as class activation maps.

    The head is a 1x1 convolution without bias, then the mean over positions: the same function as
    global average pooling under a linear layer (Zhou et al. 2016, eq. 2), with the maps at hand.

    Args:
        size: side of the input in pixels.
        classes: how many logits.
        dropout: share of the 1,280 channels dropped while training.
        weights: ImageNet weights of the backbone without its top; None downloads Keras' own.
    """
    inputs = keras.Input((size, size, 1), name="radiograph")
    scaled = keras.layers.Rescaling(1 / 127.5, offset=-1, name="scale")(inputs)
    colours = keras.layers.Concatenate(name="colours")([scaled, scaled, scaled])
    backbone = keras.applications.MobileNetV2(
        input_shape=(size, size, 3),
        include_top=False,
        weights="imagenet" if weights is None else str(weights),
        name=BACKBONE,
    )
    # training=False: batch normalisation keeps ImageNet's statistics, which small batches would blur.
    features = backbone(colours, training=False)
    features = keras.layers.SpatialDropout2D(dropout, name="dropout")(features)
    maps = keras.layers.Conv2D(classes, 1, use_bias=False, name="class_maps")(features)
    logits = keras.layers.GlobalAveragePooling2D(name="logits")(maps)
    return keras.Model(inputs, logits, name="pneumonia")


def freeze_backbone(network: keras.Model) -> None:
    """Leave only the head to be trained."""
    network.get_layer(BACKBONE).trainable = False


def release_backbone(network: keras.Model) -> None:
    """Train every layer but batch normalisation, whose statistics and scales stay ImageNet's."""
    backbone = network.get_layer(BACKBONE)
    backbone.trainable = True
    for layer in backbone.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = False
