"""The age that a file does not give: asked of the reader once a session."""

from dataclasses import replace

import streamlit as st

from dashboard.shared import session
from model.io.dicom_header import Header
from model.network.classifier import Reading
from model.network.population import OLDEST, YOUNGEST

YES, NO = "Yes", "No"


def gives_age(header: Header | None) -> bool:
    """Return whether a file says how old the person is."""
    return header is not None and header.age_years is not None


def as_answered(reading: Reading, known: bool) -> Reading:
    """Return the reading, refused for the age where the file gives none and the reader said it is another.

    ``known`` says whether the file gives one.
    """
    if known or session.children.get() != NO:
        return reading
    return replace(reading, warnings=(*reading.warnings, "age"))


def age_question_ui(known: bool, key: str, of: str = "The file gives no age. Is this a child") -> None:
    """Ask where a file gives no age, until the answer is yes; a no stands, to be changed.

    Args:
        known: whether the files give it.
        key: tells the question from others on the page; one answer is for all.
        of: of what is asked: how the question begins.
    """
    if known or session.children.get() == YES:
        return
    choice = session.Key[str | None](f"{key}-children", None)
    choice.set(session.children.get())
    st.segmented_control(
        f"{of} of {YOUNGEST} to {OLDEST} years? The model knows no others. "
        "Your answer holds for every such file until you leave.",
        (YES, NO),
        key=choice.name,
        on_change=lambda: session.children.set(choice.get()),
    )
