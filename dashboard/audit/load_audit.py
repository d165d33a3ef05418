"""The audit, opened once for each server."""

import streamlit as st

from dashboard.audit.store import Audit, open_audit
from dashboard.history.database import database_url

_open_once = st.cache_resource(show_spinner=False)(open_audit)


def load_audit() -> Audit:
    """Open the audit in the database that ``LUNGFIELD_DATABASE`` names; raises ``UnusableDatabase``."""
    return _open_once(database_url())
