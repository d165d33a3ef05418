"""One backbone, two answers: where the lungs are, and what is in them.

MobileNetV2 (Sandler et al. 2018) with a small decoder on its skips (U-Net, Ronneberger et al. 2015), whose lung
field also says where evidence may lie: each logit is the sum of a class map weighted by the lung field.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import keras

BACKBONE = "backbone"
DEEP = "out_relu"  # stride 32, 1280 channels
INNER = "block_13_expand_relu"  # stride 16, 576 channels: the finest layer that knows what an opacity is
SKIPS = ("block_12_add", "block_5_add", "block_2_add")  # strides 16, 8 and 4: the narrow ends of blocks, so cheap
FLOOR = 1e-3  # of a probability of lung: keeps the weights defined on a picture without lungs
STRIDE = 4  # of the lung field as it is decoded, and of the evidence


@dataclass(frozen=True)
class Widths:
    """Channels of the decoder at strides 16, 8 and 4; with these it costs about 5 % of the backbone."""

    deep: int = 64
    middle: int = 48
    fine: int = 32


def segmenter(size: int, weights: Path | None, widths: Widths = Widths()) -> keras.Model:
    """Build the lung segmentation network.

    Takes float32 of shape (batch, size, size, 1), 0 to 255; returns the log-odds of lung, float32 of the same
    shape. ``weights`` is ImageNet's file without the classifying top; None downloads Keras' own.
    """
    inputs, features = _encoded(size, weights)
    field = _decoded(features, widths)
    return keras.Model(inputs, enlarged(field), name="lung_fields")


def reader(
    size: int, classes: int, dropout: float, seed: int, weights: Path | None, widths: Widths = Widths()
) -> keras.Model:
    """Build the network that reads within the lungs.

    Takes what ``segmenter`` takes. Returns ``logits``, float32 of shape (batch, classes); ``lungs``, the log-odds
    of lung at full size; ``evidence``, float32 of shape (batch, size / 4, size / 4, classes), which sums to the
    logits over its positions.
    """
    inputs, features = _encoded(size, weights)
    field = _decoded(features, widths)
    maps = _class_maps(features, classes, dropout, seed)
    evidence = LungWeighted(name="evidence", dtype="float32")([maps, keras.ops.stop_gradient(field)])
    outputs = {
        "logits": SumOverPositions(name="logits", dtype="float32")(evidence),
        "lungs": enlarged(field),
        "evidence": evidence,
    }
    return keras.Model(inputs, outputs, name="pneumonia")


def release(network: keras.Model, frozen_to: str) -> None:
    """Train every layer of the backbone after ``frozen_to`` but batch normalisation, and everything above it."""
    backbone = network.get_layer(BACKBONE)
    backbone.trainable = True
    names = [layer.name for layer in backbone.layers]
    for place, layer in enumerate(backbone.layers):
        normalises = isinstance(layer, keras.layers.BatchNormalization)
        layer.trainable = not normalises and place > names.index(frozen_to)


def adopt(network: keras.Model, former: keras.Model) -> None:
    """Start from a network that read whole radiographs: its first backbone, its head as class maps of stride 32.

    The class maps of stride 16 start from zero, so that the first logits are the former network's, averaged over
    the lungs and not over the whole radiograph.
    """
    source = former.get_layer(BACKBONE)
    parts = [layer for layer in source.layers if layer.name.startswith(f"{BACKBONE}_")]
    first = parts[0] if parts else source
    for layer in network.get_layer(BACKBONE).layers:
        if layer.weights:
            layer.set_weights(first.get_layer(layer.name).get_weights())
    coarse, fine = network.get_layer("class_maps_32"), network.get_layer("class_maps_16")
    kernel = former.get_layer("class_maps").get_weights()[0]
    channels = coarse.kernel.shape[2]
    # Joined networks share the logits equally.
    coarse.set_weights([kernel[:, :, :channels] * (kernel.shape[2] // channels)])
    fine.set_weights([0 * fine.get_weights()[0]])


def lung_weighted(maps: keras.KerasTensor, field: keras.KerasTensor) -> keras.KerasTensor:
    """Weigh maps, (n, rows, columns, channels), by where the lungs are, log-odds of shape (n, rows, columns, 1).

    ``weights = p / sum(p)`` with ``p`` the probability of lung, widened by one position each way so that what
    touches the pleura counts. Where no lung is found at all, every position counts the same.
    """
    lung = keras.ops.max_pool(keras.ops.sigmoid(field), 3, strides=1, padding="same") + FLOOR
    return maps * (lung / keras.ops.sum(lung, axis=(1, 2), keepdims=True))


@keras.saving.register_keras_serializable("lungfield")
class LungWeighted(keras.layers.Layer):
    """Weigh class maps by where the lungs are, as ``lung_weighted``, in a network that is trained."""

    def call(self, inputs: Sequence[keras.KerasTensor]) -> keras.KerasTensor:
        return lung_weighted(*inputs)

    def compute_output_shape(self, shapes: Sequence[tuple]) -> tuple:
        return tuple(shapes[0])


@keras.saving.register_keras_serializable("lungfield")
class SumOverPositions(keras.layers.Layer):
    """Add maps up over rows and columns: (batch, rows, columns, channels) to (batch, channels)."""

    def call(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        return keras.ops.sum(inputs, axis=(1, 2))


def _encoded(size: int, weights: Path | None) -> tuple[keras.KerasTensor, dict[str, keras.KerasTensor]]:
    """Return the radiograph's input, and what the backbone makes of it by layer."""
    inputs = keras.Input((size, size, 1), name="radiograph")
    whole = keras.applications.MobileNetV2(
        input_shape=(size, size, 3),
        include_top=False,
        weights="imagenet" if weights is None else str(weights),
    )
    names = (DEEP, INNER, *SKIPS)
    backbone = keras.Model(whole.inputs[0], [whole.get_layer(name).output for name in names], name=BACKBONE)
    scaled = keras.layers.Rescaling(1 / 127.5, offset=-1, name="scale")(inputs)
    colours = keras.layers.Concatenate(name="colours")([scaled, scaled, scaled])
    # training=False: batch normalisation keeps ImageNet's statistics, which small batches would blur.
    return inputs, dict(zip(names, backbone(colours, training=False), strict=True))


