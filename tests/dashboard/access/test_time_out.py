"""When a visit ends."""

import pytest

from dashboard.access.settings import AccessSettings
from dashboard.access.time_out import Visit, has_ended

LIMITS = AccessSettings(idle_minutes=10, longest_hours=2)
VISIT = Visit(logged_in=1000.0, last_seen=50.0)


@pytest.mark.parametrize(
    ("wall", "clock", "over"),
    [
        (1000, 50, False),
        (1000, 50 + 600, False),
        (1000, 50 + 601, True),
        (1000 + 7200, 60, False),
        (1000 + 7201, 60, True),
    ],
)
def test_it_ends_after_idling_and_after_its_longest(wall: float, clock: float, over: bool) -> None:
    assert has_ended(VISIT, LIMITS, wall=wall, clock=clock) is over


def test_a_clock_that_is_set_back_does_not_lengthen_it() -> None:
    assert has_ended(VISIT, LIMITS, wall=1000 - 3600, clock=60)
