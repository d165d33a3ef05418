"""The policy in force: chosen on the page Read, left by whoever moves the threshold, kept with a reading."""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.history.store import open_history
from dashboard.shared.formatting import format_threshold
from dashboard.shared.policy import in_force
from dashboard.shared.resources import load_card
from model.io.radiograph import Radiograph
from model.network.classifier import Classifier, Reading
from model.network.policy import card_policies

APP = Path(__file__).resolve().parents[3] / "dashboard" / "app.py"
FIXED = card_policies(load_card())


@pytest.fixture
def app() -> Iterator[AppTest]:
    before = list(sys.path)
    st.cache_data.clear()
    yield AppTest.from_file(str(APP), default_timeout=60).run()
    st.cache_data.clear()
    sys.path[:] = before


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> dict:
    """A session's state, without a page."""
    state: dict = {}
    monkeypatch.setattr(st, "session_state", state)
    return state


def html(app: AppTest) -> str:
    return "".join(element.proto.body for element in app.get("html"))


def reads(monkeypatch: pytest.MonkeyPatch, probability: float, *warnings: str) -> None:
    """Every radiograph has this probability."""

    def read(self: Classifier, scan: Radiograph) -> Reading:
        return Reading(probability, 0.5, np.zeros((7, 7), np.float32), warnings, "1", scan.digest)

    monkeypatch.setattr(Classifier, "read", read)


def test_without_a_choice_the_default_is_in_force(session: dict) -> None:
    assert in_force() == FIXED["default"]


@pytest.mark.parametrize("name", FIXED)
def test_a_choice_is_in_force_until_the_threshold_is_moved(session: dict, name: str) -> None:
    session.update(policy=name, threshold=FIXED[name].high)
    assert in_force() == FIXED[name]
    session["threshold"] = 0.1234
    assert (in_force().name, in_force().thresholds) == ("own", (0.1234,))


def test_two_thresholds_are_chosen_and_shared_with_the_other_pages(app: AppTest) -> None:
    app.radio(key="policy_choice").set_value("band").run()
    app.switch_page("thresholds/page.py").run()
    assert app.session_state["threshold"] == FIXED["band"].high
    app.switch_page("reading/page.py").run()
    assert app.radio(key="policy_choice").value == "band"
    assert not app.exception


def test_ones_own_threshold_can_be_come_back_to(app: AppTest) -> None:
    assert "own" not in app.radio(key="policy_choice").options
    app.session_state["threshold"] = 0.1234
    app.run()
    assert app.radio(key="policy_choice").value == "own"
    app.radio(key="policy_choice").set_value("most_accurate").run()
    assert app.session_state["threshold"] == FIXED["most_accurate"].high
    app.radio(key="policy_choice").set_value("own").run()
    assert app.session_state["threshold"] == 0.1234


def test_between_two_thresholds_the_finding_is_a_humans(
    app: AppTest, monkeypatch: pytest.MonkeyPatch, own_history: str
) -> None:
    band = FIXED["band"]
    reads(monkeypatch, (band.low + band.high) / 2)
    app.radio(key="policy_choice").set_value("band").run()
    app.button[0].click().run()
    assert 'lf-between">' in html(app)
    assert "For a human to decide</h2>" in html(app)
    assert (
        f"Between the two thresholds of <b>{format_threshold(band.low)} and {format_threshold(band.high)}</b>."
        in html(app)
    )
    measured = load_card().operating_points["band"].metrics["test"]
    images = load_card().metrics["test"].images
    assert f"left {round(measured.referred.value * images)} of {images} to a human" in html(app)
    (keep,) = [button for button in app.button if button.label == "Keep this reading"]
    keep.click().run()
    (row,) = open_history(own_history).readings()
    assert (row.policy, row.finding) == ("band", "review")
    assert (row.lower_threshold, row.threshold) == (band.low, band.high)


@pytest.mark.parametrize(
    ("at", "title", "origin"),
    [
        (
            FIXED["band"].high,
            "Pneumonia suspected",
            f"{format_threshold(FIXED['band'].high)}</b>, the upper of two.",
        ),
        (FIXED["band"].low / 2, "Read as normal", f"{format_threshold(FIXED['band'].low)}</b>, the lower of two."),
    ],
)
def test_beyond_both_thresholds_the_model_decides(
    app: AppTest, monkeypatch: pytest.MonkeyPatch, at: float, title: str, origin: str
) -> None:
    reads(monkeypatch, at)
    app.radio(key="policy_choice").set_value("band").run()
    app.button[0].click().run()
    assert f"{title}</h2>" in html(app)
    assert origin in html(app)


def test_a_warning_outweighs_any_policy(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    band = FIXED["band"]
    reads(monkeypatch, (band.low + band.high) / 2, "resolution")
    app.radio(key="policy_choice").set_value("band").run()
    app.button[0].click().run()
    assert 'lf-review">' in html(app)
    assert "Between the two thresholds" not in html(app)


def test_the_policy_is_named_beside_its_threshold(app: AppTest) -> None:
    app.radio(key="policy_choice").set_value("youden").run()
    app.button[0].click().run()
    assert f"<b>{format_threshold(FIXED['youden'].high)}</b>, by the policy <i>Youden&#39;s</i>" in html(app)
