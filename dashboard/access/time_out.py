"""When a login ends by itself: nothing was done in any of its tabs for too long, or it is too old."""

import threading
from typing import NamedTuple

from dashboard.access.settings import AccessSettings

SKEW = 60.0
"""Seconds by which the provider's clock may be ahead."""


class Login(NamedTuple):
    """A login: its subject, and when it was issued, in seconds since 1970; the claims ``sub`` and ``iat``."""

    subject: str
    issued: float


class Logins:
    """When each login was last active, in whichever tab; threads may share it.

    Kept in memory: after a restart a login is as idle as it is old.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._active: dict[Login, float] = {}
        self._ended: set[Login] = set()

    def act(self, login: Login, *, clock: float) -> bool:
        """Note that somebody did something, and return whether it was the first time under this login.

        Args:
            login: the login.
            clock: now, by a clock that is never set.
        """
        with self._lock:
            first = login not in self._active
            self._active[login] = clock
            return first

    def end(self, login: Login) -> bool:
        """End a login in every tab, and return whether it had not ended before."""
        with self._lock:
            first = login not in self._ended
            self._ended.add(login)
            return first

    def has_ended(self, login: Login, settings: AccessSettings, *, wall: float, clock: float) -> bool:
        """Return whether a login is over.

        Args:
            login: the login.
            settings: the limits.
            wall: now, in seconds since 1970.
            clock: now, by the clock of ``act``.
        """
        age = wall - login.issued
        with self._lock:
            idle = clock - self._active[login] if login in self._active else age
            ended = login in self._ended
        return ended or idle > 60 * settings.idle_minutes or not -SKEW <= age <= 3600 * settings.longest_hours

    def forget(self, *, issued_before: float) -> None:
        """Forget logins that are over by their age."""
        with self._lock:
            self._active = {login: last for login, last in self._active.items() if login.issued >= issued_before}
            self._ended = {login for login in self._ended if login.issued >= issued_before}


LOGINS = Logins()
"""Those of this server."""
