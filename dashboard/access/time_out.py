"""When a session ends by itself."""

from dataclasses import dataclass

from dashboard.access.settings import AccessSettings


@dataclass(frozen=True)
class Visit:
    """A session: when its person logged in, in seconds since 1970, and when they last did anything.

    ``last_seen`` is by a clock that is never set, so that no correction of the time lengthens a visit.
    """

    logged_in: float
    last_seen: float


def has_ended(visit: Visit, settings: AccessSettings, *, wall: float, clock: float) -> bool:
    """Return whether a visit is over: nothing was done for too long, or the login is too old.

    Args:
        visit: the session.
        settings: the limits.
        wall: now, in seconds since 1970.
        clock: now, by the clock that is never set.
    """
    idle, age = clock - visit.last_seen, wall - visit.logged_in
    return idle > 60 * settings.idle_minutes or not -60 <= age <= 3600 * settings.longest_hours
