from datetime import UTC, date, datetime, timedelta

import pytest

from dashboard.history.counts_over_time import counts_over_time
from dashboard.history.store import History
from model.network.finding import Finding
from tests.readings import result


def test_days_are_counted_without_a_break(history: History) -> None:
    for day, finding in ((2, "normal"), (2, "pneumonia"), (2, "normal"), (4, "review")):
        history.record(result(finding=finding), moment=datetime(2026, 3, day, 23, 59, tzinfo=UTC))
    counted = counts_over_time(history.readings())
    assert counted.period == "day"
    assert counted.starts == [date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)]
    assert {name: counts.tolist() for name, counts in counted.counts.items()} == {
        "normal": [2, 0, 0],
        "pneumonia": [1, 0, 0],
        "review": [0, 0, 1],
    }


@pytest.mark.parametrize(("days", "period"), [(44, "day"), (45, "week")])
def test_many_days_are_gathered_into_weeks_from_monday(history: History, days: int, period: str) -> None:
    sunday = datetime(2026, 3, 1, 12, tzinfo=UTC)
    for later in (0, days):
        history.record(result(finding="normal"), moment=sunday + timedelta(days=later))
    counted = counts_over_time(history.readings())
    assert counted.period == period
    assert sum(counted.counts[Finding.NORMAL]) == 2
    if period == "week":
        assert counted.starts[0] == date(2026, 2, 23)
        assert {start.weekday() for start in counted.starts} == {0}
