"""The chance of pneumonia where it is rarer, or more common, than where the probability was calibrated."""

import numpy as np
from numpy.typing import ArrayLike


def at_prevalence(probability: ArrayLike, calibrated_at: float, prevalence: float) -> np.ndarray:
    """A calibrated probability brought to another share of pneumonias, by Bayes' rule.

    Each class's probability is weighted by how much more common that class is (Saerens et al. 2002, eq. 4):

        p' = w1 p / (w1 p + w0 (1 - p))
        w1 = prevalence / calibrated_at,  w0 = (1 - prevalence) / (1 - calibrated_at)

    which is to multiply the odds by w1 / w0. It holds where pneumonias look alike in both places, and normals too:
    what differs is how many of each there are.

    Args:
        probability: calibrated P(pneumonia), 0 to 1, any shape.
        calibrated_at: share of pneumonias among the radiographs of the calibration, between 0 and 1.
        prevalence: share of pneumonias among the patients to come, between 0 and 1.

    Returns:
        float64 of the shape of ``probability``, 0 to 1.

    Raises:
        ValueError: a share that is not between 0 and 1, both excluded.
    """
    for name, share in (("calibrated_at", calibrated_at), ("prevalence", prevalence)):
        if not 0 < share < 1:
            raise ValueError(f"{name}: expected a share between 0 and 1, both excluded; received {share}.")
    ill = np.asarray(probability, float)
    more_ill, more_well = prevalence / calibrated_at, (1 - prevalence) / (1 - calibrated_at)
    return more_ill * ill / (more_ill * ill + more_well * (1 - ill))
