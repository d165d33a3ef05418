"""Measure how fast the viewer is on a detector's radiograph: to the first paint, and under a dragging hand.

    python -m benchmarks.viewer

A 2000 x 2500 picture of 16 bit is opened in a Chromium without a window. For two seconds its window is
dragged, a pointer's move before each frame; for two seconds before and after, the page does nothing but
ask for the next frame: what the machine could do at that moment. A draw's time is taken twice, as long as
the page is busy with it, and until its pixels are known to be there. Once as the viewer chooses to draw in
this browser, and once by WebGL2, which without a graphics card is drawn by the processor too, and more
slowly: the viewer then draws on a plain canvas. More arguments are passed to Chromium.
"""

import sys
from statistics import median
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page

from benchmarks.browser import browser_on
from tests.browser.conftest import A_CARD

LOADS = 3
SECONDS = 2

FIRST_PAINT = """() => {
    new MutationObserver(() => {
        if (!window.painted && document.querySelector("[data-frames]")) window.painted = Date.now() / 1000;
    }).observe(document, {subtree: true, childList: true, attributes: true, attributeFilter: ["data-frames"]});
}"""

FRAMES = """seconds => new Promise(done => {
    const began = performance.now(), at = [];
    const next = now => {
        at.push(now);
        if (performance.now() - began < 1000 * seconds) requestAnimationFrame(next);
        else done(at);
    };
    requestAnimationFrame(next);
})"""
"""When each frame of an empty loop came, in milliseconds."""

DRAG = """([seconds, wait]) => new Promise(done => {
    const stage = document.querySelector("[data-testid=stage]");
    const canvas = document.querySelector("[data-testid=radiograph]");
    const probe = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: false});
    const {left, top} = stage.getBoundingClientRect();
    const hand = (type, x) => stage.dispatchEvent(new PointerEvent(type, {
        pointerId: 5, button: 0, clientX: left + x, clientY: top + 200, bubbles: true, cancelable: true,
    }));
    const frames = () => Number(document.querySelector("[data-frames]").dataset.frames);
    const native = window.requestAnimationFrame, draws = [], at = [];
    window.requestAnimationFrame = callback => native.call(window, now => {
        const before = performance.now();
        callback(now);
        if (wait) {
            probe.drawImage(canvas, 0, 0, 1, 1);
            probe.getImageData(0, 0, 1, 1);
        }
        draws.push(performance.now() - before);
        at.push(now);
    });
    const first = frames(), began = performance.now();
    let moves = 0;
    hand("pointerdown", 100);
    const next = () => {
        // Between 100 and 300 and back: the window never comes to rest at an end.
        hand("pointermove", 200 + 100 * Math.sin(moves++ / 9));
        if (performance.now() - began < 1000 * seconds) return native.call(window, next);
        hand("pointerup", 200);
        window.requestAnimationFrame = native;
        native.call(window, () => done({draws, at, drawn: frames() - first}));
    };
    native.call(window, next);
})"""
"""Moves of a hand, one before each frame; how long the viewer's own callbacks took, and when they ran."""


def open_viewer(page: Page, url: str) -> float:
    """Return the seconds from the call in Python to the first frame with the picture."""
    page.add_init_script(f"({FIRST_PAINT})()")
    page.goto(f"{url}/?show=detector")
    page.wait_for_function("() => window.painted", timeout=120_000)
    began = float(page.get_by_test_id("began").get_attribute("data-at") or "nan")
    return page.evaluate("() => window.painted") - began


def measure(browser: Browser, url: str, scripts: list[str]) -> None:
    paints = []
    for _ in range(LOADS):
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        for script in scripts:
            page.add_init_script(f"({script})()")
        paints.append(open_viewer(page, url))
    viewer, stage = page.get_by_test_id("viewer"), page.get_by_test_id("stage").bounding_box()
    assert stage
    print(f"{viewer.get_attribute('data-renderer')} on {stage['width']:.0f} x {stage['height']:.0f} pixels")
    print(f"  from Python to the first paint: {median(paints):.2f} s, median of {LOADS} loads")
    before = rate(page.evaluate(FRAMES, SECONDS))
    busy = page.evaluate(DRAG, [SECONDS, False])
    whole = page.evaluate(DRAG, [SECONDS, True])
    empty = (before + rate(page.evaluate(FRAMES, SECONDS))) / 2
    report("dragging, the page's own time", busy, empty)
    report("dragging, until the pixels are there", whole, empty)


def rate(at: list[float]) -> float:
    """Return the frames a second, from when they came."""
    return 1000 * (len(at) - 1) / (at[-1] - at[0])


def report(name: str, values: dict[str, Any], empty: float) -> None:
    frames, draws = rate(values["at"]), values["draws"]
    print(
        f"  {name}: {frames:.1f} frames a second, {frames / empty:.2f} of the empty loop's {empty:.1f}; "
        f"a draw takes {median(draws):.1f} ms, 95th percentile {np.quantile(draws, 0.95):.1f} ms"
    )


def main() -> None:
    """Measure the viewer as it draws by itself, then by WebGL2."""
    with browser_on("viewer_page.py", *sys.argv[1:]) as (browser, url):
        measure(browser, url, [])
        measure(browser, url, [A_CARD])


if __name__ == "__main__":
    main()
