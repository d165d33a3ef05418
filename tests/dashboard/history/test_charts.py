import numpy as np
import pytest

from dashboard.history import charts
from dashboard.history.drift import drift
from model.network.finding import DECISIONS


def test_each_finding_has_its_bars() -> None:
    counts = dict(zip(DECISIONS, np.array([[1, 0], [2, 3], [0, 0]]), strict=True))
    chart = charts.counts_over_time(["2026-03-01", "2026-03-02"], counts)
    assert [(bar.name, list(bar.y)) for bar in chart.data] == [(name, list(n)) for name, n in counts.items()]


def test_the_gap_is_drawn_between_the_curves() -> None:
    chart = charts.drift(drift([0.1, 0.2, 0.3, 0.9], [0.6, 0.7, 0.8, 0.95]))
    validation, kept, gap = chart.data
    assert list(kept.y) == list(validation.y) == [0, 0.25, 0.5, 0.75, 1, 1]
    assert list(gap.y) == [0, 0.75]
    assert gap.x[0] == kept.x[3] == pytest.approx(np.log(0.3 / 0.7))
    assert gap.name == "widest gap, 75 points"
