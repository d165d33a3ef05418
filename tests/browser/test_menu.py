"""The menu on a phone."""

from playwright.sync_api import Page, expect

SECONDS = 60_000


def test_it_folds_once_a_page_was_chosen(page: Page, dashboard_url: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(dashboard_url)
    unfold = page.get_by_test_id("stExpandSidebarButton")
    for name in ("Worklist", "Thresholds", "Read"):
        unfold.click(timeout=SECONDS)
        page.get_by_role("link", name=name, exact=True).click()
        expect(unfold).to_be_visible(timeout=SECONDS)
