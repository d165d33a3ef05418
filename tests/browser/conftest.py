"""A real Chromium, the dashboard as it is served, and a page that tolerates neither error nor stranger."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser import chromium

APP = Path(__file__).resolve().parents[2] / "dashboard" / "app.py"
START_SECONDS = 60
HERE = {"localhost", "127.0.0.1", None}
"""None is the host of data: and blob: addresses, which are no request."""
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
A_CARD = """() => {
    const getParameter = WebGL2RenderingContext.prototype.getParameter;
    WebGL2RenderingContext.prototype.getParameter = function (name) {
        return name === 0x9246 ? "A graphics card" : getParameter.call(this, name);
    };
}"""
"""A script that makes the viewer draw by WebGL2 where the processor, which it avoids, plays the graphics card."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    path = chromium.get()
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def dashboard_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the dashboard is served, from a folder that is not the repository's."""
    with served(APP, tmp_path_factory.mktemp("elsewhere")) as url:
        yield url


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Yield a new page of 1280 x 900 that fails its test for any error, and for any request to another machine."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    complaints = listen(context)
    yield context.new_page()
    context.close()
    if complaints:
        pytest.fail("The page is expected to load without these:\n" + "\n".join(complaints))


def listen(context: BrowserContext) -> list[str]:
    """Return a list that fills with every error and foreign address of the context's pages."""
    complaints: list[str] = []

    def check_address(url: str) -> None:
        if urlsplit(url).hostname not in HERE:
            complaints.append(f"request to another machine: {url}")

    context.on("request", lambda request: check_address(request.url))
    context.on("page", lambda page: page.on("websocket", lambda channel: check_address(channel.url)))
    context.on("weberror", lambda problem: complaints.append(f"uncaught: {problem.error}"))
    context.on(
        "console",
        lambda line: (
            complaints.append(f"console: {line.text} ({line.location['url']})") if line.type == "error" else None
        ),
    )
    return complaints


@contextmanager
def served(app: Path, folder: Path, port: int = 0, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """Yield the address of ``app``, served by Streamlit from ``folder`` at a port, 0 for a free one.

    What it writes is in ``server.log`` there.
    """
    port = port or free_port()
    command = [str(Path(sys.executable).with_name("streamlit")), "run", str(app)]
    log = folder / "server.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [*command, "--server.headless", "true", "--server.port", str(port)],
            cwd=folder,
            env=own_environment(folder) | dict(environment or {}),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            url = f"http://localhost:{port}"
            wait_for(f"{url}/_stcore/health", server, log)
            yield url
        finally:
            server.kill()
            server.wait()


def own_environment(folder: Path) -> dict[str, str]:
    """Return an environment in which the dashboard finds its own packages and keeps readings in ``folder``."""
    mine = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return mine | {"LUNGFIELD_DATABASE": f"sqlite:///{folder / 'readings.sqlite3'}"}


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(url: str, server: subprocess.Popen, log: Path | None = None) -> None:
    """Wait until an address answers."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    said = f"; the server said:\n{log.read_text()}" if log else ""
    pytest.fail(f"expected {url} to answer within {START_SECONDS} s{said}")
