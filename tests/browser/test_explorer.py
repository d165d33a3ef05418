"""The explorer's sections in a real Chromium: what the browser works out is what Python does, and it moves."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FloatRect, Locator, Page, expect

from dashboard.thresholds.explorer import SCRIPT
from dashboard.thresholds.explorer.table import explorer_table
from model.metrics.expected_outcomes import expected_cost, expected_outcomes, least_cost_threshold
from model.metrics.intervals import proportion
from model.metrics.operating_points import operating_points
from model.metrics.rates import predictive_values
from tests.browser.conftest import listen, served
from tests.browser.explorer_page import made_up

APP = Path(__file__).resolve().parent / "explorer_page.py"
LABELS, SCORES, OTHER = made_up(624)
POINTS = operating_points(LABELS, SCORES)
TABLE = json.dumps(explorer_table(LABELS, SCORES, 0.5))


@pytest.fixture(scope="module")
def opened(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """One page for all tests of this module: loading takes longer than they do."""
    with served(APP, tmp_path_factory.mktemp("explorer")) as url:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        complaints = listen(context)
        page = context.new_page()
        page.goto(url)
        expect(page.get_by_test_id("tp")).not_to_be_empty(timeout=60_000)
        # There a place of the slider is the threshold itself.
        page.get_by_test_id("scale-linear").check()
        yield page
        context.close()
        assert not complaints


@pytest.fixture
def explorer(opened: Page) -> Page:
    """Return the page, every handle where it began."""
    opened.get_by_test_id("policy-band").click()
    set_to(opened, "threshold", 0.5)
    set_to(opened, "prevalence", 10)
    return opened


def set_to(page: Page, name: str, value: float) -> None:
    """Move an input as its hand would, and let go."""
    page.get_by_test_id(name).evaluate(
        """(input, value) => {
            input.value = value;
            for (const type of ["input", "change"]) input.dispatchEvent(new Event(type, {bubbles: true}));
        }""",
        value,
    )


def script(page: Page, expression: str) -> Any:
    """Return what an expression over the script's exports, as ``x``, and the table comes to."""
    source = base64.b64encode(SCRIPT.encode()).decode()
    return page.evaluate(
        f"table => import('data:text/javascript;base64,{source}').then(x => {{ const data = JSON.parse(table);"
        f"return {expression}; }})",
        TABLE,
    )


def text(page: Page, name: str) -> str:
    return (page.get_by_test_id(name).first.text_content() or "").replace("\u00a0", " ")


def number(page: Page, name: str) -> float:
    return float(text(page, name).replace(",", "").replace("\N{MINUS SIGN}", "-").split()[0])


def box(locator: Locator) -> FloatRect:
    locator.scroll_into_view_if_needed()
    bounds = locator.bounding_box()
    assert bounds
    return bounds


def test_intervals_in_the_browser_are_pythons(opened: Page) -> None:
    pairs = [(0, 20), (1, 29), (15, 148), (390, 390), (81, 263)]
    found = script(opened, f"{json.dumps(pairs)}.map(([k, n]) => x.wilson(k, n))")
    _, low, high = proportion(*np.transpose(pairs))
    np.testing.assert_allclose([[one["low"], one["high"]] for one in found], np.transpose([low, high]), atol=1e-12)
    recall, specificity = (proportion(k, n) for k, n in ((379, 390), (209, 234)))
    values = script(opened, "x.predictiveValues(x.wilson(379, 390), x.wilson(209, 234), 0.1)")
    for name, expected in zip(("ppv", "npv"), predictive_values(recall, specificity, 0.1), strict=True):
        assert values[name] == pytest.approx(expected._asdict())


def test_the_requirement_has_three_states(opened: Page) -> None:
    found = script(opened, "[390, 381, 374, 370].map(tp => x.judged(x.wilson(tp, 390), 0.95))")
    assert found == ["met", "met", "unsure", "missed"]
    assert script(opened, "x.judged(x.wilson(380, 400), 0.95)") == "unsure", "exactly the target is enough"


def test_a_band_in_the_browser_is_pythons(opened: Page) -> None:
    for low, high in ((0.2, 0.8), (0.5, 0.5), (0, 1), (0.05, 0.0501)):
        found, expected = script(opened, f"x.referral(data, {low}, {high})"), POINTS.referral(low, high)
        assert found["referred"] == expected.referred
        assert (found["tp"], found["fp"], found["fn"], found["tn"]) == (
            expected.kept.tp,
            expected.kept.fp,
            expected.kept.fn,
            expected.kept.tn,
        )


