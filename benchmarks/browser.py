"""A Chromium without a window, for the benchmarks of pages."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser import chromium
from tests.browser.conftest import ARGUMENTS, served

APPS = Path(__file__).resolve().parents[1] / "tests" / "browser"


@contextmanager
def browser_on(app: str, *arguments: str) -> Iterator[tuple[Browser, str]]:
    """Serve a Streamlit app of ``tests/browser`` and open a browser; yields it and the app's URL."""
    path = chromium.get()
    with (
        tempfile.TemporaryDirectory() as folder,
        served(APPS / app, Path(folder)) as url,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *arguments])
        yield browser, url
        browser.close()
