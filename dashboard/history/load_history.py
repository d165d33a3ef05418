"""The history of readings, opened once a server."""

import streamlit as st

from dashboard.history.database import database_url
from dashboard.history.store import History, open_history


def load_history() -> History:
    """Open the history that ``LUNGFIELD_DATABASE`` or the default names.

    Raises:
        UnusableDatabase: it cannot be opened.
    """
    return _history_at(database_url())


@st.cache_resource(show_spinner=False)
def _history_at(url: str) -> History:
    return open_history(url)
