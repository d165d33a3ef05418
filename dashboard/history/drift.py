"""Are the probabilities of late distributed as on validation? Two tests, and the curves to see it by."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

BINS = 10
"""Bins of the stability index: tenths of validation, as is customary."""


LEVEL = 0.01
"""Of both tests together: looked at day after day, 5 % would cry wolf every month."""


@dataclass(frozen=True)
class Drift:
    """n readings against m of validation.

    ``distance`` is Kolmogorov and Smirnov's statistic, the widest gap between the two cumulative shares, 0 to 1,
    and ``gap`` the probability where it lies. ``stability`` is the population stability index, 0 or more.
    ``distance_p`` and ``stability_p`` are how often chance alone gives as much, 0 to 1. ``recent`` and
    ``validation`` are the samples, float64, ascending.
    """

    distance: float
    distance_p: float
    gap: float
    stability: float
    stability_p: float
    recent: np.ndarray
    validation: np.ndarray

    @property
    def found(self) -> bool:
        """Whether either test rejects at half of ``LEVEL`` (Bonferroni), so that both together hold it."""
        return min(self.distance_p, self.stability_p) < LEVEL / 2


def drift(probabilities: ArrayLike, validation_probabilities: ArrayLike) -> Drift:
    """Compare two samples of probabilities, shapes (n,) and (m,), each reading standing for one radiograph.

    Raises:
        ValueError: one of them is empty or holds what is not from 0 to 1.
    """
    recent, validation = _sample(probabilities, "readings"), _sample(validation_probabilities, "validation")
    test = stats.ks_2samp(recent, validation)
    stability, stability_p = stability_index(recent, validation)
    return Drift(
        distance=float(test.statistic),
        distance_p=float(test.pvalue),
        gap=float(test.statistic_location),
        stability=stability,
        stability_p=stability_p,
        recent=recent,
        validation=validation,
    )


def stability_index(recent: np.ndarray, validation: np.ndarray) -> tuple[float, float]:
    """Population stability index: the sum over bins of (p - q) ln(p / q), and how often chance gives as much.

    Half a reading is added to every bin, so that an empty one stays finite. Without a change the index is
    distributed as (1/n + 1/m) times chi-squared with a degree less than bins (Yurdakul and Naranjo 2020): the
    customary limits of 0.1 and 0.25 would cry wolf with few readings and sleep with many. Below some 50 readings
    the half readings make the test timid, never rash.
    """
    inner = np.unique(np.quantile(validation, np.linspace(0, 1, BINS + 1)[1:-1]))
    bins = len(inner) + 1
    p, q = (_shares(sample, inner, bins) for sample in (recent, validation))
    index = float(((p - q) * np.log(p / q)).sum())
    return index, float(stats.chi2.sf(index / (1 / len(recent) + 1 / len(validation)), bins - 1))


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
