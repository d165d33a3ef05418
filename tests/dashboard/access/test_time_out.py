"""When a login ends by itself."""

import pytest

from dashboard.access.settings import AccessSettings
from dashboard.access.time_out import Login, Logins

LIMITS = AccessSettings(idle_minutes=10, longest_hours=2)
LOGIN = Login("rita", issued=1000.0)


@pytest.mark.parametrize(
    ("wall", "clock", "over"),
    [
        (1000, 50, False),
        (1000, 50 + 600, False),
        (1000, 50 + 601, True),
        (1000 + 7200, 60, False),
        (1000 + 7201, 60, True),
        (1000 - 60, 60, False),
        # A clock that is set back does not lengthen it.
        (1000 - 3600, 60, True),
    ],
)
def test_it_ends_after_idling_and_after_its_longest(wall: float, clock: float, over: bool) -> None:
    logins = Logins()
    logins.act(LOGIN, clock=50)
    assert logins.has_ended(LOGIN, LIMITS, wall=wall, clock=clock) is over


def test_what_one_tab_does_keeps_the_others_open() -> None:
    logins = Logins()
    assert logins.act(LOGIN, clock=50)
    assert not logins.act(LOGIN, clock=500), "expected another tab to be no other login"
    assert not logins.has_ended(LOGIN, LIMITS, wall=2000, clock=50 + 601)
    assert logins.has_ended(Login("stan", 1000), LIMITS, wall=2000, clock=50 + 601), "expected nobody else to be"


def test_after_a_restart_a_login_is_as_idle_as_it_is_old() -> None:
    assert not Logins().has_ended(LOGIN, LIMITS, wall=1000 + 600, clock=0)
    assert Logins().has_ended(LOGIN, LIMITS, wall=1000 + 601, clock=0)


def test_it_ends_once_and_in_every_tab() -> None:
    logins = Logins()
    logins.act(LOGIN, clock=50)
    assert logins.end(LOGIN) and not logins.end(LOGIN)
    logins.act(LOGIN, clock=60)
    assert logins.has_ended(LOGIN, LIMITS, wall=1001, clock=60)
    assert not logins.has_ended(Login("rita", 1002), LIMITS, wall=1002, clock=60), "expected a new login to do"


def test_what_is_forgotten_is_over_by_its_age() -> None:
    logins = Logins()
    logins.act(LOGIN, clock=50)
    logins.end(LOGIN)
    logins.forget(issued_before=1000)
    assert not logins.end(LOGIN), "expected it to be known as long as its age does not end it"
    logins.forget(issued_before=1001)
    assert logins.end(LOGIN)