def test_every_place_on_the_risk_coverage_curve_is_a_band(opened: Page) -> None:
    row = int(POINTS.index(0.5))
    places = np.array(script(opened, f"x.riskCoverage(data, {row})"))
    counts = POINTS.at(0.5)
    assert places[-1] == pytest.approx([1, (counts.fp + counts.fn) / len(LABELS)])
    assert (np.diff(places[:, 0]) >= 0).all()
    at_half = places[np.argmin(np.abs(places[:, 0] - 0.5))]
    distance = np.abs(SCORES - 0.5)
    sides = [np.flatnonzero(side) for side in (SCORES >= 0.5, SCORES < 0.5)]
    kept = np.concatenate([side[np.argsort(-distance[side])][: len(side) // 2] for side in sides])
    wrong = np.mean((SCORES[kept] >= 0.5) != LABELS[kept])
    assert at_half == pytest.approx([0.5, wrong], abs=0.004)


def test_the_hospitals_numbers_in_the_browser_are_pythons(opened: Page) -> None:
    state = {"prevalence": 0.07, "patients": 55, "low": 0.2, "high": 0.8}
    counts = POINTS.at(0.4)
    found = script(
        opened,
        f"x.expectations(data, {json.dumps(state)}, x.wilson({counts.tp}, {counts.tp + counts.fn}), "
        f"x.wilson({counts.tn}, {counts.tn + counts.fp}))",
    )
    expected = expected_outcomes(POINTS, 0.4, (0.2, 0.8), 0.07, 55)
    for name, figure in found.items():
        assert figure == pytest.approx(getattr(expected, name)._asdict()), name
    state["low"] = state["high"]
    nobody = script(opened, f"x.expectations(data, {json.dumps(state)}, x.wilson(9, 10), x.wilson(9, 10))")
    assert nobody["referrals"] == {"value": 0, "low": 0, "high": 0}


def test_costs_and_benefits_in_the_browser_are_pythons(opened: Page) -> None:
    costs = script(opened, "data.tp.map((_, row) => x.costAt(data, row, 0.1, 20))")
    np.testing.assert_allclose(costs, expected_cost(POINTS, 0.1, 20))
    best = script(opened, f"x.cheapestRow({json.dumps(costs)})")
    assert POINTS.thresholds[best] == least_cost_threshold(POINTS, 0.1, 20)
    treatments = np.array([0.05, 0.3, 0.8])
    found = script(
        opened,
        f"{treatments.tolist()}.map(p => "
        f"x.benefitAt(data, x.rowAt(data.thresholds, x.scoreOf(p, 0.6, 0.6) - 1e-12), 0.6, p))",
    )
    # Vickers and Elkin 2006, p. 568: from the probability of treatment on the network calls pneumonia.
    row, odds = POINTS.index(treatments), treatments / (1 - treatments)
    benefit = 0.6 * POINTS.tp[row] / LABELS.sum() - 0.4 * POINTS.fp[row] / (1 - LABELS).sum() * odds
    np.testing.assert_allclose(found, benefit)


def test_a_probability_at_another_prevalence_follows_bayes(opened: Page) -> None:
    """Odds are multiplied by the ratio of the odds of the prevalences: 0.5 at 0.2 was 0.8 at 0.5."""
    assert script(opened, "x.scoreOf(0.5, 0.2, 0.5)") == pytest.approx(0.8)


def test_whole_children_add_up_to_a_thousand(opened: Page) -> None:
    counts = script(opened, "x.among([0.0031, 0.0969, 0.0995, 0.8005], 1000)")
    assert sum(counts) == 1000 and np.allclose(counts, [3, 97, 100, 800], atol=1)
    area = script(opened, "x.outline(38, 82)")
    assert area == "M380 0H400v10H380zM0 10H400v10H0zM0 20H20v10H0z"


def test_places_on_the_axis_of_log_odds_go_there_and_back(opened: Page) -> None:
    back = script(opened, "[0.001, 0.3, 0.9999].map(p => x.probabilityAt([-9, 10], x.placed([-9, 10], p)))")
    assert back == pytest.approx([0.001, 0.3, 0.9999])
    assert script(opened, "[x.placed([-9, 10], 0), x.placed([-9, 10], 1)]") == [0, 1]


def test_a_thinned_table_answers_only_for_its_own_thresholds(opened: Page) -> None:
    table = "{thresholds: [0.2, 0.5, 0.9], exact: false}"
    assert script(opened, f"[0.1, 0.2, 0.3, 0.95].map(t => x.answered({table}, t))") == [0.2, 0.2, 0.5, 1]
    assert script(opened, "x.answered({thresholds: [0.2], exact: true}, 0.1)") == 0.1


@pytest.mark.parametrize("name", ["roc", "precision-recall", "against", "spread", "cost-curve"])
def test_dragging_a_curve_drags_the_threshold(explorer: Page, name: str) -> None:
    plot = explorer.get_by_test_id(name)
    # The panel of the slider stays in view and would cover a curve at the upper edge.
    plot.evaluate("plot => plot.scrollIntoView({ block: 'center' })")
    bounds = box(plot)
    start = explorer.get_by_test_id("threshold").input_value()
    # Along the curve, in whichever direction it runs: from its one half into the other.
    explorer.mouse.move(bounds["x"] + 0.2 * bounds["width"], bounds["y"] + 0.05 * bounds["height"])
    explorer.mouse.down()
    seen = [explorer.get_by_test_id("threshold").input_value()]
    for at in (0.4, 0.6, 0.95):
        explorer.mouse.move(bounds["x"] + at * bounds["width"], bounds["y"] + 0.05 * bounds["height"])
        seen.append(explorer.get_by_test_id("threshold").input_value())
    counts = POINTS.at(float(seen[-1]))
    assert (number(explorer, "fn"), number(explorer, "fp")) == (counts.fn, counts.fp), "while the button is down"
    explorer.mouse.up()
    assert len({start, *seen}) >= 4


PLACES = np.linspace(0, 1, 41)[1:-1].tolist()


def test_a_place_on_the_log_odds_scale_is_a_threshold_and_back(opened: Page) -> None:
    found = script(opened, f"{PLACES}.map(p => x.SCALES.odds.threshold(data, p))")
    back = script(opened, f"{found}.map(t => x.SCALES.odds.place(data, t))")
    assert back == pytest.approx(PLACES, abs=0.005)
    assert found == sorted(found) and len(set(found)) == len(PLACES)
    assert script(opened, "[0, 1].map(p => x.SCALES.odds.threshold(data, p))") == [0, 1]


@pytest.mark.parametrize("threshold", [0.003, 0.5, 0.97, 0.9991])
@pytest.mark.parametrize("steps", [-1, 1, 50])
def test_every_key_moves_the_threshold_on_either_scale(opened: Page, threshold: float, steps: int) -> None:
    for scale in ("odds", "linear"):
        to = script(opened, f"x.SCALES.{scale}.stepped(data, {threshold}, {steps})")
        assert (to - threshold) * steps > 0, scale


def test_the_same_threshold_has_the_same_figures_on_either_scale(explorer: Page) -> None:
    names = ("now", "fn", "fp", "recall", "accuracy")
    before = [text(explorer, name) for name in names]
    explorer.get_by_test_id("scale-odds").check()
    assert [text(explorer, name) for name in names] == before
    place = float(explorer.get_by_test_id("threshold").input_value())
    assert place == pytest.approx(script(explorer, "x.SCALES.odds.place(data, 0.5)"))
    assert {"50 %", "99 %"} <= set(explorer.locator(".panel .tick").all_inner_texts())
    explorer.get_by_test_id("scale-linear").check()
    assert explorer.get_by_test_id("threshold").input_value() == "0.5"


def test_thresholds_are_written_as_precisely_as_their_figures_are_true(opened: Page) -> None:
    thresholds = [*SCORES[:40].tolist(), 0, 1, 0.99999]
    written = script(opened, f"{thresholds}.map(t => x.written(data.thresholds, t))")
    for threshold, shown in zip(thresholds, written, strict=True):
        assert POINTS.at(round(float(shown.split("\u00a0")[0]) / 100, 12)) == POINTS.at(threshold), shown
    assert written[-3:-1] == ["0\u00a0%", "100\u00a0%"]


PLACES_OF_PARTS = """() => {
    const root = document.querySelector(".explorer");
    // What is out of sight keeps an assumed height otherwise.
    for (const part of root.querySelectorAll(".part")) part.style.contentVisibility = "visible";
    const top = node => Math.round(node.getBoundingClientRect().top - root.getBoundingClientRect().top);
    return [...root.querySelectorAll(".matrix, .policies, .further, h2")].map(top);
}"""


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_below_the_slider_moves_with_it(explorer: Page, width: int) -> None:
    explorer.set_viewport_size({"width": width, "height": 900})
    places = []
    for threshold in (0, 0.3, 0.5, 0.95, 1):
        set_to(explorer, "threshold", threshold)
        places.append(explorer.evaluate(PLACES_OF_PARTS))
    explorer.set_viewport_size({"width": 1280, "height": 900})
    assert places == [places[0]] * len(places)


def test_the_slider_stays_in_view(explorer: Page) -> None:
    explorer.get_by_test_id("missed-list").scroll_into_view_if_needed()
    expect(explorer.get_by_test_id("threshold")).to_be_in_viewport()
    expect(explorer.get_by_test_id("now")).to_be_in_viewport()


def test_the_reading_that_one_came_from_stands_on_the_slider(explorer: Page) -> None:
    for threshold, answer in ((0.5, "no alarm"), (0.4, "alarm")):
        set_to(explorer, "threshold", threshold)
        assert text(explorer, "of-reading") == f"Your reading, 45.00 %: {answer} at this threshold"
    track, mark = (box(explorer.locator(f".panel {place}")) for place in (".track", ".reading"))
    at = (mark["x"] + mark["width"] / 2 - track["x"] - 13) / (track["width"] - 26)
    assert at == pytest.approx(0.45, abs=0.005)


def test_the_decision_curve_ends_where_no_weight_reaches(opened: Page) -> None:
    """The least weight, one false alarm, is a probability of one half."""
    treatments = script(opened, "x.TREATMENTS")
    assert (treatments[0], treatments[-1]) == (0, 0.5)


def test_a_list_longer_than_its_box_says_so(explorer: Page) -> None:
    caption = explorer.locator('[data-list="pneumonia"] .caption')
    set_to(explorer, "threshold", 0.99)
    missed = int(text(explorer, "missed-count"))
    assert missed > 40
    expect(caption).to_have_text(f"40 of {missed} are listed: scroll to see them.")
    set_to(explorer, "threshold", 0)
    expect(caption).to_be_empty()


def test_policies_say_what_they_were_fixed_on(explorer: Page) -> None:
    other = explorer.get_by_test_id("policy-other")
    assert other.get_attribute("title") == "Other: made up too, fixed on air."
    other.click()
    assert explorer.get_by_test_id("threshold").input_value() == "0.3"
    assert text(explorer, "policy") == "Other: made up too, fixed on air."
    assert other.get_attribute("aria-pressed") == "true"
    set_to(explorer, "threshold", 0.31)
    assert text(explorer, "policy") == "Set by hand, not validated."


def test_a_policy_says_what_it_does_on_these_images(explorer: Page) -> None:
    missed, referred = POINTS.at(0.3), POINTS.referral(0.2, 0.8)
    assert f"{missed.fn} missed, {missed.fp} false alarms" in text(explorer, "policy-other")
    kept = referred.kept
    assert f"{kept.fn} missed, {kept.fp} false alarms, {referred.referred} to a human" in text(
        explorer, "policy-band"
    )


def test_a_policy_of_two_thresholds_is_followed_with_all_three_handles(explorer: Page) -> None:
    band = explorer.get_by_test_id("policy-band")
    band.click()
    assert explorer.get_by_test_id("threshold").input_value() == "0.8"
    assert text(explorer, "policy") == "Band: a band, fixed on air."
    assert band.get_attribute("aria-pressed") == "true"
    set_to(explorer, "band-high", 0.9)
    assert "not validated" in text(explorer, "policy")
    assert band.get_attribute("aria-pressed") == "false"


def test_figures_gain_over_the_default_and_the_target_is_the_hospitals(explorer: Page) -> None:
    assert text(explorer, "recall_lift") == ""
    set_to(explorer, "threshold", 0.2)
    now, default = POINTS.at(0.2), POINTS.at(0.5)
    assert number(explorer, "recall_lift") == pytest.approx(100 * (now.recall - default.recall), abs=0.051)
    assert number(explorer, "fn_share") == pytest.approx(100 * (1 - now.recall), abs=0.051)
    for target, state in ((50, "met"), (100, "missed")):
        set_to(explorer, "target", target)
        expect(explorer.get_by_test_id("requirement")).to_have_attribute("data-state", state)
    set_to(explorer, "target", 95)


def test_the_band_follows_its_handles(explorer: Page) -> None:
    kept = POINTS.referral(0.2, 0.8)
    assert number(explorer, "referred") == pytest.approx(100 * kept.referred / 624, abs=0.051)
    assert number(explorer, "kept_recall") == pytest.approx(100 * kept.kept.recall, abs=0.051)
    assert number(explorer, "kept_accuracy") == pytest.approx(100 * kept.kept.accuracy, abs=0.051)
    set_to(explorer, "band-low", 0.99)
    assert number(explorer, "referred") == 0, "a handle does not pass the other"


def test_the_hospitals_own_numbers_follow(explorer: Page) -> None:
    set_to(explorer, "prevalence", 20)
    set_to(explorer, "patients", 100)
    expected = expected_outcomes(POINTS, 0.5, (0.2, 0.8), 0.2, 100)
    assert number(explorer, "missed_day") == pytest.approx(expected.missed.value, abs=0.051)
    assert number(explorer, "alarms_year") == pytest.approx(365 * expected.alarms.value, abs=0.51)
    assert number(explorer, "referrals_day") == pytest.approx(expected.referrals.value, abs=0.051)
    assert number(explorer, "ppv") == pytest.approx(100 * expected.ppv.value, abs=0.051)
    said = explorer.get_by_test_id("icons").get_attribute("aria-label") or ""
    assert f"{round(200 * (1 - POINTS.at(0.5).recall))} missed" in said
    before = explorer.locator('[data-kind="missed"]').get_attribute("d")
    set_to(explorer, "threshold", 0.9)
    assert explorer.locator('[data-kind="missed"]').get_attribute("d") != before
    set_to(explorer, "patients", 40)


def test_the_cheapest_threshold_is_marked_and_can_be_taken(explorer: Page) -> None:
    best = least_cost_threshold(POINTS, 0.1, 20)
    assert POINTS.at(number(explorer, "cheapest") / 100) == POINTS.at(best)
    explorer.get_by_test_id("take-cheapest").click()
    assert float(explorer.get_by_test_id("threshold").input_value()) == pytest.approx(best, rel=1e-12)
    assert number(explorer, "cost") == pytest.approx(100 * expected_cost(POINTS, 0.1, 20).min(), abs=0.051)


def test_who_is_missed_is_listed_sorted_and_follows(explorer: Page) -> None:
    set_to(explorer, "threshold", 0.1)
    rows = explorer.locator('[data-testid="missed-list"] tbody tr:not([hidden])')
    missed = np.flatnonzero((LABELS == 1) & (SCORES < 0.1))
    assert rows.count() == min(len(missed), 40)
    first = missed[np.argmin(SCORES[missed])]
    assert f"image-{first}.jpeg" in (rows.first.text_content() or "")
    head = explorer.get_by_test_id("missed-list").get_by_role("button", name="image")
    head.click()
    assert explorer.locator('[data-testid="missed-list"] th').first.get_attribute("aria-sort") == "ascending"
    assert f"image-{sorted(missed, key=lambda row: f'image-{row}')[0]}." in (rows.first.text_content() or "")
    ill = (LABELS == 1) & (np.arange(624) % 3 == 0)
    assert number(explorer, "recall-virus") == pytest.approx(100 * np.mean(SCORES[ill] >= 0.1), abs=0.051)


def test_the_other_network_is_compared_image_by_image(explorer: Page) -> None:
    here, there = (SCORES >= 0.5) == LABELS, (OTHER >= 0.5) == LABELS
    assert number(explorer, "accuracy_difference") == pytest.approx(100 * (here.mean() - there.mean()), abs=0.051)
    before = text(explorer, "mcnemar")
    set_to(explorer, "threshold", 0.05)
    assert text(explorer, "mcnemar") != before


def test_another_network_to_compare_with_is_asked_for_beside_the_result(explorer: Page) -> None:
    select = explorer.get_by_label("Compare with", exact=True)
    assert select.input_value() == "other"
    assert select.locator("option").all_inner_texts() == ["no other network", "Other network", "Third network"]
    select.select_option("third")
    expect(explorer.get_by_test_id("stJson")).to_contain_text("third", timeout=60_000)


def test_what_was_chosen_reaches_python(explorer: Page) -> None:
    set_to(explorer, "threshold", 0.123)
    set_to(explorer, "prevalence", 33)
    expect(explorer.get_by_test_id("stJson")).to_contain_text("0.123", timeout=60_000)
    expect(explorer.get_by_test_id("stJson")).to_contain_text("0.33", timeout=60_000)


def test_the_tour_goes_round_and_ends(explorer: Page) -> None:
    card = explorer.get_by_test_id("tour-card")
    expect(card).to_be_hidden()
    explorer.get_by_test_id("tour").click()
    expect(card).to_contain_text("1 of 10")
    explorer.keyboard.press("Enter")
    expect(card).to_contain_text("What it costs")
    assert explorer.locator(".toured").count() == 1
    explorer.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(explorer.get_by_test_id("tour")).to_be_focused()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(explorer: Page, width: int, scheme: str) -> None:
    explorer.set_viewport_size({"width": width, "height": 900})
    explorer.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    assert explorer.evaluate("() => document.documentElement.scrollWidth") <= width
    found = Axe().run(explorer, context=".explorer").response["violations"]
    grave = [one for one in found if one["impact"] in ("moderate", "serious", "critical")]
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in grave] == []
    explorer.set_viewport_size({"width": 1280, "height": 900})
