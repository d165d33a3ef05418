"""A reading as a PDF of one page: the finding, both pictures, the policy, the model and its limits."""

import numpy as np

from dashboard.reports.context import Context
from dashboard.reports.identity import Identity
from dashboard.shared.elements import disclaimer
from dashboard.shared.findings import FINDINGS
from dashboard.shared.formatting import (
    decimals_apart,
    format_deciding_threshold,
    format_frame,
    format_probability,
    format_thresholds,
    hottest_region,
)
from dashboard.shared.images import jpeg, outline_lungs, overlay_heat_map, shrink, to_uint8
from dashboard.shared.pdf_page import BOTTOM, BRAND, MARGIN, QUIET, TEXT, WIDTH, PdfPage, column, columns
from dashboard.shared.ruling_out import ruling_out
from model.io.radiograph import Radiograph
from model.metrics.estimate import Estimate
from model.metrics.intervals import proportion
from model.network.classifier import Reading
from model.network.finding import Finding
from model.network.policy import Policy

TITLE = "Reading of a chest X-ray"
TRACK = "#dfe3dd"
WARNING = FINDINGS[Finding.PNEUMONIA].colour

LONGEST_SIDE = 1000
"""Pixels of a picture: 300 to the inch at half the page's width."""
JPEG_QUALITY = 92
"""A tenth of the size of the pixels, and no difference to be seen."""
LOWEST_PICTURE, HIGHEST_PICTURE = 42.0, 96.0
"""Millimetres, with caption: pictures take the room that the text leaves."""
SIZES = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0)
"""Points of the running text; the first at which all of it fits the page is taken."""
LABEL, WIDE_LABEL = 21.0, 27.0
"""Millimetres for the labels of a table, of half the page's width and of the whole."""
SIGNATURE = 15.0
"""Millimetres of the row in which the reader's finding and name stand and are signed."""


class PageOverflow(ValueError):
    """More text than one page holds in type that can be read."""


def report_pdf(scan: Radiograph, reading: Reading, context: Context, identity: Identity | None = None) -> bytes:
    """Draw a PDF of one page of A4; the same arguments give the same bytes.

    Args:
        scan: the radiograph; its file's name is printed.
        reading: the model's reading of it.
        context: how, by what and when it was decided.
        identity: the patient, printed only where it is passed.

    Raises:
        PageOverflow: the warnings are longer than a page.
    """
    for size in SIZES:
        page = _page(context, size)
        page.head(TITLE, f"{context.time:%Y-%m-%d %H:%M} UTC")
        if identity is not None:
            draw_identity(page, identity)
        draw_finding(page, reading, context)
        draw_warnings(page, context)
        tables, limits = _heights(scan, reading, context, size)
        room = BOTTOM - page.y - tables - limits
        if room >= LOWEST_PICTURE:
            draw_pictures(page, scan, reading, min(room, HIGHEST_PICTURE))
            draw_tables(page, scan, reading, context)
            # At the foot of the page, whatever the pictures leave free above.
            page.y = BOTTOM - limits
            draw_reader(page, context)
            draw_limits(page, context)
            return page.encode()
    raise PageOverflow(
        f"expected text that leaves room for the pictures on one page; received {len(context.warnings)} warnings "
        f"of {sum(map(len, context.warnings))} characters. Shorten them."
    )


def _page(context: Context, size: float) -> PdfPage:
    return PdfPage(TITLE, context.card.version, context.time, size)


def _heights(scan: Radiograph, reading: Reading, context: Context, size: float) -> tuple[float, float]:
    """Measure the tables, and the reader's row with the limits, millimetres, on a page that is thrown away."""
    trial = _page(context, size)
    top = trial.y
    draw_tables(trial, scan, reading, context)
    middle = trial.y
    draw_reader(trial, context)
    draw_limits(trial, context)
    return middle - top, trial.y - middle


def draw_identity(page: PdfPage, identity: Identity) -> None:
    """Draw the patient and the study in one row."""
    cells = [
        ("Patient", identity.name, 0, 5),
        ("Patient ID", identity.patient_id, 5, 3),
        ("Born", identity.birth_date, 8, 2),
        ("Accession", identity.accession_number, 10, 2),
    ]
    for label, value, first, span in cells:
        page.text(label, column(first), columns(span), size=7, colour=QUIET)
        shown = page.shortened(value or "-", columns(span), size=9, bold=True)
        page.text(shown, column(first), columns(span), y=page.y + 3.4, size=9, bold=True)
    page.rule(page.y + 10)
    page.y += 13


