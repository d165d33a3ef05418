"""The policy in force, the same on every page: chosen on the page Read, or set by hand on the page Thresholds."""

import streamlit as st

from dashboard.shared import session
from dashboard.shared.formatting import format_threshold
from dashboard.shared.navigation import THRESHOLDS
from dashboard.shared.resources import load_card, threshold
from model.network.policy import NEAR, OWN, Policy, card_policies, own_policy, policy_at


def in_force() -> Policy:
    """How readings are decided now.

    The session's ``threshold`` is what every page shares. The name of the policy that put it there only tells
    apart policies with the same one, so that whoever moves the threshold elsewhere has left that policy.
    """
    card, limit = load_card(), threshold()
    chosen = card_policies(card).get(session.policy.get())
    if chosen and abs(chosen.high - limit) < NEAR:
        return chosen
    return policy_at(limit, card)


def available() -> dict[str, Policy]:
    """What may be chosen, by name: the card's policies, and the reader's own threshold once there is one."""
    found = card_policies(load_card())
    now = in_force()
    if now.name == OWN:
        session.own_threshold.set(now.high)
    if (limit := session.own_threshold.get()) is not None:
        found[OWN] = own_policy(limit)
    return found


def choose(policy: Policy) -> None:
    """Decide by this policy from now on, on every page."""
    session.policy.set(policy.name)
    session.threshold.set(policy.high)


def policy_ui() -> None:
    """The policies, in a popover that names the one in force."""
    found, now = available(), in_force()
    # The threshold may have been moved on another page since: the widget only ever shows what is in force.
    session.policy_choice.set(now.name)
    with st.popover(f"Decided by: {short(now)}", icon=":material/rule:", key="policy_popover"):
        st.radio(
            "What is called pneumonia?",
            list(found),
            format_func=lambda name: found[name].title,
            captions=[caption(policy) for policy in found.values()],
            key=session.policy_choice.name,
            on_change=lambda: choose(found[session.policy_choice.get()]),
        )
        THRESHOLDS.link("Set your own, and see what it costs")


def short(policy: Policy) -> str:
    """A policy in a few words, for a button."""
    words = "Two thresholds" if policy.lower is not None else policy.title.removesuffix(" (default)")
    return f"{words[0].lower()}{words[1:]}"


def caption(policy: Policy) -> str:
    """What a policy calls pneumonia, normal, and neither."""
    if policy.lower is None:
        return f"Pneumonia from {format_threshold(policy.high)} on"
    return f"Normal below {format_threshold(policy.low)}, pneumonia from {format_threshold(policy.high)} on"
