"""A threshold and a calibration from a site's own labelled scores, and how far so many of them can be trusted."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit
from scipy.stats import beta, binom

from model.metrics.estimate import Estimate
from model.metrics.intervals import Z_95
from model.metrics.operating_points import conformal_rank
from model.metrics.reliability import NEAREST, platt


class OwnThreshold(NamedTuple):
    """``threshold`` with the 95 % interval of the score that the whole population's would be.

    ``recall`` is what it finds of new pneumonias: the mean, and between what 95 in 100 samples of this size lie.
    """

    threshold: Estimate[float]
    recall: Estimate[float]


def own_threshold(pneumonia_scores: ArrayLike, recall: float) -> OwnThreshold | None:
    """The conformal threshold of a site; None where there are too few pneumonias for the promise.

    The recall at the k-th smallest of n scores is itself Beta(n + 1 - k, k) (Angelopoulos and Bates 2023,
    sec. 3.2). The population's quantile lies between two order statistics, whose ranks are a binomial's
    quantiles (David and Nagaraja 2003, sec. 7.1).

    Args:
        pneumonia_scores: 0 to 1, shape (n,).
        recall: that is asked for, 0 to 1.
    """
    ascending = np.sort(np.asarray(pneumonia_scores, float))
    n = len(ascending)
    k = conformal_rank(n, recall)
    if not k:
        return None
    first, last = (int(rank) for rank in binom.ppf([0.025, 0.975], n, 1 - recall))
    # Where not even the smallest or the largest of the scores bounds the quantile, the scores' own range does.
    low = ascending[first - 1] if first >= 1 else 0.0
    high = ascending[last] if last < n else 1.0
    future = beta(n + 1 - k, k)
    return OwnThreshold(
        Estimate(float(ascending[k - 1]), float(low), float(high)),
        Estimate(float(future.mean()), float(future.ppf(0.025)), float(future.ppf(0.975))),
    )


class OwnCalibration(NamedTuple):
    """P(pneumonia) = 1 / (1 + exp(-(slope * log-odds of the score + intercept))), with 95 % intervals."""

    slope: Estimate[float]
    intercept: Estimate[float]


def own_calibration(labels: ArrayLike, scores: ArrayLike) -> OwnCalibration:
    """Platt scaling of a site's own scores, with Wald intervals from the observed information.

    Args:
        labels: 0 or 1, both of them there, shape (n,).
        scores: probabilities, shape (n,).

    Raises:
        ValueError: one of the classes is missing.
    """
    labels = np.asarray(labels)
    if len(np.unique(labels)) < 2:
        raise ValueError(f"expected both labels, 0 and 1; received only {np.unique(labels).tolist()}.")
    odds = logit(np.clip(np.asarray(scores, float), NEAREST, 1 - NEAREST))
    fitted = platt(odds, labels)
    weight = expit(fitted.slope * odds + fitted.intercept)
    weight *= 1 - weight
    total, first, second = weight.sum(), (weight * odds).sum(), (weight * odds**2).sum()
    # The inverse of [[second, first], [first, total]], slope before intercept.
    determinant = total * second - first**2
    errors = np.sqrt(np.array([total, second]) / determinant) if determinant > 0 else np.array([np.inf, np.inf])
    return OwnCalibration(*(_around(*one) for one in zip((fitted.slope, fitted.intercept), errors, strict=True)))


def _around(value: float, error: float) -> Estimate[float]:
    return Estimate(float(value), float(value - Z_95 * error), float(value + Z_95 * error))
