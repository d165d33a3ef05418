import pytest
from streamlit.testing.v1 import AppTest

from dashboard.history.store import History, open_history


@pytest.fixture
def history(own_history: str) -> History:
    """Return an empty history of the test's own."""
    return open_history(own_history)


@pytest.fixture
def history_page(app: AppTest) -> AppTest:
    """Return the page History, not yet run."""
    return app.switch_page("history/page.py")
