import sys
from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.dashboard.pages import APP


@pytest.fixture
def app() -> Iterator[AppTest]:
    """Yield the dashboard with the shipped artefact, at its first page; no reading is left from another test."""
    before = list(sys.path)
    st.cache_data.clear()
    yield AppTest.from_file(str(APP), default_timeout=60).run()
    st.cache_data.clear()
    sys.path[:] = before


@pytest.fixture
def session_state(monkeypatch: pytest.MonkeyPatch) -> dict:
    """Replace the session's state by an empty one, without a page."""
    state: dict = {}
    monkeypatch.setattr(st, "session_state", state)
    return state
