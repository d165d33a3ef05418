"""How many radiographs a study takes: pneumonias to know a share closely enough, and children to find them."""

from bisect import bisect_left

import numpy as np
from scipy.stats import nbinom

from model.metrics.intervals import proportion

MOST = 1_000_000


def trials_for_margin(share: float, margin: float) -> int:
    """Return the fewest trials at which the 95 % interval of a share lies within a margin on either side.

    The interval is Wilson's, about the share that is expected (Wilson 1927).

    Args:
        share: expected, 0 to 1.
        margin: greatest distance of an end of the interval from the share, above 0.

    Raises:
        ValueError: no number of trials up to ``MOST`` is enough.
    """
    fewest = 1 + bisect_left(range(1, MOST + 1), True, key=lambda trials: reach(share, trials) <= margin)
    if fewest > MOST:
        raise ValueError(
            f"expected a margin that {MOST:,} trials can reach; received {margin:g} for a share of {share:g}."
        )
    return fewest


def reach(share: float, trials: int) -> float:
    """Return how far the farther end of the 95 % interval lies from a share that is found in so many trials."""
    found = proportion(np.array([share * trials]), np.array([trials]))
    return float(max(share - found.low[0], found.high[0] - share))


def children_for_positives(positives: int, prevalence: float, certainty: float = 0.95) -> int:
    """Return how many consecutive children hold at least so many positives with a certainty.

    The normals that come before the last positive follow the negative binomial distribution.

    Args:
        positives: needed, at least 1.
        prevalence: share of positives among the children, above 0, at most 1.
        certainty: probability that they suffice, 0 to 1.
    """
    return positives + int(nbinom.ppf(certainty, positives, prevalence))
