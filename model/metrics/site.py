"""A threshold and a calibration from a site's own labelled scores, with their confidence intervals."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import beta, binom

from model.metrics.calibration import clipped_logit, fit_platt
from model.metrics.conformal import conformal_rank
from model.metrics.estimate import Estimate
from model.metrics.intervals import wald


class SiteThreshold(NamedTuple):
    """A conformal ``threshold``, and the ``recall`` of new pneumonias at it.

    The interval of ``threshold`` is that of the site's population quantile. ``recall`` is the mean over samples of
    this size, and the range of 95 % of them.
    """

    threshold: Estimate[float]
    recall: Estimate[float]


def site_threshold(pneumonia_scores: ArrayLike, recall: float) -> SiteThreshold | None:
    """Compute a site's conformal threshold; None where there are too few pneumonias for the recall.

    The recall at the k-th smallest of n scores is itself Beta(n + 1 - k, k) (Angelopoulos and Bates 2023,
    sec. 3.2). The population's quantile lies between two order statistics, whose ranks are a binomial's
    quantiles (David and Nagaraja 2003, sec. 7.1).

    Args:
        pneumonia_scores: 0 to 1, shape (n,).
        recall: the required one, 0 to 1.
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
    distribution = beta(n + 1 - k, k)
    return SiteThreshold(
        Estimate(float(ascending[k - 1]), float(low), float(high)),
        Estimate(float(distribution.mean()), *map(float, distribution.ppf([0.025, 0.975]))),
    )


class SiteCalibration(NamedTuple):
    """P(pneumonia) = 1 / (1 + exp(-(slope * log-odds of the score + intercept)))."""

    slope: Estimate[float]
    intercept: Estimate[float]


def site_calibration(labels: ArrayLike, scores: ArrayLike) -> SiteCalibration:
    """Fit Platt scaling to a site's own scores, with Wald intervals from the observed information.

    Args:
        labels: 0 or 1, shape (n,).
        scores: probabilities, shape (n,).

    Raises:
        ValueError: one of the classes is missing.
    """
    odds = clipped_logit(scores)
    fitted = fit_platt(odds, labels)
    probability = fitted.probability(odds)
    weight = probability * (1 - probability)
    total, first, second = weight.sum(), (weight * odds).sum(), (weight * odds**2).sum()
    # The inverse of [[second, first], [first, total]], slope before intercept.
    determinant = total * second - first**2
    errors = np.sqrt(np.array([total, second]) / determinant) if determinant > 0 else np.array([np.inf, np.inf])
    return SiteCalibration(wald(fitted.slope, errors[0]), wald(fitted.intercept, errors[1]))
