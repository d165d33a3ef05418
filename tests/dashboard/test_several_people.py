"""Several people at once on one server: each sees the readings of their own radiographs, and no error."""

import asyncio
from pathlib import Path

import pytest

from benchmarks.load import measure
from tests.browser.conftest import APP, served

SESSIONS, RADIOGRAPHS = 4, 2


@pytest.mark.slow
def test_nobody_sees_anothers_reading(tmp_path: Path) -> None:
    with served(APP, tmp_path) as url:
        load = asyncio.run(measure(url, SESSIONS, RADIOGRAPHS, rest=0))
    assert load.problems == []
    assert len(load.seconds) == SESSIONS * RADIOGRAPHS
