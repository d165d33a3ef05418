"""Whoever opens the dashboard: let in with their roles, asked to log in, or turned away."""

import time
from typing import NamedTuple

import streamlit as st

from dashboard.access.door import Door
from dashboard.access.entrance import load_entrance
from dashboard.access.roles import PERMITTED, Role, may_open
from dashboard.access.settings import AccessSettings
from dashboard.access.time_out import Visit, has_ended
from dashboard.shared import session
from dashboard.shared.formatting import escape_markdown
from dashboard.shared.metrics import REFUSALS
from dashboard.shared.navigation import READ, Page

CHECK_SECONDS = 20
"""Between two looks at whether a visit is over: what was read does not stay on a screen that was left."""


class Person(NamedTuple):
    """Somebody with their roles; without a name where nobody is asked for one."""

    name: str
    roles: frozenset[Role]

    def may_open(self, page: Page) -> bool:
        """Return whether a page is open to them."""
        return may_open(self.roles, page)


STRANGER = Person("", frozenset())


def admit() -> Person:
    """Return who is there; draw the door, and nothing after it, for anybody else."""
    entrance = load_entrance()
    settings = entrance.settings
    match entrance.door:
        case Door.OPEN:
            return Person("", frozenset(Role))
        case Door.SHUT:
            st.error(escape_markdown(entrance.problem), icon=":material/block:")
            st.stop()
    if not st.user.get("is_logged_in"):
        draw_door()
        st.stop()
    end_when_over(settings)
    person = Person(str(st.user.get("name") or st.user.get("email") or ""), settings.roles_of(st.user.to_dict()))
    draw_person(person)
    if not person.roles:
        count_refusal("login", "no role")
        st.error(
            f"Expected a login with a role: one of {', '.join(Role)} in the claim “{settings.claim}”. Yours has "
            "none. Ask whoever looks after the accounts.",
            icon=":material/block:",
        )
        st.stop()
    return person


def draw_door() -> None:
    """Ask for a login."""
    st.title("Pneumonia on children's chest X\N{NON-BREAKING HYPHEN}rays")
    st.button("Log in", icon=":material/login:", type="primary", on_click=st.login, key="log-in")


def draw_person(person: Person) -> None:
    """Draw who is logged in as what, and the way out."""
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", key="person"):
        st.caption(
            f"{escape_markdown(person.name)} ({', '.join(sorted(person.roles)) or 'no role'})", width="content"
        )
        st.button("Log out", icon=":material/logout:", type="tertiary", on_click=st.logout, key="log-out")


def end_when_over(settings: AccessSettings) -> None:
    """End a visit that is over, now or while nobody does anything."""
    visit = session.visit.get()
    now = time.time()
    if visit is None:
        visit = Visit(float(str(st.user.get("iat") or now)), time.monotonic())
    if has_ended(visit, settings, wall=now, clock=time.monotonic()):
        end_visit()
    session.visit.set(Visit(visit.logged_in, time.monotonic()))

    @st.fragment(run_every=CHECK_SECONDS)
    def watch() -> None:
        seen = session.visit.get()
        if seen and has_ended(seen, settings, wall=time.time(), clock=time.monotonic()):
            end_visit()

    watch()


def end_visit() -> None:
    """Log out, and forget everything of the session."""
    st.session_state.clear()
    st.logout()
    st.stop()


def refuse(page: Page, person: Person) -> None:
    """Draw that a page is not open to somebody, and who opens it; at the entry, open their first page."""
    if page is READ:
        st.switch_page(next(own for role in sorted(person.roles) for own in PERMITTED[role]).file)
    count_refusal("page", page.title)
    openers = [role.value for role, pages in PERMITTED.items() if page in pages]
    st.error(
        f"“{page.title}” is open to: {', '.join(openers)}. Your role is {', '.join(sorted(person.roles))}. "
        "Choose another page above.",
        icon=":material/lock:",
    )


def count_refusal(what: str, kind: str) -> None:
    """Count what is refused, once however often that is drawn."""
    if session.refused.get() != kind:
        session.refused.set(kind)
        REFUSALS.labels(what, kind).inc()
