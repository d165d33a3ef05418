"""The rows of the report reach their recalls with the highest threshold that does."""

import numpy as np

from dashboard.thresholds.site_study.operating_rows import RECALLS, operating_rows
from model.metrics.expected_outcomes import expected_cost
from model.metrics.operating_points import operating_points
from tests.dashboard.thresholds.examples import LABELS, SCORES

POINTS = operating_points(LABELS, SCORES)


def test_every_recall_is_reached_by_the_highest_threshold_that_does() -> None:
    rows = operating_rows(POINTS, 0.4, 0.1, 20)
    assert [row.threshold for row in rows] == sorted(row.threshold for row in rows)
    positives = SCORES[LABELS == 1]
    for target in RECALLS:
        reaching = [row.threshold for row in rows if np.mean(positives >= row.threshold) >= target]
        higher = np.unique(SCORES[max(reaching) < SCORES])
        assert not len(higher) or np.mean(positives >= higher[0]) < target or max(reaching) == 0.4


def test_the_proposed_threshold_is_among_them_with_its_cost() -> None:
    (row,) = [row for row in operating_rows(POINTS, 0.4, 0.1, 20) if row.threshold == 0.4]
    assert row.counts == POINTS.at(0.4)
    assert row.cost == expected_cost(POINTS, 0.1, 20)[POINTS.index(0.4)]
