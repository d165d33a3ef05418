"""How many readings were kept, day by day or week by week."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from dashboard.history.store import KeptReading
from model.network.finding import DECISIONS, Finding

MOST_DAYS = 45
"""Beyond it days are gathered into weeks: narrower bars could not be told apart on a phone."""


@dataclass(frozen=True)
class CountsOverTime:
    """``starts``: the first day of each of n periods without a break; ``counts``: int64, shape (n,), by finding.

    ``period`` is ``day`` or ``week``, which begins on Monday; days are UTC's.
    """

    period: str
    starts: list[date]
    counts: dict[Finding, np.ndarray]


def counts_over_time(rows: Sequence[KeptReading]) -> CountsOverTime:
    """Count readings, at least one."""
    days = [row.time.date() for row in rows]
    weekly = (max(days) - min(days)).days >= MOST_DAYS
    begin = _monday if weekly else _same
    step = timedelta(days=7 if weekly else 1)
    first, last = begin(min(days)), begin(max(days))
    starts = [first + number * step for number in range((last - first) // step + 1)]
    seen = Counter((begin(row.time.date()), row.finding) for row in rows)
    counts = {finding: np.array([seen[start, finding] for start in starts]) for finding in DECISIONS}
    return CountsOverTime("week" if weekly else "day", starts, counts)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _same(day: date) -> date:
    return day
