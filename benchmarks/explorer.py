"""Measure how fast the explorer follows a hand, how large its table is, and what counting costs beside sorting.

    python -m benchmarks.explorer

The explorer with every section is opened in a Chromium without a window, on 624 made-up images and on a
million. Its slider, and the line on its distributions, are then dragged by a mouse. Of every event that moved
the threshold is taken, from the browser's own trace, how long it kept the page busy: until every figure was in
place, and with the styles, layout and paint that the next frame waited for. Twice: by the clock, which on a
busy machine counts other programs too, and by the processor's time that the page took itself. Table and bands
are measured as the JSON that travels. Counting a million rows is set beside sorting them with NumPy, in turns.
"""

import json
from statistics import median
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page

from benchmarks.browser import browser_on
from benchmarks.figure import Figure
from benchmarks.timing import seconds
from dashboard.thresholds.explorer.table import drawn_bands, explorer_table

ROWS = (624, 1_000_000)
MOVES = 300
TURNS = 7

MOVED = {"threshold": "input", "spread": "pointermove"}  # of what is dragged, the event that moves the threshold
FRAME = 1000 / 60
"""Milliseconds."""
DRAWING = ("UpdateLayoutTree", "Layout", "PrePaint", "Paint", "Layerize", "Commit")
"""What a frame waits for after an event, by the trace's names."""


def drag(browser: Browser, page: Page, name: str) -> np.ndarray:
    """Return the milliseconds of every event of a drag back and forth, shape (n, 4): see ``costs``."""
    place = page.get_by_test_id(name)
    place.scroll_into_view_if_needed()
    bounds = place.bounding_box()
    assert bounds
    height = bounds["y"] + bounds["height"] / 2
    page.mouse.move(bounds["x"] + 5, height)
    page.mouse.down()
    browser.start_tracing(page=page, categories=["devtools.timeline"])
    for move in range(MOVES):
        share = 0.5 - 0.49 * np.cos(2 * np.pi * move / 100)
        page.mouse.move(bounds["x"] + share * bounds["width"], height)
    trace = json.loads(browser.stop_tracing())["traceEvents"]
    page.mouse.up()
    return costs(trace, MOVED[name])


def costs(trace: list[dict[str, Any]], moved: str) -> np.ndarray:
    """Return each such event's ms by the clock and of the processor, then both with the drawing after it."""
    rows: list[np.ndarray] = []
    for event in sorted((event for event in trace if event.get("ph") == "X"), key=lambda event: event["ts"]):
        took = np.array([event.get("dur", 0), event.get("tdur", 0)]) / 1000
        if event["name"] == "EventDispatch" and event["args"]["data"]["type"] == moved:
            rows.append(np.concatenate([took, took]))
        elif rows and event["name"] in DRAWING:
            rows[-1][2:] += took
    return np.array(rows)


def figures() -> list[Figure]:
    """Measure the drags over the test set's number of images, and return the figures."""
    with browser_on("explorer_page.py") as (browser, url):
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{url}/?rows={ROWS[0]}")
        page.get_by_test_id("tp").wait_for(timeout=120_000)
        drawn = float(np.quantile(drag(browser, page, "threshold"), 0.95, axis=0)[3])
    return [
        Figure(
            "Slider, from an event to its drawing, 95th percentile, of the processor",
            f"{drawn:.1f} ms",
            "a frame, 1/60 s",
            drawn / FRAME,
            "within the frame",
            drawn <= FRAME,
        )
    ]


def measure_drags(browser: Browser, url: str, rows: int) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{url}/?rows={rows}")
    page.get_by_test_id("tp").wait_for(timeout=120_000)
    for name, title in (("threshold", "the slider"), ("spread", "the line on the distributions")):
        clock, processor, clock_drawn, processor_drawn = np.quantile(drag(browser, page, name), 0.95, axis=0)
        print(
            f"  dragging {title}, 95th percentile an event: {processor:.1f} ms of the processor until the figures "
            f"stand, {processor_drawn:.1f} ms with drawing; by the clock {clock:.1f} and {clock_drawn:.1f} ms; "
            f"at most 16 is asked"
        )
    page.close()


def made_up(rows: int) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(0)
    labels = (generator.random(rows) < 0.6).astype(int)
    return labels, 1 / (1 + np.exp(-generator.normal(3 * labels - 1, 1.6)))


def measure_table(rows: int) -> None:
    labels, scores = made_up(rows)
    table = len(json.dumps(explorer_table(labels, scores, 0.5)))
    bands = len(json.dumps(drawn_bands(labels, scores)))
    print(f"  table {table / 1000:.0f} kB and bands {bands / 1000:.0f} kB; at most 300 together is asked")


def measure_counting() -> None:
    labels, scores = made_up(ROWS[-1])
    turns = [
        (seconds(lambda: np.sort(scores)), seconds(lambda: explorer_table(labels, scores, 0.5)))
        for _ in range(TURNS)
    ]
    sort, table = (median(times) for times in zip(*turns, strict=True))
    print(
        f"counting {ROWS[-1]:,} rows: {1000 * table:.0f} ms, {table / sort:.1f} times np.sort's "
        f"{1000 * sort:.0f} ms (medians of {TURNS} turns); at most 5 is asked"
    )
    print(f"bootstrap bands of {ROWS[-1]:,} rows, drawn once: {seconds(lambda: drawn_bands(labels, scores)):.2f} s")


def main() -> None:
    """Measure the counting, then table and drags by number of rows."""
    measure_counting()
    with browser_on("explorer_page.py") as (browser, url):
        for rows in ROWS:
            print(f"{rows:,} rows")
            measure_table(rows)
            measure_drags(browser, url, rows)


if __name__ == "__main__":
    main()
