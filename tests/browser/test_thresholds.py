"""The threshold under a real mouse and real keys: every figure follows while the button is still down."""

import base64
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect
from pypdf import PdfReader
from sklearn import metrics

from dashboard.thresholds.explorer import SCRIPT
from model.network.card import Card, load_card
from model.network.split_scores import Scores, load_split_scores

COUNTS = ("tp", "fp", "fn", "tn")
RATES = ("recall", "accuracy", "specificity", "precision", "f1")
NAMES = (*COUNTS, *RATES)
MOVES = 160

WATCH = """names => {
    window.record = [];
    document.addEventListener("input", event => {
        const input = event.composedPath()[0];
        const figure = name => input.getRootNode().querySelector(`[data-testid="${name}"]`).textContent;
        const entry = {value: input.valueAsNumber};
        window.record.push(entry);
        requestAnimationFrame(() => { entry.figures = names.map(figure); });
    }, true);
}"""
"""Keep, of every input event, the slider's value and the figures that the next frame would paint."""

SET = """(input, [names, values]) => values.map(value => {
    input.value = value;
    input.dispatchEvent(new Event("input", {bubbles: true, composed: true}));
    return names.map(name => input.getRootNode().querySelector(`[data-testid="${name}"]`).textContent);
})"""
"""Set the slider to each value in turn, and return the figures at each."""

TIME = """(input, values) => {
    const took = values.map(value => {
        const start = performance.now();
        input.value = value;
        input.dispatchEvent(new Event("input", {bubbles: true, composed: true}));
        return performance.now() - start;
    });
    return took.sort((one, other) => one - other)[values.length >> 1];
}"""
"""The median of what setting the slider to each value takes, ms: other programs may interrupt some."""


@pytest.fixture(scope="module")
def card() -> Card:
    return load_card()


@pytest.fixture(scope="module")
def scores(card: Card) -> Scores:
    return load_split_scores(card, "test")


@pytest.fixture
def slider(page: Page, dashboard_url: str) -> Locator:
    """Return the slider of the page, reached as a reader reaches it."""
    page.goto(dashboard_url)
    open_page(page, "Thresholds")
    slider = page.get_by_test_id("threshold")
    expect(slider).to_be_visible(timeout=30_000)
    # The slider stands there a moment before its figures do.
    expect(page.get_by_test_id("tp")).not_to_be_empty()
    # There a place of the slider is the threshold itself.
    page.get_by_test_id("scale-linear").check()
    return slider


def open_page(page: Page, title: str) -> None:
    page.get_by_role("link").filter(has_text=title).first.click(timeout=30_000)


def recount(scores: Scores, threshold: float) -> list[float]:
    """Return the nine figures by scikit-learn, in the order of ``NAMES``."""
    labels, called = scores.labels, scores.probabilities >= threshold
    tn, fp, fn, tp = metrics.confusion_matrix(labels, called, labels=[0, 1]).ravel()
    return [
        tp,
        fp,
        fn,
        tn,
        metrics.recall_score(labels, called),
        metrics.accuracy_score(labels, called),
        metrics.recall_score(labels, called, pos_label=0),
        metrics.precision_score(labels, called, zero_division=np.nan),
        metrics.f1_score(labels, called),
    ]


def parsed(texts: list[str]) -> list[float]:
    """Read counts as they stand, percentages as shares, an en dash as no number."""
    counts = [float(text) for text in texts[: len(COUNTS)]]
    rates = [
        np.nan if text == "\N{EN DASH}" else float(text.removesuffix(" %")) / 100 for text in texts[len(COUNTS) :]
    ]
    return counts + rates


def agree(texts: list[str], expected: list[float]) -> bool:
    """Compare counts exactly, rates to the decimal that is shown."""
    return bool(np.allclose(parsed(texts), expected, rtol=0, atol=0.0005 + 1e-9, equal_nan=True))


def figures(page: Page) -> list[str]:
    return [page.get_by_test_id(name).inner_text() for name in NAMES]


def value(slider: Locator) -> float:
    return float(slider.input_value())


def box(slider: Locator) -> FloatRect:
    bounds = slider.bounding_box()
    assert bounds
    return bounds


def drag(page: Page, slider: Locator, start: float, end: float, moves: int) -> None:
    """Press at a share of the slider's width and move to another; the button stays down."""
    bounds = box(slider)
    height = bounds["y"] + bounds["height"] / 2
    page.mouse.move(bounds["x"] + start * bounds["width"], height)
    page.mouse.down()
    for step in range(1, moves + 1):
        share = start + (end - start) * step / moves
        page.mouse.move(bounds["x"] + share * bounds["width"], height)


