"""The heat map's test: measured when it is asked for, and said in plain words."""

import math

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.reading.occlusion_panel import found_html, odds, verdict
from model.network.occlusion import RANDOM, Sensitivity


def found(outdone: int) -> Sensitivity:
    return Sensitivity(2.0, 0.0, (1.5,) * outdone + (-1.0,) * (RANDOM - outdone))


@pytest.mark.parametrize(("outdone", "said"), [(7, "Yes."), (5, "Mostly."), (4, "Mostly."), (3, "No."), (0, "No.")])
def test_the_answer_comes_first(outdone: int, said: str) -> None:
    assert verdict(found(outdone)).startswith(f"<b>{said}</b>")


def test_what_it_says_is_what_was_measured() -> None:
    html = found_html(found(5))
    assert "than 5 of 7 random ones do" in html
    assert "<b>88.1 %</b></dd>" in html
    assert f"<b>50.0 %</b>, odds divided by {math.exp(2):.1f}</dd>" in html
    assert "The hottest 10\N{NO-BREAK SPACE}% of the picture" in html


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        (1.0, ", odds unchanged"),
        (0.5, ", odds divided by 2.0"),
        (1.3, ", odds times 1.3"),
        (1 / 1234, ", odds divided by 1,234"),
    ],
)
def test_what_becomes_of_the_odds(factor: float, said: str) -> None:
    assert odds(factor) == said


def test_nothing_is_measured_before_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    from model.network.classifier import Classifier

    def refuse(*_: object) -> None:
        raise AssertionError("measured unasked")

    monkeypatch.setattr(Classifier, "sensitivity", refuse)

    def script() -> None:
        from dashboard.reading.occlusion_panel import heat_map_test_ui
        from tests.dashboard.reports.examples import scan

        heat_map_test_ui(scan(), "one")

    app = AppTest.from_function(script, default_timeout=60).run()
    assert not app.exception
    assert [expander.label for expander in app.expander] == ["Does the probability hang on what is highlighted?"]
    assert not app.get("html")
