"""The settings of the door, as ``.streamlit/secrets.toml`` holds them under ``[access]``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dashboard.access.roles import Role


class UnusableSettings(ValueError):
    """Settings of the door that cannot be followed: nobody is let in."""


@dataclass(frozen=True)
class AccessSettings:
    """Which claim names the roles, what its values are, and when a session ends.

    ``claim`` is a claim of the identity token; ``values`` are those of it that give each role, by the role's name:
    where none are set, the name itself. ``idle_minutes`` may pass without a click, and
    ``longest_hours`` since the login.
    """

    claim: str = "roles"
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    idle_minutes: float = 30
    longest_hours: float = 12

    def roles_of(self, claims: Mapping[str, Any]) -> frozenset[Role]:
        """Return the roles that a login's claims give; none where they name none.

        The claim holds one value or a list of them.
        """
        found = claims.get(self.claim, ())
        given = {found} if isinstance(found, str) else set(found)
        return frozenset(role for role in Role if given & set(self.values.get(role, (role,))))


def access_settings(section: Mapping[str, Any]) -> AccessSettings:
    """Return the settings that a section holds.

    Raises:
        UnusableSettings: it holds a setting that there is not, or a value of the wrong kind.
    """
    given: dict[str, Any] = {}
    values: dict[str, tuple[str, ...]] = {}
    for name, value in section.items():
        if name == "claim" and isinstance(value, str):
            given[name] = value
        elif name in set(Role) and isinstance(value, list) and all(isinstance(one, str) for one in value):
            values[name] = tuple(value)
        elif name in ("idle_minutes", "longest_hours") and _is_positive(value):
            given[name] = float(value)
        else:
            raise UnusableSettings(
                f"[access] {name} = {value}: expected claim = TEXT, {', '.join(Role)} = [TEXT, ...], or "
                "idle_minutes or longest_hours = a number above 0. Correct .streamlit/secrets.toml."
            )
    return AccessSettings(**given, values=values)


def _is_positive(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0
