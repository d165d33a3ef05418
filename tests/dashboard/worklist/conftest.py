import pytest
from streamlit.testing.v1 import AppTest

from dashboard.shared.navigation import WORKLIST


@pytest.fixture
def worklist(app: AppTest) -> AppTest:
    return app.switch_page(WORKLIST.file).run()
