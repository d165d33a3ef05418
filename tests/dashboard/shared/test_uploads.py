"""Uploads stay in memory."""

from starlette.formparsers import MultiPartParser
from streamlit.testing.v1 import AppTest


def test_uploads_stay_in_memory(app: AppTest) -> None:
    assert not app.exception
    assert MultiPartParser.spool_max_size > 500_000_000
