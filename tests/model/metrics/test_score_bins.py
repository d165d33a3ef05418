"""Bins of scores: fixed by thresholds and round edges, filled well, and counted."""

from itertools import pairwise

import numpy as np
import pytest

from model.metrics.score_bins import FEWEST, BinCount, ScoreBin, bin_edges, count_in_bin, score_bin

SPREAD = np.linspace(0, 1, 1001)


def test_thresholds_are_always_edges_and_round_ones_where_both_sides_are_filled() -> None:
    assert bin_edges([0.7], SPREAD) == [0, 0.1, 0.5, 0.7, 0.9, 1]
    assert bin_edges([0.2, 0.8], SPREAD) == [0, 0.1, 0.2, 0.5, 0.8, 0.9, 1]
    assert bin_edges([0.7], [0.65] * 5) == [0, 0.7, 1]


def test_a_round_edge_next_to_a_threshold_yields_to_it() -> None:
    near = np.repeat([0.3, 0.505, 0.95], [FEWEST, FEWEST - 1, FEWEST])
    assert bin_edges([0.51], near) == [0, 0.51, 1]
    assert bin_edges([0.51], np.append(near, 0.505)) == [0, 0.5, 0.51, 1]


def test_an_edge_belongs_to_the_bin_above_it() -> None:
    assert score_bin(0.7, [0.7], SPREAD) == ScoreBin(0.7, 0.9)
    assert score_bin(0.6999, [0.7], SPREAD) == ScoreBin(0.5, 0.7)


@pytest.mark.parametrize("threshold", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("probability", [0.0, 0.5, 1.0])
def test_every_probability_has_a_bin_at_every_threshold(probability: float, threshold: float) -> None:
    low, high = score_bin(probability, [threshold], SPREAD)
    assert low <= probability <= high
    assert low < high


def test_bins_share_out_all_radiographs() -> None:
    labels = (SPREAD > 0.45).astype(int)
    edges = bin_edges([0.7], SPREAD)
    counts = [count_in_bin(ScoreBin(*ends), labels, SPREAD) for ends in pairwise(edges)]
    assert sum(count.total for count in counts) == len(SPREAD)
    assert sum(count.positives for count in counts) == labels.sum()
    assert counts[2] == BinCount(200, 200)
