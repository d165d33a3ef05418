"""What the model is for, what it is not for, and what limits both."""

import streamlit as st

from dashboard.shared.elements.disclaimer import PURPOSE, TITLE, population
from dashboard.shared.formatting import format_count, format_share
from dashboard.shared.markup import render_markdown
from dashboard.shared.resources import load_scores
from model.network.card import Card
from model.network.split_scores import Scores


def draw_use(card: Card) -> None:
    """Draw who may use it for what, and who may not."""
    use, misuse = st.columns(2, gap="large")
    use.markdown(
        f"**For** a second opinion on frontal chest radiographs of **{population(card)}**. It has seen nobody "
        "else. Its readers are radiologists, who decide, and a hospital that chooses a threshold and answers "
        "for it."
    )
    misuse.markdown(
        "**Not for** adults, infants, school children, lateral views, other hospitals before a trial of their "
        "own, other diseases, or telling bacterial from viral pneumonia. A normal reading rules nothing out. "
        f"**{TITLE}** {PURPOSE}"
    )


def draw_limits(card: Card) -> None:
    """Draw what is not known, and which way it errs."""
    patients = format_count(card.data.splits["fit"].patients, "patient")
    shares = {split: _share_of_pneumonias(load_scores(split)) for split in ("validation", "test")}
    st.markdown(render_markdown("model_card/sections/limits.md", patients=patients, **shares))


def _share_of_pneumonias(scores: Scores) -> str:
    return format_share(int(scores.labels.sum()), len(scores))
