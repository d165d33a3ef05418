"""Every page in a real Chromium, light and dark, under axe-core: nothing but a trifle is found.

The pages are those of the navigation: one that is added is scanned too. axe-core comes with the package
axe-playwright-python, so nothing is fetched.
"""

import json
from collections.abc import Iterator
from importlib import resources
from typing import Any, Literal

import numpy as np
import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from dashboard.history.store import open_history
from dashboard.shared.navigation import PAGES
from tests.browser.conftest import APP, listen, served
from tests.browser.rest import wait_until_at_rest
from tests.browser.test_read import open_sample
from tests.dicoms import dataset, written
from tests.pictures import chest
from tests.readings import result

AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text()
GRAVE = {"moderate", "serious", "critical"}
"""All but minor: of those the file uploader of Streamlit has one, a role that its keyboard focus takes away."""
SCHEMES: dict[Literal["light", "dark"], tuple[str, int]] = {
    "light": ("rgb(251, 251, 249)", 1280),
    "dark": ("rgb(16, 22, 21)", 390),
}
"""By colour scheme: the page's ground, by ``.streamlit/config.toml``, and the width of the screen in pixels."""
APP_ELEMENT = "[data-testid=stApp]"
SECONDS = 60_000
SCAN = """async () => {
    // Style sheets are the page's own already: preloaded, they would be asked for once more.
    const {violations} = await axe.run(document, {resultTypes: ["violations"], preload: false});
    return violations.map(({id, impact, help, nodes}) => (
        {id, impact, help, where: nodes.map(({target, any: [why]}) => [target.flat().join(" "), why?.message])}
    ));
}"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the dashboard with readings in its history: an empty one would hide half of its page."""
    folder = tmp_path_factory.mktemp("scanned")
    history = open_history(f"sqlite:///{folder / 'readings.sqlite3'}")
    for number, finding in enumerate(("normal", "pneumonia", "review")):
        history.record(
            result(digest=f"{number}" * 64, finding=finding, probability=0.3 * (number + 1)),
            reader_finding="pneumonia",
            reader_first=True,
        )
    with served(APP, folder) as address:
        yield address


@pytest.fixture(scope="module")
def tab(browser: Browser, url: str) -> Iterator[Page]:
    """One tab for all scans, loaded once and walked by links; it ends with a failure if it complained."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    complaints = listen(context)
    page = context.new_page()
    page.goto(url)
    yield page
    context.close()
    assert complaints == []


def visit(page: Page, title: str) -> None:
    """Walk to a page of the navigation, unless it is there already."""
    page.set_viewport_size({"width": 1280, "height": 900})
    link, heading = page.get_by_role("link", name=title, exact=True).first, page.locator("h1").first
    expect(heading).to_be_visible(timeout=SECONDS)
    before = heading.inner_text()
    if link.evaluate("link => link.href !== location.href"):
        link.click()
        expect(heading).not_to_have_text(before, timeout=SECONDS)


def settle(page: Page) -> None:
    """Wait until the page has been drawn, and open what is folded away."""
    wait_until_at_rest(page)
    folded = page.locator("[data-testid=stExpander] details:not([open]) > summary")
    while folded.count():
        folded.last.click()
    # What the mouse is over is paler.
    page.mouse.move(0, 0)
    wait_until_at_rest(page)


def findings(page: Page) -> list[dict[str, Any]]:
    """Return what axe-core finds and does not call minor."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    return [found for found in page.evaluate(SCAN) if found["impact"] in GRAVE]


def scan(page: Page) -> None:
    """Light on a wide screen, dark on a narrow one."""
    settle(page)
    for scheme, (ground, width) in SCHEMES.items():
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        expect(page.locator(APP_ELEMENT)).to_have_css("background-color", ground)
        wait_until_at_rest(page)
        found = findings(page)
        assert found == [], f"{page.url}, {scheme}: axe-core found\n{json.dumps(found, indent=2)}"


@pytest.mark.parametrize("title", [page.title for page in PAGES])
def test_no_page_keeps_anybody_out(tab: Page, title: str) -> None:
    visit(tab, title)
    scan(tab)


def test_a_reading_keeps_nobody_out(tab: Page) -> None:
    visit(tab, "Read")
    open_sample(tab, "Viral 1")
    expect(tab.get_by_test_id("viewer")).to_have_attribute("data-overlay", "on", timeout=SECONDS)
    scan(tab)


def test_the_reader_first_keeps_nobody_out(tab: Page) -> None:
    visit(tab, "Read")
    tab.get_by_text("Reader first").click()
    open_sample(tab, "Normal 1")
    expect(tab.get_by_test_id("reader-first")).to_be_visible(timeout=SECONDS)
    scan(tab)


def test_a_worklist_and_two_of_a_patient_keep_nobody_out(tab: Page) -> None:
    visit(tab, "Worklist")
    patient = {"PatientID": "PID-1", "PatientName": "Birne^Bernd"}
    pictures = (chest(seed=seed).astype(np.uint16) for seed in (1, 2))
    dated = zip(("20260103", "20251102"), pictures, strict=True)
    files: list[FilePayload] = [
        {"name": f"{date}.dcm", "mimeType": "", "buffer": written(dataset(picture, 12, StudyDate=date, **patient))}
        for date, picture in dated
    ]
    tab.locator("input[type=file]").first.set_input_files(files)
    expect(tab.locator(".worklist tbody tr")).to_have_count(2, timeout=SECONDS)
    tab.get_by_role("button", name="20260103.dcm").click()
    tab.get_by_role("button", name="Side by side").click(timeout=SECONDS)
    expect(tab.get_by_test_id("viewer")).to_have_count(2, timeout=SECONDS)
    scan(tab)


def test_a_fault_would_be_found(tab: Page) -> None:
    tab.set_content(
        "<html lang=en><title>x</title><main><h1>x</h1><p style='color: #aaa'>Pale</p><img src=data:,></main>"
    )
    assert {found["id"] for found in findings(tab)} == {"color-contrast", "image-alt"}
