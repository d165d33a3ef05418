"""A chosen operating point on one page of paper: what it is, what it costs, how sure that is, and for whom."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from dashboard.shared import disclaimer
from dashboard.shared.formatting import format_estimate
from dashboard.shared.pdf_page import BOTTOM, MARGIN, WIDTH, Sheet, column, columns
from dashboard.thresholds.choice import OperatingChoice
from dashboard.thresholds.evaluation_set import EvaluationSet
from model.metrics.estimate import Estimate
from model.metrics.expected_outcomes import (
    ExpectedOutcomes,
    expected_cost,
    expected_outcomes,
    least_cost_threshold,
)
from model.metrics.intervals import proportion
from model.metrics.operating_points import ConfusionMatrix, operating_points
from model.metrics.rates import RATES, rates
from model.network.card import Card
from model.network.policy import NEAR, Policy

LOGO = Path(__file__).resolve().parents[2] / "assets" / "icon.svg"
QUIET, RULE, PANEL, BRAND = "#4a5653", "#d5d9d2", "#f0f1ed", "#0b6e6e"
PNEUMONIA, NORMAL, UNSURE = "#b23c0e", "#0b6e6e", "#7a5c00"
DAYS = 365
TITLES = {
    "recall": "Recall",
    "specificity": "Specificity",
    "precision": "Precision",
    "npv": "Negative predictive value",
    "accuracy": "Accuracy",
    "balanced_accuracy": "Balanced accuracy",
    "f1": "F1",
    "mcc": "MCC",
}
INTERVALS = (
    "Intervals are 95 %: Wilson's for shares, MOVER's for what is made of two. They hold what chance may have done "
    "to images like these, not what another hospital changes."
)


@dataclass(frozen=True)
class Summary:
    """Everything that the page says, as numbers; ``rates`` holds a figure of each of ``RATES``."""

    counts: ConfusionMatrix
    rates: dict[str, Estimate[float]]
    judgement: str
    referred: Estimate[float]
    kept_accuracy: Estimate[float]
    expected: ExpectedOutcomes
    cheapest: float
    cost: float
    least_cost: float


def summary(evaluation: EvaluationSet, choice: OperatingChoice) -> Summary:
    """The numbers of a choice."""
    points = operating_points(evaluation.labels, evaluation.scores)
    counts = points.at(choice.threshold)
    figures = rates(counts)
    found = points.referral(choice.low, choice.high)
    kept, total = found.kept, len(evaluation.labels)
    best = least_cost_threshold(points, choice.prevalence, choice.weight)
    costs = expected_cost(points, choice.prevalence, choice.weight)
    return Summary(
        counts=counts,
        rates=figures,
        judgement=judged(figures["recall"], choice.target),
        referred=proportion(found.referred, total) if choice.low < choice.high else Estimate(0.0, 0.0, 0.0),
        kept_accuracy=proportion(kept.tp + kept.tn, total - found.referred),
        expected=expected_outcomes(
            points, choice.threshold, (choice.low, choice.high), choice.prevalence, choice.patients
        ),
        cheapest=best,
        cost=float(costs[points.index(choice.threshold)]),
        least_cost=float(costs.min()),
    )


def judged(recall: Estimate[float], target: float) -> str:
    """``met``, ``unsure`` (met, but the interval reaches below) or ``missed``."""
    if recall.low >= target:
        return "met"
    return "unsure" if recall.value >= target else "missed"


def committee_pdf(
    evaluation: EvaluationSet, choice: OperatingChoice, card: Card, address: str, time: datetime
) -> bytes:
    """A one-page A4 PDF; the same arguments give the same bytes.

    Args:
        evaluation: what the choice is judged on.
        choice: what was chosen.
        card: of the shipped model.
        address: query of the page that shows the same.
        time: of the printing, UTC.
    """
    found = summary(evaluation, choice)
    sheet = Sheet("Operating point", f"Lungfield, model {card.version}", time, 9)
    _draw_head(sheet, evaluation, card.version, time)
    _draw_choice(sheet, evaluation, choice, found)
    _draw_rates(sheet, found)
    _draw_hospital(sheet, choice, found)
    _draw_foot(sheet, evaluation, card, address)
    return sheet.written()


def _draw_head(sheet: Sheet, evaluation: EvaluationSet, version: str, time: datetime) -> None:
    sheet.image(LOGO, MARGIN - 0.8, sheet.y, 9, 9, "Lungfield's mark")
    sheet.text("Lungfield", MARGIN + 10, 60, y=sheet.y + 1.1, size=15, bold=True, colour=BRAND)
    half, width = column(5), columns(7)
    sheet.text("An operating point, for decision", half, width, size=9, bold=True, align="R")
    printed = f"model {version}, {time:%Y-%m-%d %H:%M} UTC"
    sheet.text(printed, half, width, y=sheet.y + 4.6, colour=QUIET, align="R")
    sheet.rule(sheet.y + 11.5, RULE)
    sheet.y += 16
    ill = int(evaluation.labels.sum())
    about = (
        f"Measured with {evaluation.network} on {len(evaluation.labels):,} {evaluation.images}: {ill:,} with "
        f"pneumonia, {len(evaluation.labels) - ill:,} normal."
    )
    sheet.y = sheet.text(about, MARGIN, columns(12), colour=QUIET) + 4


def _draw_choice(sheet: Sheet, evaluation: EvaluationSet, choice: OperatingChoice, found: Summary) -> None:
    counts = found.counts
    sheet.y = sheet.text(f"Threshold {choice.threshold:.7g}", MARGIN, columns(12), size=22, bold=True) + 1
    words = (
        f"From this probability on a radiograph is called pneumonia. On these images that misses {counts.fn:,} of "
        f"{counts.tp + counts.fn:,} pneumonias and raises {counts.fp:,} false alarms among "
        f"{counts.tn + counts.fp:,} normals."
    )
    sheet.y = sheet.text(words, MARGIN, columns(12), size=12) + 3
    state, colour = {
        "met": ("Requirement met", NORMAL),
        "unsure": ("Requirement met, but not for certain", UNSURE),
        "missed": ("Requirement not met", PNEUMONIA),
    }[found.judgement]
    top = sheet.y
    sheet.y = sheet.text(state, MARGIN + 4, columns(12) - 4, size=11, bold=True, colour=colour)
    recall = found.rates["recall"]
    asked = f"Recall is {share_in_percent(recall)}; asked for is at least {100 * choice.target:g} %."
    sheet.y = sheet.text(asked, MARGIN + 4, columns(12) - 4)
    sheet.box(MARGIN, top, 0.9, sheet.y - top, colour)
    policy = followed(evaluation.policies, choice)
    origin = (
        f"{policy.short_title}: {policy.rule}, fixed on {policy.origin}."
        if policy
        else "The threshold was set by hand: it was fixed on no images and has yet to be validated."
    )
    sheet.y = sheet.text(origin, MARGIN, columns(12), y=sheet.y + 3, colour=QUIET) + 5


def followed(policies: list[Policy], choice: OperatingChoice) -> Policy | None:
    """The policy that the choice follows, if any: one threshold, or two of the band, as ``verdict.js`` finds it."""
    for policy in policies:
        asked = [(policy.high, choice.threshold)]
        if policy.lower is not None:
            asked += [(policy.low, choice.low), (policy.high, choice.high)]
        if all(abs(end - handle) < NEAR for end, handle in asked):
            return policy
    return None


def _draw_rates(sheet: Sheet, found: Summary) -> None:
    sheet.y = sheet.text("What was measured", MARGIN, columns(12), size=11, bold=True) + 1.5
    rows = [(TITLES[name], _figure(name, found.rates[name])) for name in RATES]
    rows.append(("Referred by the band", share_in_percent(found.referred)))
    rows.append(("Accuracy of what is kept", share_in_percent(found.kept_accuracy)))
    half = (len(rows) + 1) // 2
    top = sheet.y
    ends = [_draw_table(sheet, part, column(6 * side), top) for side, part in enumerate((rows[:half], rows[half:]))]
    sheet.y = max(ends) + 5


def _draw_hospital(sheet: Sheet, choice: OperatingChoice, found: Summary) -> None:
    title = f"In a hospital with {choice.patients:g} children a day, {100 * choice.prevalence:g} % with pneumonia"
    sheet.y = sheet.text(title, MARGIN, columns(12), size=11, bold=True) + 1.5
    expected = found.expected
    rows = [
        ("Missed pneumonias", _numbers(expected.missed)),
        ("False alarms", _numbers(expected.alarms)),
        ("Alarms in all", _numbers(expected.called)),
        (f"Referred to a human, from {choice.low:.4g} to {choice.high:.4g}", _numbers(expected.referrals)),
        ("Of children who raise an alarm, with pneumonia", share_in_percent(expected.ppv)),
        ("Of children called normal, normal", share_in_percent(expected.npv)),
        (
            f"Cost a child, a missed pneumonia weighing {choice.weight:g} false alarms",
            f"{found.cost:.3f}; the least, {found.least_cost:.3f}, at {found.cheapest:.4g}",
        ),
    ]
    sheet.y = _draw_table(sheet, rows, MARGIN, sheet.y, 80.0) + 5


def _draw_table(sheet: Sheet, rows: list[tuple[str, str]], x: float, top: float, label: float = 44.0) -> float:
    width = columns(12) if label > 50 else columns(6)
    y = top
    for name, value in rows:
        below = sheet.text(name, x, label - 2, y=y, colour=QUIET)
        y = max(below, sheet.text(value, x + label, width - label, y=y)) + 1.1
        sheet.rule(y - 0.5, RULE, x, width)
    return y


def _draw_foot(sheet: Sheet, evaluation: EvaluationSet, card: Card, address: str) -> None:
    sheet.y = sheet.text(evaluation.provenance, MARGIN, columns(12), size=8, colour=QUIET) + 2
    notice = f"{disclaimer.TITLE} {disclaimer.limits(card)} {disclaimer.PURPOSE} {INTERVALS}"
    sheet.y = sheet.text(notice, MARGIN, columns(12), size=8, colour=QUIET)
    link = sheet.shortened(f"The same page: /thresholds?{address}", WIDTH - 2 * MARGIN, size=7)
    sheet.text(link, MARGIN, columns(12), y=BOTTOM - 3, size=7, colour=QUIET)


def share_in_percent(figure: Estimate[float]) -> str:
    """A share, 0 to 1, and its interval, with one decimal; a dash where there is nothing to share."""
    if np.isnan(figure.value):
        return "-"
    return f"{100 * figure.value:.1f} % ({100 * figure.low:.1f} to {100 * figure.high:.1f})"


def _figure(name: str, figure: Estimate[float]) -> str:
    if name == "mcc":
        return format_estimate(figure)
    return share_in_percent(figure)


def _numbers(a_day: Estimate[float]) -> str:
    year = Estimate(*(DAYS * end for end in a_day))
    return f"{a_day.value:.3g} a day; {year.value:,.0f} a year ({year.low:,.0f} to {year.high:,.0f})"
