"""Are the probabilities of late distributed as on validation? Two tests, and the curves to see it by."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

BINS = 10
"""Bins of the stability index: tenths of validation, as is customary."""


@dataclass(frozen=True)
class Drift:
    """n readings against m of validation.

    ``distance`` is Kolmogorov and Smirnov's statistic, the widest gap between the two cumulative shares, 0 to 1;
    ``p_value`` how often two samples of one distribution lie that far apart. ``gap`` is the probability where.
    ``stability`` is the population stability index, 0 or more; ``stability_limit`` what it exceeds with a chance of
    5 % where nothing has changed. ``recent`` and ``validation`` are the samples, float64, ascending.
    """

    distance: float
    p_value: float
    gap: float
    stability: float
    stability_limit: float
    recent: np.ndarray
    validation: np.ndarray


def drift(probabilities: ArrayLike, validation_probabilities: ArrayLike) -> Drift:
    """Compare two samples of probabilities, shapes (n,) and (m,), each reading standing for one radiograph.

    Raises:
        ValueError: one of them is empty or holds what is not from 0 to 1.
    """
    recent, validation = _sample(probabilities, "readings"), _sample(validation_probabilities, "validation")
    test = stats.ks_2samp(recent, validation)
    stability, limit = stability_index(recent, validation)
    return Drift(
        distance=float(test.statistic),
        p_value=float(test.pvalue),
        gap=float(test.statistic_location),
        stability=stability,
        stability_limit=limit,
        recent=recent,
        validation=validation,
    )


def stability_index(recent: np.ndarray, validation: np.ndarray) -> tuple[float, float]:
    """Population stability index: the sum over bins of (p - q) ln(p / q), and its limit where nothing has changed.

    Half a reading is added to every bin, so that an empty one stays finite. Without a change the index is
    distributed as (1/n + 1/m) times chi-squared with a degree less than bins (Yurdakul and Naranjo 2020):
    with few readings the customary 0.1 and 0.25 would cry wolf. Where ties leave one bin only, both are 0.
    """
    inner = np.unique(np.quantile(validation, np.linspace(0, 1, BINS + 1)[1:-1]))
    bins = len(inner) + 1
    p, q = (_shares(sample, inner, bins) for sample in (recent, validation))
    limit = stats.chi2.ppf(0.95, bins - 1) * (1 / len(recent) + 1 / len(validation))
    return float(((p - q) * np.log(p / q)).sum()), float(limit)


def cumulative(sample: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The steps of a sample's cumulative share: its distinct values, and the share at or below each."""
    values, counts = np.unique(sample, return_counts=True)
    return values, np.cumsum(counts) / len(sample)


def _shares(sample: np.ndarray, inner: np.ndarray, bins: int) -> np.ndarray:
    counts = np.bincount(np.searchsorted(inner, sample, side="right"), minlength=bins) + 0.5
    return counts / counts.sum()


def _sample(values: ArrayLike, name: str) -> np.ndarray:
    sample = np.sort(np.asarray(values, float))
    if not sample.size or not (sample[0] >= 0 and sample[-1] <= 1):
        raise ValueError(f"{name}: expected probabilities from 0 to 1, at least one; received {sample[:5]}.")
    return sample
