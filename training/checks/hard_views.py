"""Views that are hard to read, on which probabilities are calibrated.

Radiographs of validation patients come from the same days and machines as those learnt from, and are easy: a
network is surer of them than it may be elsewhere. Perturbed, and with their lungs in the bodies of other children,
they are read with the doubt that a new hospital brings.
"""

from collections.abc import Iterator

import numpy as np

from training.checks import lung_reading
from training.checks.perturbations import CONDITIONS


def hard_views(
    images: np.ndarray, fields: np.ndarray, labels: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield views with the labels of their lungs: as they are, under each condition, and in other bodies.

    Args:
        images: radiographs, uint8 of shape (n, size, size).
        fields: their lung fields, uint8 of the same shape, 0 to 255.
        labels: 0 normal, 1 pneumonia, int of shape (n,).
    """
    yield images, labels
    for change in CONDITIONS.values():
        yield np.stack([change(image) for image in images]), labels
    asked = lung_reading.Asked(images, fields, labels)
    own, other = lung_reading.opposite_pairs(labels)
    for way in (lung_reading.body_moved, lung_reading.lungs_moved):
        yield lung_reading.transplanted(asked, own, other, way), labels[own]
