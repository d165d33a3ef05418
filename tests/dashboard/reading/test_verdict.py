"""The verdict: finding, probability and reason by the policy in force, and the figures behind them."""

import pytest
from markupsafe import escape

from dashboard.reading.verdict import verdict_html
from dashboard.shared.formatting import format_threshold
from dashboard.shared.resources import load_card
from model.network.policy import Policy, card_policies, own_policy
from tests.dashboard.reports.examples import reading, scan

POLICIES = card_policies(load_card())
BAND = POLICIES["band"]


def verdict(policy: Policy, probability: float, *warnings: str) -> str:
    return verdict_html(scan(), reading(probability, warnings=warnings), policy)


@pytest.mark.parametrize(
    ("probability", "title"),
    [(0.95, "Pneumonia suspected"), (0.7, "Doubtful: look again"), (0.2, "Below the alarm threshold")],
)
def test_a_likely_pneumonia_is_never_called_normal(probability: float, title: str) -> None:
    html = verdict(own_policy(0.9), probability)
    assert f'data-testid="finding">{title}</h2>' in html
    assert "of <b>90.0 %</b>, set by hand" in html


def test_a_probability_just_below_the_threshold_is_not_written_like_it() -> None:
    html = verdict(own_policy(0.9684), 0.9677)
    assert 'data-testid="probability">96.77 %<' in html
    assert "below the alarm threshold of <b>96.84 %</b>" in html


def test_between_two_thresholds_the_finding_is_a_humans() -> None:
    html = verdict(BAND, (BAND.low + BAND.high) / 2)
    assert 'lf-between">' in html
    assert "For a human to decide</h2>" in html
    shown = f"<b>{format_threshold(BAND.low)} and {format_threshold(BAND.high)}</b>"
    assert f"Between the two thresholds of {shown}." in html


@pytest.mark.parametrize(
    ("probability", "title", "source"),
    [
        (BAND.high, "Pneumonia suspected", f"{format_threshold(BAND.high)}</b>, the upper of two."),
        (BAND.low / 2, "Below the alarm threshold", f"{format_threshold(BAND.low)}</b>, the lower of two."),
    ],
)
def test_beyond_both_thresholds_the_model_decides(probability: float, title: str, source: str) -> None:
    html = verdict(BAND, probability)
    assert f"{title}</h2>" in html
    assert source in html


def test_a_warning_outweighs_any_policy() -> None:
    html = verdict(BAND, (BAND.low + BAND.high) / 2, "resolution")
    assert 'lf-review">' in html
    assert "Between the two thresholds" not in html


def test_the_policy_is_named_beside_its_threshold() -> None:
    policy = POLICIES["youden"]
    shown = f"<b>{format_threshold(policy.high)}</b>, by the policy <i>{escape(policy.title)}</i>"
    assert shown in verdict(policy, 0.2)
    assert ", the default." in verdict(POLICIES["default"], 0.2)


def test_the_finding_comes_before_why_and_why_before_what_it_was_worth() -> None:
    html = verdict(own_policy(0.9), 0.7)
    parts = (
        "Doubtful: look again",
        "At 50 % or above, yet below the alarm threshold of",
        "test radiographs between ",
    )
    assert [html.index(part) for part in parts] == sorted(html.index(part) for part in parts)
    assert "more likely" not in html.lower()
    assert "H0" not in html


def test_a_refused_reading_has_no_figures_until_they_are_asked_for() -> None:
    refused = reading(0.4321, warnings=("inverted",))
    assert "43.2" not in verdict_html(scan(), refused, BAND, figures=False)
    assert "43.2" in verdict_html(scan(), refused, BAND)


def test_agreement_stands_at_the_finding() -> None:
    html = verdict_html(scan(), reading(0.95), own_policy(0.9), agreement="The model agrees.")
    assert html.index("finding") < html.index("The model agrees.") < html.index("lf-probability")


def test_a_files_name_cannot_break_the_page() -> None:
    html = verdict_html(scan(name="<b>.png"), reading(), BAND)
    assert '<p class="lf-file">&lt;b&gt;.png<span>' in html
