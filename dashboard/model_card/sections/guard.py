"""Guard: how much of what the model does not know is warned of."""

import streamlit as st

from dashboard.model_card.tables import draw_table
from dashboard.shared.elements.note import draw_note
from dashboard.shared.formatting import format_estimate
from dashboard.shared.markup import render_markdown
from model.network.card import Card


def draw_guard(card: Card) -> None:
    """Draw how much of what the model does not know is warned of, and how many radiographs for nothing."""
    guard = card.guard
    harmless = guard.harmless.values()
    text = render_markdown(
        "model_card/sections/guard.md",
        guard=guard,
        harmless=sum(share.number for share in harmless) / sum(share.of for share in harmless),
        worst=max(guard.harmless, key=lambda change: guard.harmless[change].value),
    )
    st.markdown(text)
    draw_table(
        [
            {
                "Picture": kind.capitalize(),
                "Pictures": str(share.of),
                "Warned of": format_estimate(share.estimate),
            }
            for kind, share in guard.out_of_distribution.items()
        ]
    )
    draw_note(
        "The hands, limbs and skulls are plain drawings and no radiographs, which may be "
        "easier to tell than real ones. A lateral view and another disease were not tried and may pass: a DICOM "
        "header warns of the first where it says so, and nothing warns of the second."
    )
