"""How common pneumonia is among the patients of this hospital: a setting, and what follows."""

import streamlit as st

from dashboard.shared import session
from dashboard.shared.formatting import format_probability
from dashboard.shared.resources import calibration_prevalence
from model.metrics.calibration import at_prevalence

LOWEST, HIGHEST = 0.1, 99.0
"""Percent."""


def prevalence_ui() -> None:
    """The setting, in a popover that shows it."""
    percents = session.prevalence_percent.get()
    known = "prevalence not set" if percents is None else f"{percents:g} % pneumonia"
    with st.popover(f"This hospital: {known}", icon=":material/local_hospital:", key="prevalence_popover"):
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
        st.html(f'<p class="lf-note">{explanation()}</p>')


def prevalence() -> float | None:
    """The share of pneumonias that was set, between 0 and 1, or None."""
    percents = session.prevalence_percent.get()
    return None if percents is None else percents / 100


def explanation() -> str:
    """What the setting does, and what it takes for granted."""
    return (
        f"The probability was calibrated where {100 * calibration_prevalence():.0f}\N{NO-BREAK SPACE}% of the "
        f"radiographs showed pneumonia. Bayes' rule brings it to your share, on the assumption that pneumonias "
        f"look alike in both places, and normals too. The decision stays with the policy."
    )


def chance_here(probability: float) -> str:
    """The chance of pneumonia at this hospital in words, or where to say how common it is."""
    share = prevalence()
    if share is None:
        return (
            f"Where pneumonia is rarer than in validation, {100 * calibration_prevalence():.0f}\N{NO-BREAK SPACE}"
            f"%, its chance is lower. Set how common it is here, above."
        )
    chance = float(at_prevalence(probability, calibration_prevalence(), share))
    return (
        f"At {100 * share:g}\N{NO-BREAK SPACE}% prevalence: "
        f'<b data-testid="chance-here">{format_probability(chance)}</b>, '
        f"by Bayes' rule from the {100 * calibration_prevalence():.0f}\N{NO-BREAK SPACE}% of validation."
    )
