"""A reading in a real Chromium: the reader's word first, then the model's, then both in the history."""

import csv
import io
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.rest import wait_until_at_rest
from tests.browser.test_read import SECONDS


def test_a_word_given_first_is_kept_and_found_in_the_history(page: Page, dashboard_url: str) -> None:
    page.goto(dashboard_url)
    page.get_by_role("link", name="History", exact=True).click()
    expect(page.get_by_role("heading", name="No reading saved yet")).to_be_visible(timeout=SECONDS)
    page.get_by_role("link", name="Read a radiograph").click()
    page.get_by_text("Reader first").click()
    page.get_by_role("button", name="Viral 1", exact=True).click()
    expect(page.get_by_test_id("reader-first")).to_be_visible(timeout=SECONDS)
    viewer = page.get_by_test_id("viewer")
    expect(viewer).to_have_attribute("data-frames", "1", timeout=SECONDS)
    expect(page.get_by_test_id("radiograph")).to_have_attribute("aria-label", "Radiograph Viral 1")
    expect(page.get_by_test_id("overlay")).not_to_be_visible()
    page.get_by_test_id("stage").press("o")
    expect(viewer).to_have_attribute("data-overlay", "off")
    page.get_by_test_id("stage").press("i")
    expect(viewer).to_have_attribute("data-inverted", "true")
    assert "probability" not in page.locator("[class*=st-key-reading-0]").first.inner_text()
    page.get_by_role("radio", name="Normal", exact=True).click()
    page.get_by_role("button", name="Commit and show the model's result").click()
    expect(page.get_by_test_id("probability")).to_be_visible(timeout=SECONDS)
    expect(page.get_by_text("Saved as number 1. Your reading: normal.")).to_be_visible()
    page.get_by_role("link", name="History", exact=True).first.click()
    expect(page.get_by_test_id("found")).to_have_text("1 reading", timeout=SECONDS)
    page.get_by_text("Count 1 reading of the sample composites").click()
    # One radiograph has no distribution, but it is counted.
    expect(page.locator(".js-plotly-plot")).to_have_count(1, timeout=20_000)
    wait_until_at_rest(page)
    with page.expect_download(timeout=SECONDS) as download:
        page.get_by_role("button", name="Download these readings").click()
    (row,) = csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig")))
    assert (row["id"], row["word"], row["reader_first"]) == ("1", "normal", "1")
    page.set_viewport_size({"width": 390, "height": 800})
    expect(page.get_by_role("heading", name="History", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