def test_the_policy_chosen_on_the_page_read_is_the_one_followed(page: Page, dashboard_url: str) -> None:
    page.goto(dashboard_url)
    button = page.locator(".st-key-policy_popover button").first
    button.click(timeout=30_000)
    default = button.inner_text()
    page.get_by_text("Two thresholds, a human between them", exact=True).click()
    expect(button).not_to_have_text(default, timeout=30_000)
    page.keyboard.press("Escape")
    open_page(page, "Thresholds")
    expect(page.get_by_test_id("policy")).to_contain_text("Two thresholds, ", timeout=30_000)
    expect(page.get_by_test_id("policy-band")).to_have_attribute("aria-pressed", "true")
    with page.expect_download() as download:
        page.get_by_role("button", name="Page for a committee").click()
    printed = PdfReader(download.value.path()).pages[0].extract_text()
    assert "Two thresholds, " in printed
    assert "Set by hand" not in printed


def test_it_opens_at_the_default_to_the_last_digit(page: Page, slider: Locator, card: Card, scores: Scores) -> None:
    assert value(slider) == pytest.approx(card.default_threshold, rel=1e-14)
    assert agree(figures(page), recount(scores, card.default_threshold))


def test_figures_follow_the_mouse_before_it_is_released(page: Page, slider: Locator, scores: Scores) -> None:
    page.evaluate(WATCH, list(NAMES))
    drag(page, slider, 0.0, 1.0, MOVES)
    page.evaluate("() => new Promise(requestAnimationFrame)")
    record = page.evaluate("() => window.record")
    page.mouse.up()

    in_time = [agree(entry["figures"], recount(scores, entry["value"])) for entry in record]
    assert len(record) >= 0.5 * MOVES
    steps = 1000 * np.array([entry["value"] for entry in record])
    np.testing.assert_allclose(steps, steps.round(), atol=1e-9)
    assert np.mean(in_time) >= 0.9
    distinct = {tuple(recount(scores, entry["value"])[: len(COUNTS)]) for entry in record}
    assert len({tuple(entry["figures"][: len(COUNTS)]) for entry in record}) == len(distinct) > 10


def test_figures_are_scikit_learns_at_200_thresholds(slider: Locator, scores: Scores) -> None:
    generator = np.random.default_rng(0)
    among = generator.choice(scores.probabilities, 50)
    just_above = (among + 1e-9).round(9).clip(0, 1)
    thresholds = [*np.linspace(0, 1, 101).round(2)[1:].tolist(), *among.tolist(), *just_above.tolist()]
    assert len(thresholds) == 200
    shown = slider.evaluate(SET, [list(NAMES), thresholds])
    wrong = [
        threshold
        for threshold, texts in zip(thresholds, shown, strict=True)
        if not agree(texts, recount(scores, threshold))
    ]
    assert not wrong


def test_a_move_costs_less_than_a_quarter_of_a_frame(slider: Locator) -> None:
    values = np.random.default_rng(1).random(500).tolist()
    assert slider.evaluate(TIME, values) < 4


@pytest.mark.parametrize(
    ("key", "after"),
    [
        ("ArrowRight", lambda before: np.floor(before * 1000 + 1) / 1000),
        ("ArrowLeft", lambda before: np.ceil(before * 1000 - 1) / 1000),
        ("PageDown", lambda before: np.ceil(before * 1000 - 50) / 1000),
        ("Home", lambda before: 0),
        ("End", lambda before: 1),
    ],
)
def test_keys_move_it(
    page: Page, slider: Locator, card: Card, scores: Scores, key: str, after: Callable[[float], float]
) -> None:
    slider.press(key)
    assert value(slider) == pytest.approx(after(card.default_threshold), rel=1e-14)
    assert agree(figures(page), recount(scores, value(slider)))


def test_who_hears_it_is_told_what_it_costs(page: Page, slider: Locator) -> None:
    expect(page.get_by_label("Threshold", exact=True)).to_have_count(1)
    slider.press("Home")
    tp, fp, _, _ = figures(page)[: len(COUNTS)]
    expect(slider).to_have_attribute(
        "aria-valuetext", f"threshold 0\u00a0%: {tp} of {tp} pneumonias found, 0 missed, {fp} false alarms"
    )


def test_only_a_change_of_the_requirement_is_announced(page: Page, slider: Locator) -> None:
    status = page.get_by_role("status").and_(page.locator(".explorer *"))
    expect(status).to_have_text("")
    slider.press("End")
    slider.blur()
    expect(status).to_contain_text("Requirement not met")
    announced = status.text_content()
    page.get_by_test_id("lower").click()
    page.wait_for_timeout(500)
    expect(page.get_by_test_id("requirement")).not_to_have_text(str(announced))
    assert status.text_content() == announced


def test_the_requirement_is_judged_where_the_slider_stands(page: Page, slider: Locator) -> None:
    requirement = page.get_by_test_id("requirement")
    slider.press("Home")
    expect(requirement).to_contain_text("Requirement met")
    slider.press("End")
    expect(requirement).to_contain_text("Requirement not met")