def _decoded(features: dict[str, keras.KerasTensor], widths: Widths) -> keras.KerasTensor:
    """Log-odds of lung at stride 4: three times enlarged, joined with a skip and refined."""
    field = features[DEEP]
    for skip, width in zip(SKIPS, (widths.deep, widths.middle, widths.fine), strict=True):
        coarse = keras.layers.Conv2D(width, 1, name=f"lungs_from_{skip}_coarse")(field)
        coarse = keras.layers.UpSampling2D(2, interpolation="bilinear", name=f"lungs_enlarged_{skip}")(coarse)
        fine = keras.layers.Conv2D(width, 1, name=f"lungs_from_{skip}")(features[skip])
        field = keras.layers.ReLU(name=f"lungs_joined_{skip}")(coarse + fine)
        field = keras.layers.SeparableConv2D(
            width, 3, padding="same", activation="relu", name=f"lungs_refined_{skip}"
        )(field)
    return keras.layers.Conv2D(1, 1, name="lungs_coarse", dtype="float32")(field)


def enlarged(field: keras.KerasTensor) -> keras.KerasTensor:
    return keras.layers.UpSampling2D(STRIDE, interpolation="bilinear", name="lungs", dtype="float32")(field)


def _class_maps(
    features: dict[str, keras.KerasTensor], classes: int, dropout: float, seed: int
) -> keras.KerasTensor:
    """Class maps at stride 4 from strides 32 and 16: linear in the features, so enlarging them changes no sum."""
    parts = []
    for name, strides in ((DEEP, 32), (INNER, 16)):
        kept = keras.layers.SpatialDropout2D(dropout, seed=seed, name=f"dropout_{strides}")(features[name])
        maps = keras.layers.Conv2D(classes, 1, use_bias=False, name=f"class_maps_{strides}", dtype="float32")(kept)
        parts.append(
            keras.layers.UpSampling2D(
                strides // STRIDE, interpolation="bilinear", name=f"class_maps_{strides}_enlarged", dtype="float32"
            )(maps)
        )
    return keras.layers.Add(name="class_maps", dtype="float32")(parts)
