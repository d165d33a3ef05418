"""Measure how soon the page is there, how long a change of page takes, and a drop until its result is drawn.

    python -m benchmarks.page

Each is set beside the same in an app of two pages and an uploader that does nothing else, in turn, in a Chromium
without a window of 1280 x 900.
"""

import io
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, sync_playwright

from benchmarks.figure import Figure, table
from dashboard.shared.navigation import PAGES
from tests.browser import chromium
from tests.browser.conftest import APP, ARGUMENTS, served

EMPTY = Path(__file__).with_name("empty_app.py")
SAMPLE = Path(__file__).resolve().parent.parent / "assets" / "samples" / "bacteria_1.jpg"
STARTS, ROUNDS, DROPS = 3, 4, 9
READY, CHANGE, DROP = 1.5, 0.7, 0.3
"""Seconds that are asked for, at most."""
SIDE = 2000
CHANGED = """before => {
    const title = document.querySelector("h1")?.innerText;
    return title && title !== before
        && document.querySelector("[data-test-script-state]")?.dataset.testScriptState === "notRunning"
        && document.querySelector("[data-stale=true]") === null;
}"""
TIMEOUT = 60_000


@contextmanager
def served_page(browser: Browser, app: Path) -> Iterator[tuple[Page, float]]:
    """Start a server and open its page; yields the page and the seconds from the start until it stood."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        with served(app, Path(folder)) as url:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(url)
            page.locator("input[type=file]").first.wait_for(state="attached", timeout=TIMEOUT)
            yield page, time.perf_counter() - begun
            page.close()


def change(page: Page, title: str) -> float:
    """Press a page's name in the menu, and return the seconds until it is drawn."""
    page.wait_for_timeout(300)
    before = page.locator("h1").inner_text()
    begun = time.perf_counter()
    page.get_by_role("link", name=title, exact=True).first.click()
    page.wait_for_function(CHANGED, arg=before, polling=10)
    return time.perf_counter() - begun


def changes(page: Page, titles: list[str]) -> dict[str, float]:
    """Go through pages a few times, and return the median of each; the first time loads the browser's code."""
    # From one to the next, the page that is open last.
    rounds = [{title: change(page, title) for title in [*titles[1:], titles[0]]} for _ in range(ROUNDS + 1)][1:]
    return {title: median(turn[title] for turn in rounds) for title in titles}


def jpegs() -> list[bytes]:
    """Return a sample, enlarged, as files that differ, so that none is known from before."""
    found = []
    with Image.open(SAMPLE) as sample:
        large = sample.convert("L").resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    for number in range(DROPS):
        large.putpixel((number, 0), 255)
        out = io.BytesIO()
        large.save(out, "JPEG", quality=90)
        found.append(out.getvalue())
    return found


def drop(page: Page, number: int, data: bytes, drawn: str) -> float:
    """Drop a file, and return the seconds until what a script looks for is there."""
    page.wait_for_timeout(300)
    file: FilePayload = {"name": f"child {number}.jpg", "mimeType": "image/jpeg", "buffer": data}
    uploader = page.locator("input[type=file]").first
    begun = time.perf_counter()
    uploader.set_input_files([file])
    page.wait_for_function(drawn, arg=file["name"], polling=10, timeout=TIMEOUT)
    return time.perf_counter() - begun


READING_IS_DRAWN = """name => {
    const viewer = document.querySelector("[data-testid=viewer]");
    return viewer?.dataset.frames > 0
        && document.querySelector("[data-testid=radiograph]")?.ariaLabel?.includes(name)
        && document.querySelector("[data-testid=probability]") !== null;
}"""
SIZE_IS_DRAWN = """name => document.body.innerText.includes(name) && document.body.innerText.includes(" bytes")"""


def figures() -> list[Figure]:
    """Measure, and return the figures."""
    path = chromium.get()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        ready: dict[Path, list[float]] = {APP: [], EMPTY: []}
        for _ in range(STARTS):
            for app, taken in ready.items():
                with served_page(browser, app) as (_, seconds):
                    taken.append(seconds)
        with served_page(browser, APP) as (page, _):
            own = changes(page, [each.title for each in PAGES])
        with served_page(browser, EMPTY) as (page, _):
            empty = changes(page, ["Read", "Worklist"])
        files = jpegs()
        with served_page(browser, APP) as (page, _), served_page(browser, EMPTY) as (other, _):
            readings, sizes = [], []
            for number, data in enumerate(files):
                readings.append(drop(page, number, data, READING_IS_DRAWN))
                sizes.append(drop(other, number, data, SIZE_IS_DRAWN))
        browser.close()
    slowest = max(own, key=lambda title: own[title])
    usual, least = median(own.values()), median(empty.values())
    return [
        figure("From the start of the server to the first page", ready[APP], ready[EMPTY], READY),
        Figure(
            "Change of page, median of all pages",
            f"{usual:.2f} s",
            "an empty page",
            usual / least,
            f"at most {CHANGE} s",
            usual <= CHANGE,
        ),
        Figure(
            f"Change to the slowest page, {slowest}",
            f"{own[slowest]:.2f} s",
            "an empty page",
            own[slowest] / least,
            f"at most {CHANGE} s",
            own[slowest] <= CHANGE,
        ),
        # The first file of a session loads the viewer.
        figure(f"Drop of a JPEG of {SIDE:,} px to number and heat map", readings[1:], sizes[1:], DROP),
    ]


def figure(name: str, taken: list[float], empty: list[float], goal: float) -> Figure:
    """Return the median of seconds that were taken in turn with the empty app."""
    return Figure(
        name,
        f"{median(taken):.2f} s",
        "an empty app",
        median(one / other for one, other in zip(taken, empty, strict=True)),
        f"at most {goal} s",
        median(taken) <= goal,
    )


if __name__ == "__main__":
    print(table(figures()))
