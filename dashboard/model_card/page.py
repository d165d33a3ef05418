"""Model card: what the model is, how far its numbers hold, and how it came to be."""

from collections.abc import Callable
from typing import NamedTuple

import streamlit as st

from dashboard.model_card.sections.checklists import draw_checklists
from dashboard.model_card.sections.development import (
    draw_data,
    draw_looks,
    draw_preprocessing,
    draw_selection,
    draw_settings,
)
from dashboard.model_card.sections.failures import draw_failures
from dashboard.model_card.sections.guard import draw_guard
from dashboard.model_card.sections.intended_use import draw_limits, draw_use
from dashboard.model_card.sections.lungs import draw_lungs
from dashboard.model_card.sections.performance import draw_calibration, draw_figures, draw_subgroups
from dashboard.model_card.sections.policies import draw_policies, draw_threshold
from dashboard.model_card.sections.randomisation import draw_randomisation
from dashboard.model_card.sections.shortcuts import draw_shortcuts
from dashboard.shared.markup import render
from dashboard.shared.resources import load_card
from model.network.card import Card


class Section(NamedTuple):
    """A section: its name in the contents, which is its anchor too, its heading, and what draws it."""

    name: str
    heading: str
    draw: Callable[[Card], None]


SECTIONS = (
    Section("Use", "What it is for, and what not", draw_use),
    Section("Lungs", "Does it read the lungs?", draw_lungs),
    Section("Discrimination", "How good it is", draw_figures),
    Section("Subgroups", "By kind of pneumonia, and by patient", draw_subgroups),
    Section("Calibration", "Do the probabilities mean what they say?", draw_calibration),
    Section("Threshold", "Where the threshold comes from", draw_threshold),
    Section("Policies", "Ways to decide", draw_policies),
    Section("Failures", "Where it fails", draw_failures),
    Section("Shortcuts", "Does the file move it?", draw_shortcuts),
    Section("Guard", "Does it know what it does not know?", draw_guard),
    Section("Randomisation", "Does the heat map show what was learned?", draw_randomisation),
    Section("Limits", "What is not known", draw_limits),
    Section("Data", "Data and split", draw_data),
    Section("Preprocessing", "From a file to a probability", draw_preprocessing),
    Section("Selection", "How the recipe was chosen", draw_selection),
    Section("Looks", "How often the test set was looked at", draw_looks),
    Section("Settings", "How to make it again", draw_settings),
    Section("Checklists", "Reporting checklists", draw_checklists),
)


def main() -> None:
    """Draw the page: contents on the left, or above on a narrow screen, and every section after another."""
    card = load_card()
    st.title("Model card")
    contents, sections = st.columns([1, 5], gap="large")
    contents.html(render("model_card/contents.html", sections=SECTIONS))
    with sections:
        st.markdown(f"Version {card.version} of {card.created}: {card.architecture}.")
        for section in SECTIONS:
            st.header(section.heading, anchor=section.name.lower())
            section.draw(card)


if __name__ == "__main__":
    main()
