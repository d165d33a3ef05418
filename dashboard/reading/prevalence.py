"""The prevalence of pneumonia at this hospital: its setting, and the probability that follows from it."""

import streamlit as st

from dashboard.shared import session
from dashboard.shared.markup import render
from dashboard.shared.resources import calibration_prevalence
from model.metrics.calibration import at_prevalence

LOWEST, HIGHEST = 0.1, 99.0
"""Percent."""


def prevalence_ui() -> None:
    """Draw the setting, in a popover that names it."""
    percents = session.prevalence_percent.get()
    title = "prevalence not set" if percents is None else f"{percents:g} % pneumonia"
    with st.popover(f"This hospital: {title}", icon=":material/local_hospital:", key="prevalence_popover"):
        st.number_input(
            "Of 100 children who get a chest X\N{NON-BREAKING HYPHEN}ray here, how many have pneumonia?",
            LOWEST,
            HIGHEST,
            value=None,
            step=1.0,
            format="%g",
            placeholder="Not set",
            key=session.prevalence_percent.name,
            persist_state="session",
        )
        st.html(render("reading/prevalence.html", calibrated_at=calibration_prevalence()))


def prevalence() -> float | None:
    """Return the share of pneumonias that was set, between 0 and 1, or None."""
    percents = session.prevalence_percent.get()
    return None if percents is None else percents / 100


def probability_here(probability: float) -> float:
    """Return the probability at the hospital's prevalence, 0 to 1; unchanged where none was set."""
    share = prevalence()
    return probability if share is None else float(at_prevalence(probability, calibration_prevalence(), share))
