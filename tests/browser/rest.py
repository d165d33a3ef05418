"""Waiting until a page is at rest."""

from playwright.sync_api import Page

QUIET = 500
"""Milliseconds for which nothing may happen."""
SECONDS = 60_000

AT_REST = """quiet => {
    const runs = document.querySelector("[data-test-script-state]")?.dataset.testScriptState !== "notRunning";
    const pale = document.querySelector("[data-stale=true], [data-testid=stSkeleton]");
    const fades = document.getAnimations().some(({playState, effect}) =>
        playState === "running" && effect.getComputedTiming().endTime !== Infinity);
    if (runs || pale || fades || window.restingSince === undefined) window.restingSince = performance.now();
    return performance.now() - window.restingSince >= quiet;
}"""


def wait_until_at_rest(page: Page) -> None:
    """Wait until the script has ended for a while, everything drawn is of its last run, and no colour fades.

    Before that, what the last run has not renewed stands there too, paler, and a control may be there twice.
    """
    page.wait_for_function(AT_REST, arg=QUIET, polling=50, timeout=SECONDS)
