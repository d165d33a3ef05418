"""The reporting checklists: what each item asks, and the card's answer."""

from collections import Counter
from html import escape

import streamlit as st

from dashboard.model_card.checklists import CHECKLISTS, Item, Status
from dashboard.model_card.checklists.facts import Facts
from dashboard.shared.resources import load_scores, load_table
from model.network.card import Card


def draw_checklists(card: Card) -> None:
    """Each checklist in an expander of its own."""
    facts = Facts(
        card,
        load_scores("test"),
        load_table("splits.csv"),
        load_table("cross_validation.csv"),
        load_table("test_looks.csv"),
    )
    st.markdown(
        "Two published checklists, answered from the card and the scores. An answer that is not known or not there "
        "is said to be so."
    )
    for checklist in CHECKLISTS:
        items = checklist.items(facts)
        with st.expander(f"{checklist.name}: {tally(items)}"):
            st.html(f'<p class="lf-note">{escape(checklist.source)}</p>{items_html(items)}')


def tally(items: list[Item]) -> str:
    """``40 items reported, 3 not known or not done``."""
    count = Counter(item.status for item in items)
    return ", ".join(f"{count[status]} {status.value}" for status in Status if count[status])


def items_html(items: list[Item]) -> str:
    """A definition list, an item a group; sections are headed where they begin."""
    rows: list[str] = []
    section = ""
    for item in items:
        if item.section != section:
            section = item.section
            rows.append(f"{'</dl>' if rows else ''}<h3>{escape(section)}</h3><dl>")
        rows.append(
            f'<div class="lf-{item.status.name.lower()}"><dt><b>{escape(item.number)}</b> {escape(item.topic)}'
            f"<small>{escape(item.status.value)}</small></dt><dd>{escape(item.answer)}</dd></div>"
        )
    return f'<div class="lf-items">{"".join(rows)}</dl></div>'
