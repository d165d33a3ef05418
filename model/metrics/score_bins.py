"""Count pneumonias among radiographs that score like a reading: what such a score was worth.

The bins are fixed by the thresholds in force and by round probabilities, never by the reading, so that none is
chosen to flatter it. The share of pneumonias in a bin is the post-test probability of that stratum of scores
(Peirce and Cornell 1993).
"""

from bisect import bisect_right, insort
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

ROUND_EDGES = (0.5, 0.1, 0.9, 0.01, 0.99, 0.001, 0.999)
"""Edges beside the thresholds, the most useful first."""
FEWEST = 20
"""Scores on either side of a round edge: with fewer the count tells little."""


class ScoreBin(NamedTuple):
    """Scores from ``low`` to below ``high``, 0 to 1; where ``high`` is 1, it belongs to the bin."""

    low: float
    high: float


class BinCount(NamedTuple):
    """``positives`` of ``total`` radiographs in a bin have pneumonia."""

    positives: int
    total: int


def score_bin(probability: float, thresholds: Iterable[float], scores: ArrayLike) -> ScoreBin:
    """Return the bin in which a probability lies.

    Args:
        probability: 0 to 1.
        thresholds: those in force, 0 to 1; each is an edge.
        scores: those to be counted, 0 to 1, shape (n,); a round edge counts only where ``FEWEST`` of them lie
            on either side of it within the bin that it divides.
    """
    edges = bin_edges(thresholds, scores)
    upper = min(bisect_right(edges, probability), len(edges) - 1)
    return ScoreBin(edges[upper - 1], edges[upper])


def bin_edges(thresholds: Iterable[float], scores: ArrayLike) -> list[float]:
    """Return the edges of all bins, ascending from 0 to 1; the arguments are those of ``score_bin``."""
    edges = sorted({0.0, *thresholds, 1.0})
    for edge in ROUND_EDGES:
        at = bisect_right(edges, edge)
        if at < len(edges) and edges[at - 1] < edge:
            sides = ScoreBin(edges[at - 1], edge), ScoreBin(edge, edges[at])
            if min(int(inside(side, scores).sum()) for side in sides) >= FEWEST:
                insort(edges, edge)
    return edges


def inside(bin: ScoreBin, scores: ArrayLike) -> np.ndarray:
    """Return which scores lie in a bin, bool of their shape."""
    scores = np.asarray(scores, float)
    return (scores >= bin.low) & ((scores < bin.high) | (bin.high == 1))


def count_in_bin(bin: ScoreBin, labels: ArrayLike, scores: ArrayLike) -> BinCount:
    """Count a bin's radiographs; ``labels`` are 0 normal or 1 pneumonia, shape (n,), as ``scores``."""
    chosen = np.asarray(labels)[inside(bin, scores)]
    return BinCount(int(chosen.sum()), len(chosen))
