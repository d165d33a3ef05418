"""Take out of the class maps what is left in them of the body (linear concept erasure).

The logits are linear in features averaged over the lungs, z = W f. A direction d between the mean features of two
groups that differ in their bodies alone carries the body into z. The nearest weights that do not see it, least
squares over the radiographs' own spread S of features, are

    W' = W - W D (D^T S^-1 D)^-1 D^T S^-1        (rows of W are classes, columns of D are directions)

as in LEACE (Belrose et al. 2023, theorem 4.3), for given weights. Groups: radiographs whose lungs are painted over,
outlines alone, and lungs in bodies of the one label and of the other.
"""

from collections.abc import Callable, Sequence

import keras
import numpy as np

from training.lungs import transplant
from training.lungs.network import LungWeighted
from training.lungs.transplant import Patient

SHRINKAGE = 0.05
"""Of the covariance towards its own diagonal mean: 1,856 features from a thousand or so radiographs."""
BATCH = 16

Features = Callable[[np.ndarray], np.ndarray]
"""Views, float32 of shape (n, size, size), 0 to 1, to features averaged over the lungs, shape (n, channels)."""


def erase(reader: keras.Model, patients: Sequence[Patient], labels: np.ndarray, seed: int) -> None:
    """Change a reader's class maps, in place, so that no body of these patients moves the mean of a logit.

    Args:
        patients: training patients, as many normal as not.
        labels: 0 normal, 1 pneumonia, int of shape (n,).
    """
    features = pooled(reader)
    directions, covariance = body_directions(features, patients, labels, np.random.default_rng(seed))
    layers = [reader.get_layer(f"class_maps_{stride}") for stride in (32, 16)]
    kernels = [layer.get_weights()[0][0, 0] for layer in layers]
    changed = erased(np.concatenate(kernels), directions, covariance)
    for layer, kernel in zip(layers, np.split(changed, [len(kernels[0])]), strict=True):
        layer.set_weights([kernel[None, None].astype(np.float32)])


def erased(weights: np.ndarray, directions: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """Change weights least so that directions move nothing.

    Args:
        weights: shape (features, classes).
        directions: shape (features, k).
        covariance: of the features, shape (features, features).

    Returns:
        float64 of the shape of ``weights``, orthogonal to every direction.
    """
    level = np.trace(covariance) / len(covariance)
    shrunk = (1 - SHRINKAGE) * covariance + SHRINKAGE * level * np.eye(len(covariance))
    solved = np.linalg.solve(shrunk, directions)
    return weights - solved @ np.linalg.solve(directions.T @ solved, directions.T @ weights)


def body_directions(
    features: Features, patients: Sequence[Patient], labels: np.ndarray, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Measure what bodies do to the features.

    Returns:
        Differences of mean features between bodies of the two labels, shape (channels, 3): lungs painted over, the
        outline alone, other children's lungs within; and the covariance of the last, (channels, channels).
    """
    bodies = range(len(patients))
    own = generator.permutation(len(patients)).tolist()
    painted = features(np.stack([transplant.painted(patients[row], generator)[0] for row in bodies]))
    outline = features(np.stack([transplant.outline_alone(patients[row], generator)[0] for row in bodies]))
    composed = features(
        np.stack(
            [
                transplant.into_outline(patients[lungs], patients[body], generator)[0]
                for lungs, body in zip(own, bodies, strict=True)
            ]
        )
    )
    # Other children's lungs are as often of either label in either group, or the lungs would be erased too.
    lungs = labels[own]
    within = np.mean([difference(composed[lungs == label], labels[lungs == label]) for label in (0, 1)], axis=0)
    directions = np.stack([difference(painted, labels), difference(outline, labels), within], axis=1)
    return directions, np.cov(composed, rowvar=False)


def difference(features: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Mean features of label 1 less those of label 0, shape (channels,)."""
    return features[labels == 1].mean(axis=0) - features[labels == 0].mean(axis=0)


def pooled(reader: keras.Model) -> Features:
    """Return what enters the class maps of a reader, averaged over the lungs."""
    parts = []
    for stride in (32, 16):
        maps = reader.get_layer(f"dropout_{stride}").input
        parts.append(keras.layers.UpSampling2D(stride // 4, interpolation="bilinear")(maps))
    joined = keras.layers.Concatenate()(parts)
    weighted = LungWeighted()([joined, reader.get_layer("lungs_coarse").output])
    network = keras.Model(reader.input, keras.ops.sum(weighted, axis=(1, 2)))

    def features(views: np.ndarray) -> np.ndarray:
        return np.concatenate(
            [
                network.predict_on_batch(views[start : start + BATCH, ..., None] * np.float32(255))
                for start in range(0, len(views), BATCH)
            ]
        ).astype(float)

    return features
