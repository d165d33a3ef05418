"""Drift: whether recent probabilities are distributed as on validation, by two tests."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

BINS = 10
"""Of the stability index, each with a tenth of validation's probabilities: the usual number."""
LEVEL = 0.01
"""Significance level of both tests together: the page is opened daily, and at 5 % would often warn of nothing."""


@dataclass(frozen=True)
class Drift:
    """The two tests of n recent probabilities against m of validation.

    ``distance`` is the Kolmogorov-Smirnov statistic, the widest gap between the two cumulative distributions, 0 to
    1, and ``gap`` the probability at which it lies. ``stability`` is the population stability index, 0 or more.
    ``distance_p`` and ``stability_p`` are p-values. ``recent`` and ``validation`` are the samples, float64, sorted.
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


def measure_drift(recent: ArrayLike, validation: ArrayLike) -> Drift:
    """Compare two samples of probabilities, shapes (n,) and (m,), each value from another radiograph.

    Raises:
        ValueError: one of them is empty or holds what is not from 0 to 1.
    """
    recent, validation = _sorted(recent, "readings"), _sorted(validation, "validation")
    test = stats.ks_2samp(recent, validation)
    return Drift(
        float(test.statistic),
        float(test.pvalue),
        float(test.statistic_location),
        *stability_index(recent, validation),
        recent,
        validation,
    )


def stability_index(recent: np.ndarray, validation: np.ndarray) -> tuple[float, float]:
    """Compute the population stability index, the sum over bins of (p - q) ln(p / q), and its p-value.

    Half a reading is added to every bin, so that an empty one stays finite. Without a change the index is
    distributed as (1/n + 1/m) times chi-squared with one degree of freedom less than bins (Yurdakul and Naranjo
    2020); the customary limits of 0.1 and 0.25 are too strict for few readings and too lax for many. Below some 50
    readings the half readings make the test conservative.
    """
    inner = np.unique(np.quantile(validation, np.linspace(0, 1, BINS + 1)[1:-1]))
    edges = [-np.inf, *inner, np.inf]
    p, q = (np.histogram(sample, edges)[0] + 0.5 for sample in (recent, validation))
    # The relative entropies either way add up to the index; SciPy makes shares of the counts.
    index = float(stats.entropy(p, q) + stats.entropy(q, p))
    return index, float(stats.chi2.sf(index / (1 / len(recent) + 1 / len(validation)), len(inner)))


def _sorted(values: ArrayLike, name: str) -> np.ndarray:
    sample = np.sort(np.asarray(values, float))
    if not sample.size or not (sample[0] >= 0 and sample[-1] <= 1):
        raise ValueError(f"{name}: expected probabilities from 0 to 1, at least one; received {sample[:5]}.")
    return sample
