"""The door as the server's address, the secrets and the environment set it; a server that would be shut ends."""

import os
import sys
from typing import NamedTuple

import streamlit as st

from dashboard.access.door import WITHOUT_LOGIN, Door, door, why_shut
from dashboard.access.secrets import section
from dashboard.access.settings import AccessSettings, UnusableSettings, access_settings


class Entrance(NamedTuple):
    """What whoever comes meets, by which settings, and why it is shut where it is."""

    door: Door
    settings: AccessSettings
    problem: str = ""


def load_entrance() -> Entrance:
    """Return the door as it is set; settings that cannot be followed shut it."""
    try:
        settings = access_settings(section("access"))
        login = bool(section("auth"))
    except UnusableSettings as problem:
        return Entrance(Door.SHUT, AccessSettings(), str(problem))
    address = st.get_option("server.address")
    state = door(address, login=login, without_login=os.environ.get(WITHOUT_LOGIN))
    return Entrance(state, settings, why_shut(address) if state is Door.SHUT else "")


def end_where_shut() -> None:
    """End the process, with status 1 and why, before it serves what it would show nobody."""
    if problem := load_entrance().problem:
        sys.exit(f"The dashboard was not started. {problem}")
