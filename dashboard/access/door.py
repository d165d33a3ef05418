"""The door: whether a login is asked for, and whether the dashboard may be served at all.

On this machine alone nobody is asked for anything. Where the server listens on another address, a login is asked
for, unless that is switched off in so many words; without either, nothing is shown. Behind a proxy the server
listens on this machine alone and is reached from others all the same: there the environment says that nobody comes
without one.
"""

import ipaddress
from enum import Enum

WITHOUT_LOGIN = "LUNGFIELD_WITHOUT_LOGIN"
ANYBODY = "anybody-who-reaches-this-address"
NOBODY = "nobody"


class Door(Enum):
    """What whoever comes meets."""

    OPEN = "open"
    LOGIN = "login"
    SHUT = "shut"


def door(address: str | None, *, login: bool, without_login: str | None) -> Door:
    """Return what whoever comes meets.

    Args:
        address: that the server listens on; None stands for every address of the machine.
        login: whether an OpenID Connect provider is configured; then it is asked for on this machine too, where a
            proxy may stand before it.
        without_login: who may come without one, the value of the variable ``WITHOUT_LOGIN``: ``ANYBODY``,
            ``NOBODY`` (not even on this machine), or else whoever is on this machine.
    """
    if login:
        return Door.LOGIN
    if without_login == ANYBODY or (is_this_machine(address) and without_login != NOBODY):
        return Door.OPEN
    return Door.SHUT


def is_this_machine(address: str | None) -> bool:
    """Return whether an address can be reached from this machine alone."""
    if address is None:
        return False
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def why_shut(address: str | None) -> str:
    """Return what was expected, what was found, and what to do."""
    return (
        "Expected a login where other machines can reach the dashboard; it listens on "
        f"{address or 'every address'} and none is configured. "
        "Configure [auth] in .streamlit/secrets.toml (docs/deploy.md), serve it on "
        f"127.0.0.1 without {WITHOUT_LOGIN}={NOBODY}, or set "
        f"{WITHOUT_LOGIN}={ANYBODY} if anybody who reaches the address may use it."
    )
