"""The page's part on drift: both tests in a few sentences, and the two distributions."""

from collections.abc import Sequence

import streamlit as st

from dashboard.history.charts import drift_chart
from dashboard.history.drift import LEVEL, Drift, measure_drift
from dashboard.history.store import KeptReading
from dashboard.shared.elements.charts import draw_chart
from dashboard.shared.formatting import format_count, format_probability
from dashboard.shared.markup import render
from dashboard.shared.resources import load_card, load_scores
from model.network.card import KERAS_FILE

FEW = 30
"""Of fewer radiographs the tests find only large differences."""


def draw_drift(rows: Sequence[KeptReading]) -> None:
    """Draw how the probabilities of the network in use compare with validation's; ``rows`` are latest first."""
    st.header("Do the probabilities still look as on validation?")
    network = load_card().files[KERAS_FILE]
    # The latest reading of each radiograph: the tests take their values to be independent.
    latest = {(row.digest, row.frame): row.probability for row in reversed(rows) if row.network == network}
    if not latest:
        st.markdown("None of these readings is of the network in use; another's probabilities are not comparable.")
        return
    if len(latest) == 1:
        st.markdown("One radiograph has no distribution to compare: save more readings.")
        return
    drift = measure_drift(list(latest.values()), load_scores("validation").probabilities)
    st.markdown(drift_summary(drift))
    draw_chart(drift_chart(drift), key="drift")
    st.html(render("history/drift_note.html"))


def drift_summary(drift: Drift) -> str:
    """Return both tests' results in Markdown."""
    number = len(drift.recent)
    verdict = "They differ from validation's" if drift.found else "No difference from validation's is found"
    few = f" With {format_count(number, 'radiograph')} only the grossest could be." if number < FEW else ""
    return (
        f"**{verdict}** (two tests, together at a level of {100 * LEVEL:g} %).{'' if drift.found else few} "
        f"The widest gap is {100 * drift.distance:.0f} percentage points, at a probability of "
        f"{format_probability(drift.gap)}; were nothing different, one as wide would come up in "
        f"{format_p_value(drift.distance_p)} (Kolmogorov-Smirnov). The population stability index is "
        f"{drift.stability:.2f}; as much would come up in {format_p_value(drift.stability_p)}."
    )


def format_p_value(p_value: float) -> str:
    """Format a p-value as a frequency, ``6 of 100 cases``; nothing is rounded to never."""
    if p_value < 0.0001:
        return "less than 1 of 10,000 cases"
    return f"{100 * p_value:.2g} of 100 cases" if p_value < 0.995 else "nearly every case"
