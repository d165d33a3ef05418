"""From a probability to a decision: the threshold, where it comes from, and the other policies."""

import streamlit as st

from dashboard.shared.elements.note import draw_note
from dashboard.shared.elements.wide_table import draw_wide_table
from dashboard.shared.formatting import format_estimate
from dashboard.shared.markup import render_markdown
from model.network.card import Card
from model.network.card.sections import OperatingPoint
from model.network.policy import card_policies, distinct_policies, policy_title


def draw_threshold(card: Card) -> None:
    """Draw the default threshold, H0, and what rejecting it wrongly costs."""
    st.markdown(render_markdown("model_card/sections/threshold.md", card=card, test=card.metrics["test"]))


def draw_policies(card: Card) -> None:
    """Draw the ways to decide, all fixed on validation, and what each does on test."""
    rows = [
        policy_row(policy.name, card.operating_points[policy.name], card.target_recall)
        for policy in distinct_policies(card_policies(card).values())
    ]
    draw_wide_table(rows, "Ways to decide")
    draw_note(
        "Each was fixed on validation; the figures are the test set's. Accuracy and recall are of what no human "
        "was asked about."
    )


def policy_row(name: str, point: OperatingPoint, target_recall: float) -> dict[str, str]:
    """Return a policy as the table shows it."""
    test = point.metrics["test"]
    return {
        "Policy": policy_title(name, target_recall),
        "Threshold": " to ".join(f"{threshold:.4f}" for threshold in sorted({point.low, point.high})),
        "To a human": f"{100 * test.referred.value:.1f} %",
        "Missed": str(test.fn),
        "False alarms": str(test.fp),
        "Accuracy": format_estimate(test.accuracy),
        "Recall": format_estimate(test.recall),
    }
