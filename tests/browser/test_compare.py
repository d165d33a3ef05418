"""Compare in a real Chromium: charts are drawn, choices redraw them, nothing overflows."""

from playwright.sync_api import Page, expect

CHARTS = ".js-plotly-plot"
LINES = ".scatterlayer path.js-line"


def _open(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("link", name="Compare").click()
    expect(page.get_by_role("heading", name="Compare", exact=True)).to_be_visible(timeout=20_000)
    expect(page.locator(CHARTS)).to_have_count(4, timeout=20_000)


def test_the_page_is_drawn_without_a_complaint_and_fits(page: Page, dashboard_url: str) -> None:
    _open(page, dashboard_url)
    page.set_viewport_size({"width": 390, "height": 800})
    expect(page.get_by_role("heading", name="Compare", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_another_figure_is_another_chart(page: Page, dashboard_url: str) -> None:
    _open(page, dashboard_url)
    title = page.locator(f".st-key-ladder_chart {CHARTS} .xtitle")
    expect(title.filter(has_text="AUC")).to_be_visible(timeout=20_000)
    page.locator(".st-key-ladder_figure").get_by_text("recall", exact=True).click()
    expect(title.filter(has_text="recall")).to_be_visible(timeout=20_000)


def test_roc_curves_are_as_many_as_were_chosen(page: Page, dashboard_url: str) -> None:
    _open(page, dashboard_url)
    lines = page.locator(f".st-key-roc {CHARTS} {LINES}")
    expect(lines.first).to_be_visible(timeout=20_000)
    shown = lines.count()
    assert shown >= 3
    steps = page.locator(".st-key-roc_steps input")
    steps.press_sequentially("L2")
    page.get_by_role("option").filter(has_text="dropout").first.click()
    expect(lines).to_have_count(shown + 1, timeout=20_000)
