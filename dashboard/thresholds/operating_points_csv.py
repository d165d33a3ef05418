"""The whole table of operating points as CSV: counts and rates with their intervals at every threshold."""

import csv
import io

from dashboard.thresholds.evaluation_set import EvaluationSet
from dashboard.thresholds.explorer.table import shown_points
from model.metrics.operating_points import sorted_by_class
from model.metrics.rates import RATES, rates

COLUMNS = (
    "threshold",
    "tp",
    "fp",
    "fn",
    "tn",
    *(f"{name}{end}" for name in RATES for end in ("", "_low", "_high")),
)


def operating_points_csv(evaluation: EvaluationSet) -> bytes:
    """Write a row a threshold, the last above all scores (``inf``); undefined rates are left empty.

    Of more scores than the page shows thresholds, the thresholds that it shows, and those of the policies.
    """
    points, _ = shown_points(sorted_by_class(evaluation.labels, evaluation.scores), evaluation.fixed)
    figures = rates(points)
    columns = [points.thresholds, points.tp, points.fp, points.fn, points.tn]
    columns += [end for name in RATES for end in figures[name]]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for threshold, *row in zip(*(column.tolist() for column in columns), strict=True):
        counts, shares = row[:4], row[4:]
        writer.writerow([repr(threshold), *counts, *("" if one != one else f"{one:.6f}" for one in shares)])
    return text.getvalue().encode()