def draw_finding(page: PdfPage, reading: Reading, context: Context) -> None:
    """Draw the finding, the probability, and both on a scale from 0 to 1."""
    colour = FINDINGS[context.finding].colour
    top = page.y
    page.text(context.title, width=columns(8), size=22, bold=True, colour=colour)
    policy = context.policy
    decimals = decimals_apart(reading.probability, *policy.thresholds)
    threshold = format_deciding_threshold(context.finding, policy.lower, policy.high, decimals)
    reason = FINDINGS[context.finding].reason.format(threshold=threshold)
    page.text(reason, width=columns(8), y=top + 11.2, size=9, colour=QUIET)
    shown = format_probability(reading.probability, decimals)
    page.text(shown, column(7), columns(5), size=22, bold=True, align="R")
    page.text("probability of pneumonia", column(7), columns(5), y=top + 11.2, size=9, colour=QUIET, align="R")
    page.y = top + 18.5
    _draw_scale(page, reading.probability, policy, colour, decimals)


def _draw_scale(page: PdfPage, probability: float, policy: Policy, colour: str, decimals: int) -> None:
    width = columns(12)
    page.box(MARGIN, page.y, width, 2.4, TRACK, radius=1.2)
    page.box(MARGIN, page.y, width * probability, 2.4, colour, radius=1.2)
    for threshold in policy.thresholds:
        tick = MARGIN + width * threshold
        page.box(tick - 0.35, page.y - 1.2, 0.7, 4.8, TEXT)
    label = 44.0
    left = min(max(tick - label / 2, MARGIN), WIDTH - MARGIN - label)
    align = "L" if left == MARGIN else "C" if left < WIDTH - MARGIN - label else "R"
    name = "threshold" if policy.lower is None else "thresholds"
    shown = f"{name} {format_thresholds(policy.lower, policy.high, 'and', decimals)}"
    page.text(shown, left, label, y=page.y + 4.1, size=7.5, colour=QUIET, align=align)
    page.y += 10.5


def draw_warnings(page: PdfPage, context: Context) -> None:
    """Draw why the model should not be trusted: above the pictures, so that nobody misses it."""
    for warning in context.warnings:
        with page.bar(WARNING) as beside:
            page.paragraph(f"Warning: {warning}", **beside, bold=True, colour=WARNING)
        page.y += 1.2
    page.y += 1.5 if context.warnings else 0


def draw_pictures(page: PdfPage, scan: Radiograph, reading: Reading, height: float) -> None:
    """Draw the radiograph, and beside it the radiograph under the heat map, within a height in millimetres."""
    caption_height, gap = 5.4, 4.5
    pixels = shrink(scan.pixels, LONGEST_SIDE, scan.pixel_aspect)
    width, shape = columns(6), scan.pixel_aspect * scan.height / scan.width
    drawn_width = min(width, (height - caption_height - gap) / shape)
    drawn_height = drawn_width * shape
    region = hottest_region(reading.heat)
    pictures = [
        (column(0), to_uint8(pixels), "Radiograph", "The radiograph"),
        (
            column(6),
            outline_lungs(overlay_heat_map(pixels, reading.heat), reading.lungs),
            f"Heat map, lungs outlined: {region}",
            f"Under the heat map, lungs outlined: {region}",
        ),
    ]
    for x, picture, caption, description in pictures:
        page.box(x, page.y, width, drawn_height, "#000000")
        left = x + (width - drawn_width) / 2
        page.image(jpeg(picture, JPEG_QUALITY), left, page.y, drawn_width, drawn_height, description)
        page.text(caption, x, width, y=page.y + drawn_height + 1.1, size=7.5, colour=QUIET)
    page.y += drawn_height + caption_height + gap


