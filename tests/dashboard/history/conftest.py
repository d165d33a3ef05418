import pytest

from dashboard.history.store import History, open_history


@pytest.fixture
def history(own_history: str) -> History:
    """Return an empty history of the test's own."""
    return open_history(own_history)
