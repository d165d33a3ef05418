"""A visitor's way through the dashboard, from first paint to the slider, in at most six clicks."""

from playwright.sync_api import Page, expect

from dashboard.reading.demo import STEPS, demo_steps
from dashboard.reading.samples import sample_name

SECONDS = 60_000
MOST_CLICKS = 6


def test_a_visitor_sees_it_all_in_six_clicks(page: Page, dashboard_url: str) -> None:
    clicks = 0

    def click(name: str) -> None:
        nonlocal clicks
        clicks += 1
        page.get_by_role("button", name=name, exact=True).click(timeout=SECONDS)

    page.goto(dashboard_url)
    expect(page.get_by_role("heading", name="Pneumonia on children's chest")).to_be_visible(timeout=SECONDS)
    steps, demo, viewer = demo_steps(), page.get_by_test_id("demo"), page.get_by_test_id("viewer")
    assert [step["class"] for step in steps] == list(STEPS)
    for number, step in enumerate(steps, start=1):
        click("Guided demo" if number == 1 else "Next")
        expect(demo).to_contain_text(f"{number} of {len(steps)}: {STEPS[step['class']][0]}.", timeout=SECONDS)
        # The reading before stays until its successor is drawn.
        file = page.locator(".lf-file")
        expect(file.filter(has_text=sample_name(step))).to_be_visible(timeout=SECONDS)
        expect(file).to_have_count(1, timeout=SECONDS)
        expect(viewer).to_have_count(1, timeout=SECONDS)
        refused = step["class"] == "refused"
        # The latest reading is on top; the one before it goes a moment later.
        expect(viewer.first).to_have_attribute("data-mapped", "false" if refused else "true", timeout=SECONDS)
        expect(viewer).to_have_count(1, timeout=SECONDS)
        expect(page.get_by_test_id("probability")).to_have_count(0 if refused else 1)
        for part in ("finding", "reason", "viewer"):
            expect(page.get_by_test_id(part)).to_be_visible()
            bounds = page.get_by_test_id(part).bounding_box()
            assert bounds and bounds["y"] < 900, f"expected {part} in the first screen at step {number}"
    click("On to the slider")
    slider = page.get_by_test_id("threshold")
    expect(slider).to_be_visible(timeout=SECONDS)
    slider.click()
    assert clicks + 1 <= MOST_CLICKS
