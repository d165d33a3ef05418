"""What the model is for, what it is not for, and what limits both."""

import streamlit as st

from dashboard.shared.disclaimer import PURPOSE, TITLE, population
from dashboard.shared.formatting import format_count, format_share
from dashboard.shared.resources import load_scores
from model.network.card import Card


def draw_use(card: Card) -> None:
    """Who may use it for what, and who may not."""
    use, misuse = st.columns(2, gap="large")
    with use:
        st.markdown(
            f"**For** a second opinion on frontal chest radiographs of **{population(card)}**. It "
            "has seen nobody else. Its readers are radiologists, who decide, and a hospital that chooses a "
            "threshold and answers for it."
        )
    with misuse:
        st.markdown(
            "**Not for** adults, infants, school children, lateral views, other hospitals before a trial of their "
            "own, other diseases, or telling bacterial from viral pneumonia. A normal reading rules nothing out. "
            f"**{TITLE}** {PURPOSE}"
        )


def draw_limits(card: Card) -> None:
    """What is not known, and which way it errs."""
    test, validation = load_scores("test"), load_scores("validation")
    ill, ill_test = int(validation.labels.sum()), int(test.labels.sum())
    fitted = card.data.splits["fit"]
    st.markdown(
        f"""
- **One hospital, one age group, one projection**: {format_count(fitted.patients, "patient")} to learn from. No
  external data have been read.
- **Pneumonia is common here**: {format_share(ill, len(validation))} of the validation radiographs show it, and
  {format_share(ill_test, len(test))} of the test set's. Where it is rarer, its chance is lower than the probability
  that is shown.
- **The labels are readers' words.** Physicians graded the pictures; no culture, blood test or CT stands behind
  them, and how far two of them agree is not published.
- **Age, sex, severity and machine of a radiograph are not published**, so no figure can be given by them.
- **Validation is easy, test is another population.** A third one may differ from both; watch the drift on the page
  History.
- **The heat map** shows what moved the model. It is not an outline of the disease, and a cool lung is not a
  healthy one.
"""
    )