def draw_tables(page: PdfPage, scan: Radiograph, reading: Reading, context: Context) -> None:
    """Draw how it was decided beside the policy's track record, and below both what was read by which model."""
    top = page.y
    _draw_table(page, "How it was decided", decision(reading, context), column(0), columns(6), LABEL)
    left, page.y = page.y, top
    _draw_table(page, "Track record of this policy, test set", track_record(context), column(6), columns(6), LABEL)
    page.y = max(left, page.y) + 4.0
    name = page.shortened(scan.name, columns(12) - WIDE_LABEL)
    rows = [("File", name), *provenance(scan, reading, context)]
    _draw_table(page, "What was read, and by what", rows, column(0), columns(12), WIDE_LABEL)
    page.y += 4.0


def _draw_table(
    page: PdfPage, title: str, rows: list[tuple[str, str]], x: float, width: float, label_width: float
) -> None:
    page.paragraph(title, x, width, gap=0.8, bold=True, size=page.size + 0.5)
    page.table(rows, x, width, label_width, rules_above=True)


def decision(reading: Reading, context: Context) -> list[tuple[str, str]]:
    """Return the finding and what it follows from, as labels and values."""
    policy, hypothesis = context.policy, context.card.hypothesis
    decimals = decimals_apart(reading.probability, *policy.thresholds)
    return [
        ("Finding", context.title),
        ("Policy", policy.provenance),
        (
            "Threshold",
            f"{format_thresholds(policy.lower, policy.high, 'and', decimals)}; the probability is "
            f"{format_probability(reading.probability, decimals)}",
        ),
        *([("Such readings", context.worth)] if context.worth else []),
        ("Ruling it out", ruling_out(reading.p_value, hypothesis.level, len(hypothesis.pneumonias))),
    ]


def track_record(context: Context) -> list[tuple[str, str]]:
    """Return the policy's results on the test set, as labels and values."""
    referred, counts = context.test
    positives, negatives = counts.tp + counts.fn, counts.fp + counts.tn
    to_a_human = ("To a human", f"{referred} of {referred + counts.total}, not counted above")
    return [
        ("Recall", f"{_share(proportion(counts.tp, positives))}: {counts.tp} of {positives} pneumonias found"),
        ("Missed", f"{counts.fn} of {positives} pneumonias"),
        (
            "Specificity",
            f"{_share(proportion(counts.tn, negatives))}: {counts.tn} of {negatives} normals left alone",
        ),
        ("False alarms", f"{counts.fp} of {negatives} normals"),
        *([to_a_human] if context.policy.lower is not None else []),
    ]


def _share(share: Estimate[float]) -> str:
    if not np.isfinite(share.value):
        return "unknown"
    return f"{100 * share.value:.1f} % (95 % CI {100 * share.low:.1f} to {100 * share.high:.1f})"


def provenance(scan: Radiograph, reading: Reading, context: Context) -> list[tuple[str, str]]:
    """Return what identifies the image and the model beside the file's name, as labels and values."""
    frame = format_frame(scan.frame, scan.frames)
    return [
        *([("Origin", context.origin)] if context.origin else []),
        ("Image", f"{scan.width} x {scan.height} pixels, {scan.bits} bit, {scan.format}{frame}"),
        ("Image SHA-256", reading.digest),
        ("Model", f"{context.card.name} {reading.model_version}, {context.card.architecture}"),
        ("Network SHA-256", context.network),
        ("Read", f"{context.time:%Y-%m-%d %H:%M:%S} UTC"),
    ]


def draw_reader(page: PdfPage, context: Context) -> None:
    """Draw what the reader found, the reader's name and a line to sign; nothing where neither is known."""
    if not (context.reader_finding or context.reader_name):
        return
    cells = [
        ("Reader's finding", context.reader_finding.capitalize(), 0, 3),
        ("Name", context.reader_name, 3, 4),
        ("Date and signature", "", 7, 5),
    ]
    for label, value, first, span in cells:
        page.text(label, column(first), columns(span), size=7, colour=QUIET)
        shown = page.shortened(value, columns(span), size=10, bold=True)
        page.text(shown, column(first), columns(span), y=page.y + 4.4, size=10, bold=True)
        page.rule(page.y + SIGNATURE - 5, column(first), columns(span))
    page.y += SIGNATURE


def draw_limits(page: PdfPage, context: Context) -> None:
    """Draw the safety notice."""
    with page.bar(BRAND) as beside:
        page.paragraph(disclaimer.TITLE, **beside, bold=True)
        page.paragraph(disclaimer.safety_notice(context.card), **beside, colour=QUIET)