@pytest.mark.parametrize("pause_ms", [0, 1500])
def test_where_it_is_left_holds_on_every_page(page: Page, slider: Locator, pause_ms: int) -> None:
    drag(page, slider, 0.5, 0.3, 20)
    page.mouse.up()
    left, shown = value(slider), figures(page)
    page.wait_for_timeout(pause_ms)
    open_page(page, "Read")
    expect(slider).to_have_count(0)
    open_page(page, "Thresholds")
    expect(slider).to_have_value(str(left), timeout=30_000)
    assert figures(page) == shown


def test_back_to_the_default(page: Page, slider: Locator, card: Card) -> None:
    before = figures(page)
    slider.press("Home")
    assert figures(page) != before
    page.get_by_test_id("reset").click()
    assert value(slider) == pytest.approx(card.default_threshold, rel=1e-14)
    assert figures(page) == before


def test_from_image_to_image(page: Page, slider: Locator, scores: Scores) -> None:
    ascending = np.unique(scores.probabilities)
    slider.press("End")
    for expected in ascending[[-1, -2, -3]]:
        page.get_by_test_id("lower").click()
        assert value(slider) == expected
        assert agree(figures(page), recount(scores, expected))
    page.get_by_test_id("higher").click()
    assert value(slider) == ascending[-2]


@pytest.mark.parametrize("passed", [[], [0.3]])
def test_a_finger_that_scrolls_across_it_leaves_it_alone(
    page: Page, slider: Locator, card: Card, passed: list[float]
) -> None:
    before = figures(page)
    slider.dispatch_event("pointerdown")
    slider.evaluate(SET, [list(NAMES), passed])
    slider.dispatch_event("pointercancel")
    assert value(slider) == pytest.approx(card.default_threshold, rel=1e-14)
    assert figures(page) == before


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_moves_the_slider_from_under_the_hand(page: Page, slider: Locator, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    before = box(slider)
    slider.press("Home")
    assert box(slider) == before
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_what_counts_is_in_the_first_screen_while_dragging(page: Page, slider: Locator) -> None:
    drag(page, slider, 0.5, 0.7, 5)
    for name in ("threshold", "now", "recall", "accuracy", *COUNTS, "requirement"):
        expect(page.get_by_test_id(name)).to_be_in_viewport(ratio=1)
    page.mouse.up()


def test_on_the_log_odds_scale_the_highest_thresholds_have_room(
    page: Page, slider: Locator, scores: Scores
) -> None:
    """Between neighbouring pixels recall changes by little, where the linear scale runs through most of it."""
    page.get_by_test_id("scale-odds").check()
    recall = scores.probabilities[scores.labels == 1]
    width = int(box(slider)["width"])
    shown = slider.evaluate(SET, [["recall"], np.linspace(0, 1, width).tolist()])
    steps = np.abs(np.diff([float(texts[0].removesuffix(" %")) / 100 for texts in shown]))
    assert steps.max() < max(0.02, 3 / len(recall))
    page.get_by_test_id("scale-linear").check()


def imported(page: Page, expression: str) -> Any:
    """Return what an expression over the script's exported functions comes to."""
    source = base64.b64encode(SCRIPT.encode()).decode()
    return page.evaluate(f"import('data:text/javascript;base64,{source}').then(script => {expression})")


@pytest.mark.parametrize(
    ("threshold", "row"), [(0, 0), (0.2, 0), (0.2000001, 1), (0.5, 1), (0.9, 2), (0.91, 3), (1, 3)]
)
def test_the_row_is_that_of_the_first_score_not_below(page: Page, threshold: float, row: int) -> None:
    assert imported(page, f"script.rowAt([0.2, 0.5, 0.9], {threshold})") == row


@pytest.mark.parametrize(
    ("threshold", "text"),
    [
        (0.6134267, "61.3"),
        (1, "100"),
        (0.50004, "50.004"),
        (0.4999996, "50.0"),
        (0.2000001, "20.00001"),
        (0.9996, "99.96"),
    ],
)
def test_a_threshold_is_written_as_precisely_as_its_figures_are_true(
    page: Page, threshold: float, text: str
) -> None:
    assert imported(page, f"script.written([0.2, 0.5], {threshold})") == f"{text}\u00a0%"


@pytest.mark.parametrize(
    ("threshold", "by", "after"),
    [(0.57, 0.001, 0.571), (0.57, -0.001, 0.569), (0.5704, -0.001, 0.57), (0.98, 0.05, 1), (0.3, -1, 0)],
)
def test_keys_go_by_whole_steps(page: Page, threshold: float, by: float, after: float) -> None:
    assert imported(page, f"script.moved({threshold}, {by})") == after


@pytest.mark.parametrize(
    ("threshold", "below", "bar", "share"),
    [(0.25, 1, 0, 0.25), (0.9, 4, 1, 0), (0.999, 29, 1, 0.25), (1, 104, 1, 1)],
)
def test_a_bar_is_coloured_by_the_share_of_its_images(
    page: Page, threshold: float, below: int, bar: int, share: float
) -> None:
    edge = imported(page, f"script.edge([4, 100], {threshold}, {below})")
    assert edge == pytest.approx((bar + 0.08 + 0.84 * share) / 2)
