"""Shortcuts: how far the probability moves where the diagnosis does not."""

import streamlit as st

from dashboard.model_card import charts
from dashboard.shared.charts import draw_chart
from dashboard.shared.resources import load_table
from model.network.card import Card


def draw_shortcuts(card: Card) -> None:
    """The move of the probability by what was done to the radiograph, by version."""
    moves = card.shortcuts.mean_move
    table = load_table("shortcuts.csv")
    versions = [name for name in moves if name in {row["version"] for row in table}]
    changes = list(dict.fromkeys(row["change"] for row in table))
    by_version = {
        f"version {version}": [
            float(row["mean_move"])
            for change in changes
            for row in table
            if row["version"] == version and row["change"] == change
        ]
        for version in versions
    }
    first, last = versions[0], versions[-1]
    before = f" (version {first}: {100 * moves[first]:.2f})" if first != last else ""
    st.markdown(
        f"Published normals and pneumonias differ in shape, sharpness and file size. So each validation radiograph "
        f"was stretched, blurred, recompressed and cropped: on average the probability moves by "
        f"**{100 * moves[last]:.2f} percentage points**{before}."
    )
    draw_chart(charts.movement(changes, by_version), key="movement")
    if same := card.resolution:  # measured only where the originals were at hand
        st.markdown(
            f"{same.radiographs} radiographs were read as published, up to several megabytes each, and squeezed "
            f"to {card.input_size} pixels beforehand: the decision is the same for {same.same_decision}, the "
            f"median difference of the probabilities is {same.median_difference:.4f}."
        )
