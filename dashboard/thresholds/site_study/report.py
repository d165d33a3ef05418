"""The report of a calibration study as a PDF of one page: yield, errors, predictive values, costs, subgroups."""

from datetime import datetime

from dashboard.shared.elements import disclaimer
from dashboard.shared.formatting import format_count, format_percent_estimate, format_threshold
from dashboard.shared.pdf_page import MARGIN, QUIET, PdfPage, columns
from dashboard.thresholds.choice import OperatingChoice
from dashboard.thresholds.committee_pdf import REQUIREMENT
from dashboard.thresholds.evaluation_set import EvaluationSet
from dashboard.thresholds.site_study.operating_rows import OperatingRow, operating_rows
from dashboard.thresholds.site_study.subgroups import SubgroupFigures, subgroup_figures
from dashboard.thresholds.summary import summarise
from model.metrics.operating_points import operating_points
from model.network.card import Card


def study_report(
    evaluation: EvaluationSet, choice: OperatingChoice, card: Card, time: datetime, price: float | None = None
) -> bytes:
    """Draw the report; the same arguments give the same bytes.

    Args:
        evaluation: the study's images.
        choice: the threshold that is proposed, and the hospital.
        card: of the shipped model.
        time: of the printing, UTC.
        price: of a false alarm, in the hospital's currency; None where costs are counted in false alarms alone.
    """
    page = PdfPage("Calibration study", card.version, time, size=8.5)
    page.head("Calibration study at the own site", f"{time:%Y-%m-%d %H:%M} UTC")
    page.y += 1
    _draw_set(page, evaluation, choice)
    _draw_rows(page, evaluation, choice, price)
    _draw_subgroups(page, evaluation, choice)
    page.paragraph(evaluation.provenance, gap=2, size=8, colour=QUIET)
    page.paragraph(
        f"{disclaimer.TITLE} {disclaimer.limits(card)} {disclaimer.PURPOSE} Ranges in brackets are 95 % intervals "
        f"(Wilson). After the WHO/TDR toolkit for calibrating computer-aided detection, 2021.",
        size=8,
        colour=QUIET,
    )
    return page.encode()


def _draw_set(page: PdfPage, evaluation: EvaluationSet, choice: OperatingChoice) -> None:
    positives = int(evaluation.labels.sum())
    page.paragraph(
        f"{len(evaluation.labels):,} {evaluation.images}, {positives:,} with pneumonia "
        f"({100 * positives / len(evaluation.labels):.1f} %), read with {evaluation.network}. Required recall: at "
        f"least {100 * choice.target:g} %.",
        gap=2,
        size=11,
    )
    page.paragraph(f"Proposed: alarm from {format_threshold(choice.threshold)}", gap=2, size=18, bold=True)
    summary = summarise(evaluation, choice)
    title, colour = REQUIREMENT[summary.requirement]
    recall = summary.rates["recall"]
    with page.bar(colour) as beside:
        page.paragraph(title, **beside, size=11, bold=True, colour=colour)
        page.paragraph(
            f"Recall {format_percent_estimate(recall)}, known within "
            f"{100 * max(recall.value - recall.low, recall.high - recall.value):.1f} points.",
            **beside,
        )
    page.y += 4


def _draw_rows(page: PdfPage, evaluation: EvaluationSet, choice: OperatingChoice, price: float | None) -> None:
    """Draw the thresholds that reach round recalls, and the proposed one."""
    page.paragraph("Yield, errors and predictive values by threshold", gap=0.5, size=11, bold=True)
    money = "" if price is None else f"; in brackets in money, a false alarm at {price:,.10g}"
    page.paragraph(
        f"Cost: false alarms in 100 children, a missed pneumonia weighing {choice.weight:g}, where "
        f"{100 * choice.prevalence:.3g} % have pneumonia{money}. PPV and NPV: as in the children studied.",
        gap=1.5,
        colour=QUIET,
    )
    points = operating_points(evaluation.labels, evaluation.scores)
    rows = operating_rows(points, choice.threshold, choice.prevalence, choice.weight)
    page.table([(_threshold(row, choice), operating_text(row, price)) for row in rows], MARGIN, columns(12), 38)
    page.y += 4


def _threshold(row: OperatingRow, choice: OperatingChoice) -> str:
    return (
        f"Alarm from {format_threshold(row.threshold)}{', proposed' if row.threshold == choice.threshold else ''}"
    )


def operating_text(row: OperatingRow, price: float | None = None) -> str:
    """Return what a threshold comes to, in two sentences; ``price`` is a false alarm's."""
    cost = f"{100 * row.cost:.1f}" + ("" if price is None else f" ({100 * row.cost * price:,.0f})")
    counts, figures = row.counts, {name: format_percent_estimate(rate) for name, rate in row.rates.items()}
    return (
        f"Finds {counts.tp:,} of {counts.tp + counts.fn:,} pneumonias, {figures['recall']}, and misses "
        f"{counts.fn:,}; {format_count(counts.fp, 'false alarm')}, specificity {figures['specificity']}. "
        f"PPV {figures['precision']}, NPV {figures['npv']}; cost {cost}."
    )


def _draw_subgroups(page: PdfPage, evaluation: EvaluationSet, choice: OperatingChoice) -> None:
    page.paragraph("Subgroups, at the proposed threshold", gap=1.5, size=11, bold=True)
    figures = subgroup_figures(evaluation.labels, evaluation.scores, choice.threshold, evaluation.subgroups)
    if figures:
        page.table([(one.title, subgroup_text(one)) for one in figures], MARGIN, columns(12), 38)
    else:
        page.paragraph("The file names no ages and no sexes: recall may differ between them unseen.", colour=QUIET)
    page.y += 4


def subgroup_text(figures: SubgroupFigures) -> str:
    """Return what the threshold does in a subgroup, in a sentence."""
    return (
        f"{figures.positives:,} with pneumonia, {figures.missed:,} missed, recall "
        f"{format_percent_estimate(figures.recall)}; {figures.negatives:,} normal, "
        f"{format_count(figures.alarms, 'false alarm')}, specificity "
        f"{format_percent_estimate(figures.specificity)}."
    )
