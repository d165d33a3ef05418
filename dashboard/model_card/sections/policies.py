"""From a probability to a decision: the threshold, where it comes from, and the other policies."""

import streamlit as st

from dashboard.shared.formatting import format_estimate
from dashboard.shared.wide_table import draw_wide_table
from model.network.card import Card
from model.network.card.sections import OperatingPoint
from model.network.policy import card_policies, policy_title


def draw_threshold(card: Card) -> None:
    """The default threshold, H0, and what rejecting it wrongly costs."""
    default, level = card.operating_points["default"], card.hypothesis.level
    test = card.metrics["test"]
    error = test.type_i_error
    st.markdown(
        f"**{card.default_threshold:.4f}**, the {default.rule}, fixed on {default.split} with its "
        f"{default.pneumonias} pneumonias and {default.normals} normals. "
        f"The target is the hospital's: a recall of at least {100 * card.target_recall:g} %."
    )
    st.markdown(
        f"In a statistician's words: H0 is that {card.hypothesis.null}. Normal is only said where H0 is "
        f"rejected at a level of {100 * level:g} %, which is the same requirement. Every reading carries a "
        f"p-value of H0: its rank among {len(card.hypothesis.pneumonias)} validation pneumonias (split-conformal, "
        "valid for pneumonias like those whatever the network). To reject H0 where it holds, the type I error, is "
        f"to miss a pneumonia. On the test set that happened to **{test.fn} of {test.fn + test.tp}: "
        f"{100 * error.value:.1f} %** (95 % interval {100 * error.low:.1f} to {100 * error.high:.1f} %)."
    )


def draw_policies(card: Card) -> None:
    """The ways to decide, all fixed on validation, and what each does on test."""
    policies = card.operating_points
    draw_wide_table([policy_row(name, policies[name], card) for name in card_policies(card)], "Ways to decide")
    st.html(
        '<p class="lf-note">Each was fixed on validation; the figures are the test set\'s. Accuracy and recall are '
        "of what no human was asked about.</p>"
    )


def policy_row(name: str, policy: OperatingPoint, card: Card) -> dict[str, str]:
    """A policy as the table shows it."""
    test = policy.metrics["test"]
    ends = sorted({policy.low, policy.high})
    return {
        "Policy": policy_title(name, card.target_recall),
        "Threshold": " to ".join(f"{end:.4f}" for end in ends),
        "To a human": f"{100 * test.referred.value:.1f} %",
        "Missed": str(test.fn),
        "False alarms": str(test.fp),
        "Accuracy": format_estimate(test.accuracy),
        "Recall": format_estimate(test.recall),
    }
