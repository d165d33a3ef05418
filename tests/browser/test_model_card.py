"""The model card in a real Chromium: its charts are drawn, and it fits a narrow screen."""

from playwright.sync_api import Page, expect


def test_the_page_is_drawn_without_a_complaint_and_fits(page: Page, dashboard_url: str) -> None:
    page.goto(dashboard_url)
    page.get_by_role("link", name="Model card").click()
    expect(page.get_by_role("heading", name="Model card", exact=True)).to_be_visible(timeout=20_000)
    expect(page.locator(".js-plotly-plot")).to_have_count(4, timeout=20_000)
    page.set_viewport_size({"width": 390, "height": 800})
    expect(page.get_by_role("heading", name="Model card", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
