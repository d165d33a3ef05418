"""The reporting checklists: what each item asks, and the card's answer."""

from collections import Counter

import streamlit as st

from dashboard.model_card.checklists.checklist import Item, Status, load_checklist
from dashboard.model_card.checklists.facts import Facts
from dashboard.shared.markup import render
from dashboard.shared.resources import load_scores, load_table
from model.network.card import Card

CHECKLISTS = ("claim.toml", "tripod.toml")


def draw_checklists(card: Card) -> None:
    """Draw each checklist in an expander of its own."""
    facts = Facts(card, load_scores("test"), load_table("splits.csv"), load_table("cross_validation.csv"))
    st.markdown(
        "Two published checklists, answered from the card and the scores. An answer that is not known or not there "
        "is said to be so."
    )
    for checklist in map(load_checklist, CHECKLISTS):
        items = checklist.answered(facts)
        with st.expander(f"{checklist.name}: {tally(items)}"):
            st.html(render("model_card/sections/checklists.html", source=checklist.source, items=items))


def tally(items: list[Item]) -> str:
    """Return how many items have each status: ``40 reported, 3 not known or not done``."""
    count = Counter(item.status for item in items)
    return ", ".join(f"{count[status]} {status}" for status in Status if count[status])
