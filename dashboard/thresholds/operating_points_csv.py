"""The whole table of operating points as CSV: counts and rates with their intervals at every threshold."""

from dashboard.shared.csv_files import csv_bytes
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
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return csv_bytes(COLUMNS, (_cells(*row) for row in rows), encoding="ascii")


def _cells(threshold: float, tp: int, fp: int, fn: int, tn: int, *shares: float) -> list[object]:
    return [repr(threshold), tp, fp, fn, tn, *("" if share != share else f"{share:.6f}" for share in shares)]
