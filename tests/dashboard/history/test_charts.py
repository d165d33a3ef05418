from datetime import date

import numpy as np
import pytest

from dashboard.history.charts import counts_chart, drift_chart
from dashboard.history.counts_over_time import CountsOverTime
from dashboard.history.drift import measure_drift
from model.network.finding import DECISIONS


def test_each_finding_has_its_bars() -> None:
    counts = dict(zip(DECISIONS, np.array([[1, 0], [2, 3], [0, 0]]), strict=True))
    chart = counts_chart(CountsOverTime("day", [date(2026, 3, 1), date(2026, 3, 2)], counts))
    assert [(bar.name, list(bar.y)) for bar in chart.data] == [(name, list(n)) for name, n in counts.items()]
    assert all(list(bar.x) == ["2026-03-01", "2026-03-02"] for bar in chart.data)


def test_the_gap_is_drawn_between_the_curves() -> None:
    chart = drift_chart(measure_drift([0.1, 0.2, 0.3, 0.9], [0.6, 0.7, 0.8, 0.95]))
    validation, kept, gap = chart.data
    assert list(kept.y) == list(validation.y) == [0, 0.25, 0.5, 0.75, 1, 1]
    assert list(gap.y) == [0, 0.75]
    assert gap.x[0] == kept.x[3] == pytest.approx(np.log(0.3 / 0.7))
    assert gap.name == "widest gap, 75 points"


def test_certain_probabilities_are_drawn_at_the_edge() -> None:
    _, kept, _ = drift_chart(measure_drift([0, 0.5, 1], [0.5])).data
    assert np.isfinite(kept.x).all()
    assert kept.x[2] == 0
    assert kept.x[0] == kept.x[1] == pytest.approx(-kept.x[-1])
