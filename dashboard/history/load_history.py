"""The history of readings, opened once for each server."""

import streamlit as st

from dashboard.history.database import database_url
from dashboard.history.store import History, open_history

_open_once = st.cache_resource(show_spinner=False)(open_history)


def load_history() -> History:
    """Open the history that ``LUNGFIELD_DATABASE`` names, or the default one.

    Raises:
        UnusableDatabase: it cannot be opened.
    """
    return _open_once(database_url())
