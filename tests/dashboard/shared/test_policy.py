"""The policy in force: chosen on the page Read, left by whoever moves the threshold, kept with a reading."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.history.store import open_history
from dashboard.shared.formatting import format_threshold
from dashboard.shared.policy import on_test, policy_in_force, policy_label
from dashboard.shared.resources import load_card, load_scores
from model.network.policy import card_policies, distinct_policies, own_policy
from tests.dashboard.pages import html, open_sample, read_as

FIXED = card_policies(load_card())


def test_without_a_choice_the_default_is_in_force(session_state: dict) -> None:
    assert policy_in_force() == FIXED["default"]


@pytest.mark.parametrize("name", FIXED)
def test_a_choice_is_in_force_until_the_threshold_is_moved(session_state: dict, name: str) -> None:
    session_state.update(policy=name, threshold=FIXED[name].high)
    assert policy_in_force() == FIXED[name]
    session_state["threshold"] = 0.1234
    assert (policy_in_force().name, policy_in_force().thresholds) == ("own", (0.1234,))


def test_a_policys_button_says_from_where_and_why() -> None:
    default, band = FIXED["default"], FIXED["band"]
    recall = f"{100 * default.target_recall:g} %"
    assert policy_label(default) == f"Alarm from {format_threshold(default.high)} (finds at least {recall})"
    assert policy_label(own_policy(0.9)) == "Alarm from 90.0 % (set by hand)"
    alarm = f"alarm from {format_threshold(band.high)}"
    assert policy_label(band) == f"Normal below {format_threshold(band.low)}, {alarm}"


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


@pytest.mark.slow
def test_between_two_thresholds_the_finding_is_a_humans(
    app: AppTest, monkeypatch: pytest.MonkeyPatch, own_history: str
) -> None:
    band = FIXED["band"]
    read_as(monkeypatch, (band.low + band.high) / 2)
    app.radio(key="policy_choice").set_value("band").run()
    open_sample(app, "Normal 1")
    assert 'lf-between">' in html(app)
    measured = load_card().operating_points["band"].metrics["test"]
    images = load_card().metrics["test"].images
    assert f"left {round(measured.referred.value * images)} of {images} to a human" in html(app)
    (keep,) = [button for button in app.button if button.label == "Save reading"]
    keep.click().run()
    (row,) = open_history(own_history).readings()
    assert (row.policy, row.finding) == ("band", "review")
    assert (row.lower_threshold, row.threshold) == (band.low, band.high)


def test_the_menu_offers_policies_that_coincide_once_with_their_errors_on_test(app: AppTest) -> None:
    options, labels = app.radio(key="policy_choice").options, load_scores("test").labels
    distinct = distinct_policies(FIXED.values())
    assert len(options) == len(distinct)
    for policy in distinct:
        measured = load_card().operating_points[policy.name].metrics["test"]
        said = on_test(policy)
        assert said.startswith(f"On test: {measured.fn} missed, {measured.fp} false alarm")
        assert ("to a human" in said) == (policy.lower is not None)
    assert len(labels) == load_card().metrics["test"].images
