"""Thresholds: what the hospital's choice costs, in missed pneumonias and in false alarms."""

import streamlit as st

from dashboard.components.threshold_explorer import threshold_explorer
from dashboard.components.threshold_explorer.table import explorer_table
from dashboard.resources import load_card, load_scores, threshold
from model.card import Card
from model.scores import Scores

WORDS = """
The hospital starts from the hypothesis H0: *the person has pneumonia*. The model's evidence either
lets it stand, and an alarm is raised, or speaks against it.

- **Found** (TP, true positive): the person has pneumonia, the model says so.
- **Missed** (FN, false negative): the person has pneumonia, the model says normal. H0 is true and is
  given up: the error that harms.
- **False alarm** (FP, false positive): the person is normal, the model says pneumonia. Somebody looks again.
- **Rightly left alone** (TN, true negative): the person is normal, the model says so.
- **Threshold**: the probability from which on the model says pneumonia. Lower, it misses fewer and
  alarms more; higher, the other way round.
- **95 % interval** (Wilson): the figure is measured on a limited number of images. Of intervals made in
  this way about 95 in 100 hold the figure that all such images together would give.
"""


def main() -> None:
    """The page."""
    card, scores = load_card(), load_scores("test")
    draw_introduction(scores)
    threshold_ui(card, scores, load_scores("validation"))
    draw_words()


def draw_introduction(scores: Scores) -> None:
    st.title("Thresholds")
    st.markdown(
        f"The model gives every radiograph a probability of pneumonia; from the threshold on it raises an "
        f"alarm. **Slide the threshold** and see what it would have cost on {len(scores)} test images that "
        f"the model had never seen."
    )


def threshold_ui(card: Card, test: Scores, validation: Scores) -> None:
    """The slider and what it costs; the threshold that the reader settles on holds for every page."""
    threshold_explorer(
        explorer_table(test.labels, test.probabilities, card.target_recall),
        default=card.default_threshold,
        start=threshold(),
        provenance=provenance(card, validation),
        on_settle=keep,
        key="threshold_explorer",
    )


def keep(settled: float) -> None:
    st.session_state["threshold"] = settled


def provenance(card: Card, validation: Scores) -> str:
    """Where the default comes from, and what moving it is worth."""
    return (
        f"The default is the highest threshold that, by {len(validation)} validation images held out of "
        f"training, {int(validation.labels.sum())} of them with pneumonia, finds a new pneumonia with a "
        f"probability of at least {100 * card.target_recall:g} %. Moving it here, on the test images, is "
        f"exploring: a threshold picked by these figures has yet to be validated on others."
    )


def draw_words() -> None:
    with st.expander("What do these words mean?"):
        st.markdown(WORDS)


main()
