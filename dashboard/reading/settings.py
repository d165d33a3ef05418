"""The settings of every reading, in one row: reader first, the policy and the hospital's prevalence."""

import streamlit as st

from dashboard.reading.prevalence import prevalence_ui
from dashboard.reading.reader_first import reader_first_ui
from dashboard.shared.policy import policy_ui


def settings_ui() -> None:
    """Draw the settings, which hold for the session on whatever page."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="settings"):
        reader_first_ui()
        policy_ui()
        prevalence_ui()
