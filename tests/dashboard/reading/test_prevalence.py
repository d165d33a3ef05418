"""The hospital's own prevalence: asked for once, shown with every reading, on every page of the session."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.shared.resources import load_card
from model.metrics.calibration import at_prevalence
from tests.dashboard.pages import html, open_sample


def shown_percent(testid: str, app: AppTest) -> float:
    (shown,) = re.findall(rf'data-testid="{testid}">([\d.]+) %<', html(app))
    return float(shown)


def test_until_it_is_set_the_page_says_what_it_would_change(app: AppTest) -> None:
    open_sample(app, "Normal 1")
    share = round(100 * load_card().calibration.prevalence)
    assert f"Calibrated where {share}&nbsp;% had pneumonia; set your share" in html(app)
    assert "chance-here" not in html(app)


def test_the_chance_follows_from_the_probability_and_holds_on_every_page(app: AppTest) -> None:
    open_sample(app, "Normal 1")
    probability = shown_percent("probability", app) / 100
    app.number_input(key="prevalence_percent").set_value(30.0).run()
    expected = 100 * float(at_prevalence(probability, load_card().calibration.prevalence, 0.3))
    assert shown_percent("chance-here", app) == pytest.approx(expected, abs=0.1)
    assert "at your share of 30&nbsp;%" in html(app)
    app.switch_page("thresholds/page.py").run()
    app.switch_page("reading/page.py").run()
    assert app.number_input(key="prevalence_percent").value == 30
