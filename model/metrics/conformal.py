"""Split conformal prediction: a threshold that keeps a recall, and the p-value of H0, the person has pneumonia.

"Normal" is reported only where H0 is rejected. A level of 5 % and a recall of at least 95 % are one statement: the
type I error, rejecting H0 where it holds, is a missed pneumonia.
"""

import numpy as np
from numpy.typing import ArrayLike


def conformal_threshold(pneumonia_scores: ArrayLike, recall: float) -> float:
    """Return the largest threshold at which a new pneumonia is found with at least the probability ``recall``.

    Among n + 1 exchangeable scores the new one's rank is uniform, so it falls below the k-th smallest of the n
    with probability at most k / (n + 1); k is the largest for which that is at most 1 - recall (Vovk et al. 2005;
    Angelopoulos and Bates 2023, sec. 1).

    Args:
        pneumonia_scores: scores of pneumonias that the network was not fitted on, shape (n,).
        recall: 0 to 1.

    Returns:
        One of the scores; minus infinity (every call is positive) where n is too small for that recall.
    """
    ascending = np.sort(np.asarray(pneumonia_scores, float))
    k = conformal_rank(len(ascending), recall)
    return float(ascending[k - 1]) if k else float("-inf")


def conformal_rank(n: int, recall: float) -> int:
    """Return the rank of ``conformal_threshold`` among ``n`` scores, from 1; 0 where n is too small."""
    # The margin keeps 0.05 * 20, which is 1.0000000000000009, and its like on the right side.
    return int(np.floor((1 - recall) * (n + 1) + 1e-9))


def p_value(probability: ArrayLike, pneumonias: ArrayLike) -> np.ndarray:
    """Return the conformal p-value of H0, the rank of a reading among known pneumonias.

    p = (1 + number of the n that score no higher) / (n + 1). For a pneumonia exchangeable with the n,
    P(p <= level) <= level, whatever the network (Vovk et al. 2005, sec. 2.2; Bates et al. 2023, eq. 2). It is at
    most ``level`` exactly below ``conformal_threshold(pneumonias, 1 - level)``.

    Args:
        probability: any shape.
        pneumonias: probabilities of validation pneumonias, ascending, shape (n,).

    Returns:
        float64 of the shape of ``probability``, 1 / (n + 1) to 1.
    """
    known = np.asarray(pneumonias, float)
    return (1 + np.searchsorted(known, np.asarray(probability, float), side="right")) / (len(known) + 1)


def count_no_higher(p: float, n: int) -> int:
    """Return how many of the ``n`` known pneumonias score no higher than a reading whose ``p_value`` is ``p``."""
    return round(p * (n + 1)) - 1
