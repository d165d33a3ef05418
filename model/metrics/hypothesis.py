"""H0, the person has pneumonia: how well does a radiograph speak against it?

"Normal" is only said where H0 is rejected at the chosen level. A level of 5 % and a recall of at least
95 % are one statement: the type I error, rejecting H0 where it holds, is a missed pneumonia.
"""

import numpy as np
from numpy.typing import ArrayLike


def p_value(probability: ArrayLike, pneumonias: ArrayLike) -> np.ndarray:
    """Conformal p-value of H0: the rank of a reading among pneumonias known to be such.

    For a pneumonia exchangeable with those, P(p <= level) <= level, whatever the network (Vovk et al. 2005,
    sec. 2.2; Bates et al. 2023, eq. 2): p = (1 + how many of the n score no higher) / (n + 1). It is at most
    ``level`` exactly below ``operating_points.conformal_threshold(pneumonias, 1 - level)``.

    Args:
        probability: any shape.
        pneumonias: probabilities of validation pneumonias, ascending, shape (n,).

    Returns:
        float64 of the shape of ``probability``, 1 / (n + 1) to 1.
    """
    known = np.asarray(pneumonias, float)
    return (1 + np.searchsorted(known, np.asarray(probability, float), side="right")) / (len(known) + 1)
