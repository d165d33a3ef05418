"""What is chosen on the page of thresholds goes into its address and out as files; own images come in as a CSV."""

import io
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader
from sklearn import metrics

from tests.browser.rest import wait_until_at_rest

GENERATOR = np.random.default_rng(4)
LABELS = np.repeat([0, 1], [150, 250])
SCORES = np.concatenate([GENERATOR.beta(1, 3, 150), GENERATOR.beta(4, 1, 250)]).round(5)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Yield a page that is opened at its own address, where Streamlit first looks for its server in vain."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def _open(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_test_id("tp")).not_to_be_empty(timeout=60_000)


def _settle(page: Page) -> None:
    """Wait until the page has run: a press on a download while it runs may be lost."""
    wait_until_at_rest(page)


def test_the_address_holds_the_choice_and_files_say_it(page: Page, dashboard_url: str) -> None:
    _open(page, f"{dashboard_url}/thresholds?images=validation&beside=cnn&weight=7")
    expect(page.get_by_test_id("comparison")).to_be_visible()
    page.get_by_test_id("scale-linear").check()
    page.get_by_test_id("threshold").press("PageDown")
    threshold = float(page.get_by_test_id("threshold").input_value())
    page.wait_for_url(f"**threshold={threshold}&**", timeout=20_000)
    told = {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}
    assert (told["images"], told["beside"], told["weight"]) == ("validation", "cnn", "7")
    missed = page.get_by_test_id("fn").inner_text()

    _settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Page for a committee").click()
    text = PdfReader(io.BytesIO(download.value.path().read_bytes())).pages[0].extract_text()
    shown = (page.get_by_test_id("now").text_content() or "").split("\u00a0")[0]
    assert f"Alarm from {shown} %" in text
    _settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="All operating points").click()
    assert download.value.path().read_text().startswith("threshold,tp,fp,fn,tn,recall,")

    address = page.url
    page.goto("about:blank")
    _open(page, address)
    page.get_by_test_id("scale-linear").check()
    assert float(page.get_by_test_id("threshold").input_value()) == threshold
    assert page.get_by_test_id("fn").inner_text() == missed


def test_own_images_get_the_same_page_and_a_threshold_of_their_own(page: Page, dashboard_url: str) -> None:
    _open(page, f"{dashboard_url}/thresholds")
    page.get_by_role("button", name="Test images").click()
    page.get_by_text("Your own", exact=True).click()
    upload = page.locator('[data-testid="stFileUploader"] input')
    rows = "\n".join(f"{label},{score}" for label, score in zip(LABELS, SCORES, strict=True))
    upload.set_input_files({"name": "own.csv", "mimeType": "text/csv", "buffer": b"label,score\n1,0.5\n1,0.7"})
    expect(page.get_by_text("received 2 rows that are all 1")).to_be_visible(timeout=20_000)
    upload.set_input_files({"name": "own.csv", "mimeType": "text/csv", "buffer": f"label,score\n{rows}".encode()})
    page.get_by_role("button", name="Use these scores").click(timeout=20_000)
    expect(page.get_by_role("heading", name="For your own site")).to_be_visible(timeout=20_000)
    page.keyboard.press("Escape")
    page.get_by_test_id("scale-linear").check()
    slider = page.get_by_test_id("threshold")
    expect(page.get_by_test_id("requirement")).to_contain_text("Requirement met")
    called = float(slider.input_value()) <= SCORES
    _, fp, fn, _ = metrics.confusion_matrix(LABELS, called).ravel()
    assert (page.get_by_test_id("fn").inner_text(), page.get_by_test_id("fp").inner_text()) == (str(fn), str(fp))
    assert page.locator(".lists").is_hidden(), "own rows have no names to list"
