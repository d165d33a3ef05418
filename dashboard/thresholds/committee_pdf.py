"""A chosen operating point as a PDF of one page, for a committee: what it costs, how sure that is, and for whom."""

from datetime import datetime

from dashboard.shared.elements import disclaimer
from dashboard.shared.findings import FINDINGS
from dashboard.shared.formatting import format_estimate, format_percent_estimate, format_threshold
from dashboard.shared.pdf_page import BOTTOM, MARGIN, QUIET, PdfPage, column, columns
from dashboard.thresholds.choice import OperatingChoice
from dashboard.thresholds.evaluation_set import EvaluationSet
from dashboard.thresholds.summary import Summary, summarise
from model.metrics.estimate import Estimate
from model.metrics.rates import RATES
from model.network.card import Card
from model.network.finding import Finding

REQUIREMENT = {
    "met": ("Requirement met", FINDINGS[Finding.NORMAL].colour),
    "unsure": ("Requirement met, but not for certain", "#7a5c00"),
    "missed": ("Requirement not met", FINDINGS[Finding.PNEUMONIA].colour),
}
DAYS_A_YEAR = 365
RATE_TITLES = {
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
    "Ranges in brackets are 95 % intervals (Wilson; MOVER for figures made of two): what chance may have done with "
    "this number of images, not what another hospital changes."
)


def committee_pdf(
    evaluation: EvaluationSet, choice: OperatingChoice, card: Card, address: str, time: datetime
) -> bytes:
    """Draw a PDF of one page of A4; the same arguments give the same bytes.

    Args:
        evaluation: the images and scores that the choice is judged on.
        choice: the thresholds and the hospital.
        card: of the shipped model.
        address: query of the page that shows the same.
        time: of the printing, UTC.
    """
    summary = summarise(evaluation, choice)
    page = PdfPage("A threshold, for decision", card.version, time)
    page.head("A threshold, for decision", f"model {card.version}, {time:%Y-%m-%d %H:%M} UTC")
    page.y += 1
    _draw_evaluation(page, evaluation)
    _draw_choice(page, choice, summary)
    _draw_rates(page, choice, summary)
    _draw_hospital(page, choice, summary)
    _draw_foot(page, evaluation, card, address)
    return page.encode()


def _draw_evaluation(page: PdfPage, evaluation: EvaluationSet) -> None:
    positives = int(evaluation.labels.sum())
    page.paragraph(
        f"Measured with {evaluation.network} on {len(evaluation.labels):,} {evaluation.images}: {positives:,} with "
        f"pneumonia, {len(evaluation.labels) - positives:,} normal.",
        gap=4,
        colour=QUIET,
    )


def _draw_choice(page: PdfPage, choice: OperatingChoice, summary: Summary) -> None:
    """Draw the threshold, its errors, whether it meets the requirement, and the policy that it follows."""
    counts, policy = summary.counts, summary.policy
    page.paragraph(f"Alarm from {format_threshold(choice.threshold, summary.decimals)}", gap=1, size=22, bold=True)
    page.paragraph(
        f"From this probability of pneumonia on, a radiograph raises an alarm. On these images that misses "
        f"{counts.fn:,} of {counts.tp + counts.fn:,} pneumonias and raises {counts.fp:,} false alarms among "
        f"{counts.tn + counts.fp:,} normals.",
        gap=3,
        size=12,
    )
    title, colour = REQUIREMENT[summary.requirement]
    recall = format_percent_estimate(summary.rates["recall"])
    with page.bar(colour) as beside:
        page.paragraph(title, **beside, size=11, bold=True, colour=colour)
        page.paragraph(
            f"Recall, the share of pneumonias found: {recall}; required: at least {100 * choice.target:g} %.",
            **beside,
        )
    page.y += 3
    origin = (
        f"{policy.title}: {policy.rule}, fixed on {policy.origin}."
        if policy
        else "Set by hand, not validated: measure it on further images before it is used."
    )
    page.paragraph(origin, gap=5, colour=QUIET)


def _draw_rates(page: PdfPage, choice: OperatingChoice, summary: Summary) -> None:
    """Draw every rate on the evaluation set, in two columns."""
    _draw_title(page, "What was measured")
    rows = [
        *((RATE_TITLES[name], _format_rate(name, summary.rates[name])) for name in RATES),
    ]
    if choice.low < choice.high:
        rows += [
            ("For a human", format_percent_estimate(summary.referred)),
            ("Accuracy of the others", format_percent_estimate(summary.kept_accuracy)),
        ]
    half, top = (len(rows) + 1) // 2, page.y
    page.table(rows[:half], column(0), columns(6), 44)
    left, page.y = page.y, top
    page.table(rows[half:], column(6), columns(6), 44)
    page.y = max(left, page.y) + 5


def _draw_hospital(page: PdfPage, choice: OperatingChoice, summary: Summary) -> None:
    """Draw what is to be expected at the hospital's number of children and prevalence."""
    expected = summary.expected
    _draw_title(
        page,
        f"In a hospital that X-rays {choice.patients:g} children a day, "
        f"{100 * choice.prevalence:.3g} % of them with pneumonia",
    )
    rows = [
        ("Missed pneumonias", _format_numbers(expected.missed)),
        ("False alarms", _format_numbers(expected.alarms)),
        ("Alarms in all", _format_numbers(expected.called)),
        *(
            [
                (
                    f"For a human, from {format_threshold(choice.low)} to {format_threshold(choice.high)}",
                    _format_numbers(expected.referrals),
                )
            ]
            if choice.low < choice.high
            else []
        ),
        ("Of children with an alarm, have pneumonia", format_percent_estimate(expected.ppv)),
        ("Of children without an alarm, are normal", format_percent_estimate(expected.npv)),
        (
            f"Cost in 100 children, a missed pneumonia weighing {choice.weight:g} false alarms",
            f"{100 * summary.cost:.1f} false alarms; the least, {100 * summary.least_cost:.1f}, at "
            f"{format_threshold(min(summary.cheapest, 1.0))}",
        ),
    ]
    page.table(rows, MARGIN, columns(12), 80)
    page.y += 5


def _draw_title(page: PdfPage, title: str) -> None:
    page.paragraph(title, gap=1.5, size=11, bold=True)


def _draw_foot(page: PdfPage, evaluation: EvaluationSet, card: Card, address: str) -> None:
    """Draw where the default comes from, the safety notice, and at the very foot the page's address."""
    page.paragraph(evaluation.provenance, gap=2, size=8, colour=QUIET)
    notice = f"{disclaimer.TITLE} {disclaimer.limits(card)} {disclaimer.PURPOSE} {INTERVALS}"
    page.paragraph(notice, size=8, colour=QUIET)
    link = page.shortened(f"The same page: /thresholds?{address}", columns(12), size=7)
    page.text(link, y=BOTTOM - 3, size=7, colour=QUIET)


def _format_rate(name: str, rate: Estimate[float]) -> str:
    return format_estimate(rate) if name == "mcc" else format_percent_estimate(rate)


def _format_numbers(a_day: Estimate[float]) -> str:
    year = Estimate(*(DAYS_A_YEAR * end for end in a_day))
    return f"{a_day.value:.3g} a day; {year.value:,.0f} a year ({year.low:,.0f} to {year.high:,.0f})"
