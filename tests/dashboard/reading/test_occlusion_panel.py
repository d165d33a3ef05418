"""The occlusion test of the heat map: run when it is opened, and answered in plain words."""

import math

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.reading.occlusion_panel import occlusion_html, odds_change
from model.network.occlusion import RANDOM, OcclusionTest


def occlusion(outdone: int) -> OcclusionTest:
    return OcclusionTest(2.0, 0.0, (1.5,) * outdone + (-1.0,) * (RANDOM - outdone))


@pytest.mark.parametrize(
    ("outdone", "answer"), [(7, "Yes."), (5, "Mostly."), (4, "Mostly."), (3, "No."), (0, "No.")]
)
def test_the_answer_comes_first(outdone: int, answer: str) -> None:
    assert f"<b>{answer}</b> Hiding" in occlusion_html(occlusion(outdone))


def test_it_shows_what_was_measured() -> None:
    html = occlusion_html(occlusion(5))
    assert "than 5 of 7 random ones do" in html
    assert "<b>88.1 %</b></dd>" in html
    assert f"<b>50.0 %</b>, odds divided by {math.exp(2):.1f}</dd>" in html
    assert "The hottest 10&nbsp;% of the picture" in html


@pytest.mark.parametrize(
    ("factor", "change"),
    [
        (1.0, ", odds unchanged"),
        (0.5, ", odds divided by 2.0"),
        (1.3, ", odds times 1.3"),
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
