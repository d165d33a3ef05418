"""Whoever opens the dashboard: let in with their roles, asked to log in, or turned away."""

import time
from typing import NamedTuple

import streamlit as st

from dashboard.access.door import Door
from dashboard.access.entrance import load_entrance
from dashboard.access.roles import PERMITTED, Role, may_open
from dashboard.access.settings import AccessSettings
from dashboard.access.time_out import LOGINS, SKEW, Login
from dashboard.audit.load_audit import load_audit
from dashboard.audit.store import PersonsRecorder
from dashboard.shared import session
from dashboard.shared.formatting import escape_markdown
from dashboard.shared.navigation import READ, Page
from dashboard.shared.observability.activity import Action, record
from dashboard.shared.observability.metrics import count_refusal

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
    person = Person(str(st.user.get("name") or st.user.get("email") or ""), settings.roles_of(st.user.to_dict()))
    login = current_login()
    session.recorder.set(PersonsRecorder(load_audit(), login.subject, person.name))
    end_when_over(login, settings)
    draw_person(person, login)
    if not person.roles:
        record_refusal("login", "no role")
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


def draw_person(person: Person, login: Login) -> None:
    """Draw who is logged in as what, and the way out."""
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", key="person"):
        st.markdown(
            f"{escape_markdown(person.name)} ({', '.join(sorted(person.roles)) or 'no role'})", width="content"
        )
        st.button(
            "Log out",
            icon=":material/logout:",
            type="tertiary",
            on_click=end_login,
            args=(login, Action.LOGGED_OUT),
            key="log-out",
        )


def current_login() -> Login:
    """Return the session's login; one that states no time was issued when the session began."""
    login = session.login.get()
    if login is None:
        login = Login(str(st.user.get("sub") or ""), float(str(st.user.get("iat") or time.time())))
        session.login.set(login)
    return login


def end_when_over(login: Login, settings: AccessSettings) -> None:
    """End a login that is over, now or while nobody does anything in any of its tabs."""

    def is_over() -> bool:
        return LOGINS.has_ended(login, settings, wall=time.time(), clock=time.monotonic())

    if is_over():
        end_login(login, Action.TIMED_OUT)
        st.stop()
    LOGINS.forget(issued_before=time.time() - 3600 * settings.longest_hours - SKEW)
    if LOGINS.act(login, clock=time.monotonic()):
        record(Action.LOGGED_IN)

    @st.fragment(run_every=CHECK_SECONDS)
    def watch() -> None:
        if is_over():
            end_login(login, Action.TIMED_OUT)
            st.stop()

    watch()


def end_login(login: Login, action: Action) -> None:
    """Log out in every tab, forget everything of the session, and record why once."""
    if LOGINS.end(login):
        record(action)
    st.session_state.clear()
    st.logout()


def refuse(page: Page, person: Person) -> None:
    """Draw that a page is not open to somebody, and who opens it; at the entry, open their first page."""
    if page is READ:
        st.switch_page(next(own for role in sorted(person.roles) for own in PERMITTED[role]).file)
    record_refusal("page", page.title)
    openers = [role.value for role, pages in PERMITTED.items() if page in pages]
    st.error(
        f"“{page.title}” is open to: {', '.join(openers)}. Your role is {', '.join(sorted(person.roles))}. "
        "Choose another page above.",
        icon=":material/lock:",
    )


def record_refusal(what: str, kind: str) -> None:
    """Count and record what is refused, once however often that is drawn."""
    if session.refused.get() != kind:
        session.refused.set(kind)
        count_refusal(what, kind)
        record(Action.REFUSED, f"{what}: {kind}")
