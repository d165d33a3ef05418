"""A stakeholder, from the address to the PDF: drag, compare policies, set the hospital, decide, and hand it on."""

import io
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.browser.conftest import listen
from tests.browser.rest import wait_until_at_rest

SECONDS = 60_000


def shown(page: Page, name: str) -> str:
    return " ".join((page.get_by_test_id(name).first.text_content() or "").split())


def drag(page: Page, to: float) -> None:
    """Drag the slider's circle to a share of its width, and let go."""
    slider = page.get_by_test_id("threshold")
    bounds = slider.bounding_box()
    assert bounds
    height = bounds["y"] + bounds["height"] / 2
    place = float(slider.input_value())
    page.mouse.move(bounds["x"] + 13 + place * (bounds["width"] - 26), height)
    page.mouse.down()
    page.mouse.move(bounds["x"] + 13 + to * (bounds["width"] - 26), height, steps=8)
    page.mouse.up()


def fill(page: Page, name: str, value: str) -> None:
    page.get_by_test_id(name).fill(value)
    page.get_by_test_id(name).press("Tab")


def opened(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_test_id("tp")).not_to_be_empty(timeout=SECONDS)


def rested(page: Page) -> None:
    """Wait until the page has run: a press on a download while it runs may be lost."""
    wait_until_at_rest(page)


def threshold_in(address: str, like: str) -> str:
    """Return the threshold in an address, in per cent with as many decimals as another has."""
    decimals = len(like.removesuffix(" %").partition(".")[2])
    return f"{100 * float(parse_qs(urlsplit(address).query)['threshold'][0]):.{decimals}f} %"


def test_from_the_address_to_the_pdf(browser: Browser, dashboard_url: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    complaints = listen(context)
    page = context.new_page()
    opened(page, f"{dashboard_url}/thresholds")

    # Drag, and see missed, false alarms, recall and accuracy follow without scrolling.
    before = [shown(page, name) for name in ("now", "fn", "fp", "recall", "accuracy")]
    drag(page, 0.8)
    after = [shown(page, name) for name in ("now", "fn", "fp", "recall", "accuracy")]
    assert len(set(zip(before, after, strict=True))) == 5 and before[0] != after[0]
    for name in ("now", "recall", "accuracy", "fn", "tp", "fp", "tn"):
        expect(page.get_by_test_id(name)).to_be_in_viewport()
    assert shown(page, "policy") == "Set by hand, not validated."

    # A policy does on these images what its button says.
    policy = page.locator(".policies button").nth(1)
    policy.click()
    consequence = re.search(r"([\d,]+) missed, ([\d,]+) false alarm", policy.inner_text())
    assert consequence and consequence.groups() == (shown(page, "fn"), shown(page, "fp"))

    # The hospital: its requirement, its share of pneumonias, its children, what an error weighs.
    fill(page, "target", "97")
    fill(page, "prevalence", "12")
    fill(page, "patients", "30")
    page.get_by_test_id("take-cheapest").click()
    assert shown(page, "now") == shown(page, "cheapest")
    threshold, missed, alarms = shown(page, "now"), shown(page, "fn"), shown(page, "fp")
    page.wait_for_url("**prevalence=0.12**", timeout=SECONDS)
    # The server has what is shown: until then, paper would state the threshold before.
    page.wait_for_url(lambda url: threshold_in(url, threshold) == threshold, timeout=SECONDS)

    # On paper.
    rested(page)
    with page.expect_download(timeout=SECONDS) as download:
        page.get_by_role("button", name="Page for a committee").click()
    reader = PdfReader(io.BytesIO(download.value.path().read_bytes()))
    text = " ".join(reader.pages[0].extract_text().split())
    assert len(reader.pages) == 1
    assert f"Alarm from {threshold}" in text
    assert f"misses {missed} of" in text and f"raises {alarms} false alarms" in text
    assert "required: at least 97 %" in text
    assert "X-rays 30 children a day, 12 % of them with pneumonia" in text

    # And as an address, which a colleague opens; the share of pneumonias is that of every page.
    address = page.url
    assert parse_qs(urlsplit(address).query)["target"] == ["0.97"]
    colleague = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    opened(colleague, address)
    assert [shown(colleague, name) for name in ("now", "fn", "fp")] == [threshold, missed, alarms]
    colleague.get_by_role("link").filter(has_text="Read").first.click()
    expect(colleague.locator(".st-key-prevalence_popover")).to_contain_text("12 %", timeout=SECONDS)
    colleague.context.close()
    context.close()
    # At an address below its own Streamlit looks for its server in vain first: that is no error of the page.
    grave = [line for line in complaints if "404" not in line]
    if grave:
        pytest.fail("\n".join(grave))
