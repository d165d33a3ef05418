"""How many readings were kept, day by day or week by week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from dashboard.history.store import KeptReading
from model.network.finding import DECISIONS, Finding

MOST_DAYS = 45
"""Of more days weeks are counted: narrower bars could not be told apart on a phone."""


@dataclass(frozen=True)
class CountsOverTime:
    """Numbers of readings in n successive periods: ``counts`` by finding, int64 of shape (n,).

    ``period`` is ``day``, or ``week``, which begins on Monday; ``starts`` holds the first day of each, in UTC.
    """

    period: str
    starts: list[date]
    counts: dict[Finding, np.ndarray]


def counts_over_time(rows: Sequence[KeptReading]) -> CountsOverTime:
    """Count readings, of which there must be at least one."""
    days = [row.time.date() for row in rows]
    start, period, length = min(days), "day", 1
    if (max(days) - start).days >= MOST_DAYS:
        start, period, length = start - timedelta(start.weekday()), "week", 7
    number = (max(days) - start).days // length + 1
    counts = {finding: np.zeros(number, int) for finding in DECISIONS}
    for day, row in zip(days, rows, strict=True):
        counts[row.finding][(day - start).days // length] += 1
    return CountsOverTime(period, [start + timedelta(length * n) for n in range(number)], counts)
