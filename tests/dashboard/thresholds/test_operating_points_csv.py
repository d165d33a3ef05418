import csv
import io

import numpy as np
import pytest
from sklearn import metrics

from dashboard.thresholds.operating_points_csv import COLUMNS, operating_points_csv
from tests.dashboard.thresholds.examples import EVALUATION_SET, LABELS, SCORES


def test_the_csv_holds_every_operating_point() -> None:
    rows = list(csv.DictReader(io.StringIO(operating_points_csv(EVALUATION_SET).decode())))
    assert list(rows[0]) == list(COLUMNS)
    assert len(rows) == len(np.unique(SCORES)) + 1 and rows[-1]["threshold"] == "inf"
    assert rows[-1]["precision"] == ""
    for row in rows[10:-10:20]:
        called = float(row["threshold"]) <= SCORES
        assert float(row["npv"]) == pytest.approx(metrics.precision_score(LABELS, called, pos_label=0), abs=1e-6)
        assert float(row["f1_low"]) <= metrics.f1_score(LABELS, called) <= float(row["f1_high"])
        assert int(row["fn"]) == np.sum(~called[LABELS == 1])
