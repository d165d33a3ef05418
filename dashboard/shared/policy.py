"""The policy in force, the same on every page: chosen on the page Read, or set by hand on the page Thresholds."""

import streamlit as st

from dashboard.shared import session
from dashboard.shared.formatting import format_count, format_threshold
from dashboard.shared.navigation import THRESHOLDS
from dashboard.shared.resources import load_card, load_scores
from model.network.policy import NEAR, OWN, Policy, card_policies, distinct_policies, own_policy, policy_at


def threshold_in_force() -> float:
    """Return the threshold that the pages share: the one chosen in this session, else the card's default."""
    chosen = session.threshold.get()
    return load_card().default_threshold if chosen is None else chosen


def policy_in_force() -> Policy:
    """Return how readings are decided now.

    The session's ``threshold`` is what every page shares. The name of the policy that put it there only tells
    apart policies with the same one, so that whoever moves the threshold elsewhere has left that policy.
    """
    card, threshold = load_card(), threshold_in_force()
    chosen = card_policies(card).get(session.policy.get())
    if chosen and abs(chosen.high - threshold) < NEAR:
        return chosen
    return policy_at(threshold, card)


def available_policies() -> dict[str, Policy]:
    """Return the policies by name: the card's, those that coincide as one, and the reader's own if there is one."""
    found = {policy.name: policy for policy in distinct_policies(card_policies(load_card()).values())}
    now = policy_in_force()
    if now.name == OWN:
        session.own_threshold.set(now.high)
    if (threshold := session.own_threshold.get()) is not None:
        found[OWN] = own_policy(threshold)
    return found


def choose_policy(policy: Policy) -> None:
    """Decide by this policy from now on, on every page."""
    session.policy.set(policy.name)
    session.threshold.set(policy.high)


def policy_ui() -> None:
    """Draw the policies to choose from, in a popover that names the one in force."""
    found, now = available_policies(), policy_in_force()
    # The threshold may have been moved on another page since: the widget only ever shows what is in force.
    session.policy_choice.set(now.name)
    with st.popover(policy_label(now), icon=":material/rule:", key="policy_popover"):
        st.radio(
            "From where on is the alarm raised?",
            list(found),
            format_func=lambda name: found[name].title,
            captions=[f"{caption(policy)}. {on_test(policy)}" for policy in found.values()],
            key=session.policy_choice.name,
            on_change=lambda: choose_policy(found[session.policy_choice.get()]),
        )
        THRESHOLDS.link("Set your own, and see what it costs")


def policy_label(policy: Policy, decimals: int = 1) -> str:
    """Return from where on the alarm is raised, and why there, as on the button that changes it."""
    alarm = f"larm from {format_threshold(policy.high, decimals)}"
    if policy.lower is not None:
        return f"Normal below {format_threshold(policy.low, decimals)}, a{alarm}"
    if policy.name == "default":
        return f"A{alarm} (finds at least {100 * policy.target_recall:g} %)"
    return f"A{alarm} ({'set by hand' if policy.name == OWN else policy.title.lower()})"


def caption(policy: Policy) -> str:
    """Return from which probability on a policy raises the alarm, and below which a reading is normal."""
    if policy.lower is None:
        return f"Alarm from {format_threshold(policy.high)} on"
    return f"Normal below {format_threshold(policy.low)}, alarm from {format_threshold(policy.high)} on"


def on_test(policy: Policy) -> str:
    """Return what a policy misses on the test images, and its false alarms."""
    test = load_scores("test")
    positive, alarm, quiet = test.labels == 1, test.probabilities >= policy.high, test.probabilities < policy.low
    missed, alarms = int((positive & quiet).sum()), int((~positive & alarm).sum())
    human = "" if policy.lower is None else f", {int((~alarm & ~quiet).sum()):,} to a human"
    return f"On test: {missed:,} missed, {format_count(alarms, 'false alarm')}{human}"
