"""The occlusion test of the heat map: run when it is opened, and answered in plain words."""

import math

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.reading.occlusion_panel import occlusion_html, odds_change
from model.network.occlusion import OUTDONE, RANDOM, OcclusionTest


def occlusion(outdone: int) -> OcclusionTest:
    return OcclusionTest(2.0, 0.0, (1.5,) * outdone + (-1.0,) * (RANDOM - outdone))


@pytest.mark.parametrize(("outdone", "answer"), [(RANDOM, "Yes."), (RANDOM // 2 + 1, "Inconclusive."), (0, "No.")])
def test_the_answer_comes_first_and_its_rule_last(outdone: int, answer: str) -> None:
    html = " ".join(occlusion_html(occlusion(outdone)).split())
    assert html.startswith(f'<p class="lf-note" data-testid="heat-map-test"> <b>{answer}</b> Hiding')
    assert f"of {RANDOM} random tenths do" in html
    assert f"more than for {OUTDONE} of the {RANDOM}" in html


@pytest.mark.parametrize("highlighted", [2.0, 1.98, 2.3])
def test_where_nothing_moves_the_odds_it_is_inconclusive(highlighted: float) -> None:
    html = occlusion_html(OcclusionTest(2.0, highlighted, (1.95, 2.0, 1.99) * (RANDOM // 3)))
    assert "<b>Inconclusive.</b>" in html
    assert "hardly fall, whichever tenth is hidden" in html


def test_it_shows_what_was_measured() -> None:
    html = occlusion_html(occlusion(RANDOM))
    assert "<b>88.1 %</b></dd>" in html
    assert f"<b>50.0 %</b>, odds divided by {math.exp(2):.1f}</dd>" in html
    assert "The hottest 10&nbsp;% of the picture" in html


@pytest.mark.parametrize(
    ("factor", "change"),
    [
        (1.0, ", odds times 1.00"),
        (0.5, ", odds divided by 2.0"),
        (1.3, ", odds times 1.30"),
        (1 / 1234, ", odds divided by 1,234"),
    ],
)
def test_what_becomes_of_the_odds(factor: float, change: str) -> None:
    assert odds_change(factor) == change


def test_nothing_is_measured_before_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    from model.network.classifier import Classifier

    def refuse(*_: object) -> None:
        raise AssertionError("measured unasked")

    monkeypatch.setattr(Classifier, "occlusion_test", refuse)

    def script() -> None:
        from dashboard.reading.occlusion_panel import occlusion_ui
        from tests.dashboard.reports.examples import scan

        occlusion_ui(scan(), "one")

    app = AppTest.from_function(script, default_timeout=60).run()
    assert not app.exception
    assert [expander.label for expander in app.expander] == ["Does the probability hang on what is highlighted?"]
    assert not app.get("html")
