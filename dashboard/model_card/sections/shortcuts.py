"""Shortcuts: how far the probability moves where the diagnosis does not."""

import streamlit as st

from dashboard.model_card.charts import movement_chart
from dashboard.shared.elements.charts import draw_chart
from dashboard.shared.resources import load_table
from model.network.card import Card


def draw_shortcuts(card: Card) -> None:
    """Draw the move of the probability by what was done to the radiograph, by version of the network."""
    mean_moves, table = card.shortcuts.mean_move, load_table("shortcuts.csv")
    moves = {(row["version"], row["change"]): float(row["mean_move"]) for row in table}
    changes = list(dict.fromkeys(row["change"] for row in table))
    versions = [name for name in mean_moves if (name, changes[0]) in moves]
    first, last = versions[0], versions[-1]
    before = f" (version {first}: {100 * mean_moves[first]:.2f})" if first != last else ""
    st.markdown(
        f"Published normals and pneumonias differ in shape, sharpness and file size. So each validation radiograph "
        f"was stretched, blurred, recompressed and cropped: on average the probability moves by "
        f"**{100 * mean_moves[last]:.2f} percentage points**{before}."
    )
    by_version = {f"version {name}": [moves[name, change] for change in changes] for name in versions}
    draw_chart(movement_chart(changes, by_version), key="movement")
    if same := card.resolution:  # measured only where the originals were at hand
        st.markdown(
            f"{same.radiographs} radiographs were read as published, up to several megabytes each, and squeezed "
            f"to {card.input_size} pixels beforehand: the decision is the same for {same.same_decision}, the "
            f"median difference of the probabilities is {same.median_difference:.4f}."
        )
