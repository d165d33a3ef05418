"""Every page in a real Chromium, light and dark, under axe-core: nothing serious or critical is found.

The pages are those of the navigation in ``dashboard/app.py``: one that is added is scanned too. axe-core comes
with the package axe-playwright-python, so nothing is fetched.
"""

import ast
import json
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.history import open_history
from tests.browser.conftest import APP, listen, served
from tests.readings import result

AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text()
SERIOUS = {"serious", "critical"}
SCHEMES = {"light": "rgb(251, 251, 249)", "dark": "rgb(16, 22, 21)"}
"""By colour scheme: the page's ground, by ``.streamlit/config.toml``."""
SECONDS = 60_000
SCAN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.map(
    ({id, impact, help, nodes}) => ({id, impact, help, where: nodes.map(({target}) => target.flat().join(" "))})
)"""


def paths() -> list[str]:
    """The address of every page in the navigation."""
    calls = (node for node in ast.walk(ast.parse(APP.read_text())) if isinstance(node, ast.Call))
    pages = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "Page"]
    return [_path(call) for call in pages]


def _path(page: ast.Call) -> str:
    named = {word.arg: ast.literal_eval(word.value) for word in page.keywords}
    return "" if named.get("default") else named.get("url_path") or Path(ast.literal_eval(page.args[0])).stem


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The dashboard with readings in its history: an empty one would hide half of its page."""
    folder = tmp_path_factory.mktemp("scanned")
    history = open_history(f"sqlite:///{folder / 'readings.sqlite3'}")
    for number, finding in enumerate(("normal", "pneumonia", "review")):
        history.record(
            result(digest=f"{number}" * 64, finding=finding, probability=0.3 * (number + 1)),
            word="pneumonia",
            reader_first=True,
        )
    with served(APP, folder) as address:
        yield address


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    """One page for all scans, which ends with a failure if it complained."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    complaints = listen(context)
    yield context.new_page()
    context.close()
    assert complaints == []


def settle(page: Page) -> None:
    """Wait until the page has been drawn, and open what is folded away."""
    expect(page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')).to_be_attached(
        timeout=SECONDS
    )
    expect(page.locator("h1").first).to_be_visible(timeout=SECONDS)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=SECONDS)
    folded = page.locator('[data-testid="stExpander"] details:not([open]) > summary')
    while folded.count():
        folded.first.click()


def findings(page: Page) -> list[dict[str, Any]]:
    """What axe-core calls serious or critical."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    return [found for found in page.evaluate(SCAN) if found["impact"] in SERIOUS]


def scan(page: Page) -> None:
    """Light, then dark."""
    for scheme, ground in SCHEMES.items():
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        expect(page.get_by_test_id("stApp")).to_have_css("background-color", ground)
        found = findings(page)
        assert found == [], f"{page.url}, {scheme}: axe-core found\n{json.dumps(found, indent=2)}"


@pytest.mark.parametrize("path", paths())
def test_no_page_has_a_serious_finding(tab: Page, url: str, path: str) -> None:
    tab.goto(f"{url}/{path}")
    settle(tab)
    scan(tab)


def test_a_reading_has_no_serious_finding(tab: Page, url: str) -> None:
    tab.goto(url)
    tab.get_by_role("button", name="Viral 1", exact=True).click()
    expect(tab.get_by_test_id("viewer")).to_have_attribute("data-overlay", "on", timeout=SECONDS)
    settle(tab)
    scan(tab)


def test_the_reader_first_has_no_serious_finding(tab: Page, url: str) -> None:
    tab.goto(url)
    tab.get_by_text("Reader first").click()
    tab.get_by_role("button", name="Viral 1", exact=True).click()
    expect(tab.get_by_test_id("reader-first")).to_be_visible(timeout=SECONDS)
    settle(tab)
    scan(tab)


def test_a_fault_would_be_found(tab: Page) -> None:
    tab.set_content(
        "<html lang=en><title>x</title><main><p style='color: #aaa'>Pale words</p><img src=data:,></main>"
    )
    assert {found["id"] for found in findings(tab)} == {"color-contrast", "image-alt"}
