"""A reading as one page of paper: both pictures, what was found, how sure, by what, and for whom it holds."""

from pathlib import Path

import cv2
import numpy as np

from dashboard.reports.context import Context
from dashboard.reports.identity import Identity
from dashboard.shared import disclaimer
from dashboard.shared.findings import FINDINGS
from dashboard.shared.formatting import (
    decimals_apart,
    format_deciding_threshold,
    format_frame,
    format_probability,
    format_thresholds,
    hottest_region,
)
from dashboard.shared.images import fitted, grey, overlaid
from dashboard.shared.pdf_page import BOTTOM, MARGIN, MONO, SANS, TEXT, WIDTH, Sheet, column, columns
from model.io.radiograph import Radiograph
from model.metrics import intervals
from model.metrics.estimate import Estimate
from model.network.classifier import Reading
from model.network.finding import Finding

LOGO = Path(__file__).resolve().parents[2] / "assets" / "icon.svg"

# The light theme of dashboard/style.css and .streamlit/config.toml, on white paper.
QUIET, RULE, PANEL, TRACK, BRAND = "#4a5653", "#d5d9d2", "#f0f1ed", "#dfe3dd", "#0b6e6e"
WARNING = FINDINGS[Finding.PNEUMONIA].colour

LONGEST_SIDE = 1000
"""Pixels of a picture: 300 to the inch at half the page's width."""
LOWEST_PICTURE, HIGHEST_PICTURE = 42.0, 96.0
"""Millimetres, with caption: pictures take the room that the text leaves."""
SIZES = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0)
"""Points of the running text; the first at which all of it fits the page is taken."""
LABEL, WIDE_LABEL = 21.0, 27.0
"""Millimetres for the words that name a value, in half a page's table and in a whole page's."""


class PageOverflow(ValueError):
    """More text than one page holds in a type that can be read."""


def report_pdf(scan: Radiograph, reading: Reading, context: Context, identity: Identity | None = None) -> bytes:
    """A one-page A4 PDF; the same arguments give the same bytes.

    Args:
        scan: the radiograph; its file's name is printed.
        reading: what the model said of it.
        context: how that was decided, by what, and when.
        identity: the patient, printed only where it is passed.

    Raises:
        PageOverflow: the warnings are longer than a page.
    """
    for size in SIZES:
        sheet = _sheet(context, size)
        draw_head(sheet, context)
        if identity is not None:
            draw_identity(sheet, identity)
        draw_finding(sheet, reading, context)
        draw_warnings(sheet, context)
        foot, limits = _heights(scan, reading, context, size)
        room = BOTTOM - sheet.y - foot - limits
        if room >= LOWEST_PICTURE:
            draw_pictures(sheet, scan, reading, min(room, HIGHEST_PICTURE))
            draw_foot(sheet, scan, reading, context)
            # At the sheet's own foot, whatever the pictures have left free above.
            sheet.y = BOTTOM - limits
            draw_limits(sheet, context)
            return sheet.written()
    raise PageOverflow(
        f"expected text that leaves room for the pictures on one page; received {len(context.warnings)} warnings "
        f"of {sum(map(len, context.warnings))} characters. Shorten them."
    )


def _sheet(context: Context, size: float) -> Sheet:
    return Sheet("Reading of a chest X-ray", f"Lungfield, model {context.card.version}", context.time, size)


def _heights(scan: Radiograph, reading: Reading, context: Context, size: float) -> tuple[float, float]:
    """Of the foot and of the limits, millimetres, measured on a sheet that is thrown away."""
    trial = _sheet(context, size)
    top = trial.y
    draw_foot(trial, scan, reading, context)
    middle = trial.y
    draw_limits(trial, context)
    return middle - top, trial.y - middle


def draw_head(sheet: Sheet, context: Context) -> None:
    """Whose page it is, and when the radiograph was read."""
    sheet.image(LOGO, MARGIN - 0.8, sheet.y, 9, 9, "Lungfield's mark")
    sheet.text("Lungfield", MARGIN + 10, 60, y=sheet.y + 1.1, size=15, bold=True, colour=BRAND)
    half, width = column(6), columns(6)
    sheet.text("Reading of a chest X-ray", half, width, size=9, bold=True, align="R")
    sheet.text(f"{context.time:%Y-%m-%d %H:%M} UTC", half, width, y=sheet.y + 4.6, colour=QUIET, align="R")
    sheet.rule(sheet.y + 11.5, RULE)
    sheet.y += 15


def draw_identity(sheet: Sheet, identity: Identity) -> None:
    """The patient, in one row."""
    cells = [
        ("Patient", identity.name, 0, 5),
        ("Patient ID", identity.patient_id, 5, 3),
        ("Born", identity.birth_date, 8, 2),
        ("Accession", identity.accession_number, 10, 2),
    ]
    for label, value, first, span in cells:
        sheet.text(label, column(first), columns(span), size=7, colour=QUIET)
        shown = sheet.shortened(value or "-", columns(span), size=9, bold=True)
        sheet.text(shown, column(first), columns(span), y=sheet.y + 3.4, size=9, bold=True)
    sheet.rule(sheet.y + 10, RULE)
    sheet.y += 13


def draw_finding(sheet: Sheet, reading: Reading, context: Context) -> None:
    """The finding in words, the probability in figures, and both on one scale from 0 to 1."""
    colour = FINDINGS[context.finding].colour
    top = sheet.y
    sheet.text(context.title, MARGIN, columns(8), size=22, bold=True, colour=colour)
    decimals = decimals_apart(reading.probability, context.lower, context.threshold)
    limit = format_deciding_threshold(context.finding, context.lower, context.threshold, decimals)
    reason = FINDINGS[context.finding].reason.format(threshold=limit)
    sheet.text(reason, MARGIN, columns(8), y=top + 11.2, size=9, colour=QUIET)
    shown = format_probability(reading.probability, decimals)
    sheet.text(shown, column(7), columns(5), size=22, bold=True, align="R")
    sheet.text("probability of pneumonia", column(7), columns(5), y=top + 11.2, size=9, colour=QUIET, align="R")
    sheet.y = top + 18.5
    _draw_scale(sheet, reading, context, colour, decimals)


def _draw_scale(sheet: Sheet, reading: Reading, context: Context, colour: str, decimals: int) -> None:
    width = WIDTH - 2 * MARGIN
    sheet.box(MARGIN, sheet.y, width, 2.4, TRACK, radius=1.2)
    sheet.box(MARGIN, sheet.y, width * reading.probability, 2.4, colour, radius=1.2)
    for limit in (context.lower, context.threshold):
        if limit is not None:
            tick = MARGIN + width * limit
            sheet.box(tick - 0.35, sheet.y - 1.2, 0.7, 4.8, TEXT)
    label = 44.0
    left = min(max(tick - label / 2, MARGIN), WIDTH - MARGIN - label)
    align = "L" if left == MARGIN else "C" if left < WIDTH - MARGIN - label else "R"
    named = "threshold" if context.lower is None else "thresholds"
    shown = f"{named} {format_thresholds(context.lower, context.threshold, 'and', decimals)}"
    sheet.text(shown, left, label, y=sheet.y + 4.1, size=7.5, colour=QUIET, align=align)
    sheet.y += 10.5


def draw_warnings(sheet: Sheet, context: Context) -> None:
    """Why the model should not be trusted, where it should not: before the pictures, so that nobody misses it."""
    for warning in context.warnings:
        below = sheet.text(f"Warning: {warning}", MARGIN + 4, columns(12) - 4, bold=True, colour=WARNING)
        sheet.box(MARGIN, sheet.y, 0.9, below - sheet.y, WARNING)
        sheet.y = below + 1.2
    sheet.y += 1.5 if context.warnings else 0


def draw_pictures(sheet: Sheet, scan: Radiograph, reading: Reading, height: float) -> None:
    """The radiograph, and beside it the radiograph under the heat map, at one scale."""
    words, gap = 5.4, 4.5
    pixels = fitted(scan.pixels, LONGEST_SIDE)
    width = columns(6)
    scale = min(width / scan.width, (height - words - gap) / scan.height)
    drawn_width, drawn_height = scan.width * scale, scan.height * scale
    under_map = hottest_region(reading.heat)
    pictures = [
        (column(0), grey(pixels), "Radiograph", "The radiograph"),
        (column(6), overlaid(pixels, reading.heat), f"Heat map: {under_map}", f"Under the heat map: {under_map}"),
    ]
    for x, picture, caption, description in pictures:
        sheet.box(x, sheet.y, width, drawn_height, "#000000")
        sheet.image(_jpeg(picture), x + (width - drawn_width) / 2, sheet.y, drawn_width, drawn_height, description)
        sheet.text(caption, x, width, y=sheet.y + drawn_height + 1.1, size=7.5, colour=QUIET)
    sheet.y += drawn_height + words + gap


def _jpeg(picture: np.ndarray) -> bytes:
    """A grey or RGB picture, uint8, coded as the viewer codes it: a tenth of the size, and nothing to be seen."""
    bgr = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    _, coded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 92])
    return coded.tobytes()


def draw_foot(sheet: Sheet, scan: Radiograph, reading: Reading, context: Context) -> None:
    """How it was decided, what the threshold is worth, and what was read by what."""
    top = sheet.y
    left = _draw_table(sheet, "How it was decided", decision(reading, context), column(0), columns(6), LABEL)
    sheet.y = top
    right = _draw_table(
        sheet, "Track record of this policy, test set", track_record(context), column(6), columns(6), LABEL
    )
    sheet.y = max(left, right) + 4.0
    rows = provenance(scan, reading, context)
    _draw_table(sheet, "What was read, and by what", rows, column(0), columns(12), WIDE_LABEL)
    sheet.y += 4.0


def decision(reading: Reading, context: Context) -> list[tuple[str, str]]:
    """The finding and what it follows from."""
    known = context.card.hypothesis.pneumonias
    lower = round(reading.p_value * (len(known) + 1)) - 1
    verdict = "is rejected" if reading.p_value <= context.level else "stands"
    decimals = decimals_apart(reading.probability, context.lower, context.threshold)
    return [
        ("Finding", context.title),
        ("Policy", context.policy),
        (
            "Threshold",
            f"{format_thresholds(context.lower, context.threshold, 'and', decimals)}; the probability is "
            f"{format_probability(reading.probability, decimals)}",
        ),
        (
            "H0",
            f'"The person has pneumonia" {verdict} at a level of {100 * context.level:g} %: '
            f"p = {reading.p_value:.3f}; {lower} of {len(known)} validation pneumonias score no higher",
        ),
    ]


def track_record(context: Context) -> list[tuple[str, str]]:
    """What the threshold did on the test set, each share with its 95 % interval."""
    counts = context.counts
    ill, normal = counts.tp + counts.fn, counts.fp + counts.tn
    return [
        ("Recall", f"{_share(intervals.proportion(counts.tp, ill))}: {counts.tp} of {ill} pneumonias found"),
        ("Missed", f"{counts.fn} of {ill} pneumonias"),
        (
            "Specificity",
            f"{_share(intervals.proportion(counts.tn, normal))}: {counts.tn} of {normal} normals left alone",
        ),
        ("False alarms", f"{counts.fp} of {normal} normals"),
        *_left_to_a_human(context),
    ]


def _left_to_a_human(context: Context) -> list[tuple[str, str]]:
    """What lies between two thresholds, and so in none of the rows above."""
    if context.lower is None:
        return []
    counts = context.counts
    total = context.referred + counts.tp + counts.fp + counts.fn + counts.tn
    return [("To a human", f"{context.referred} of {total}, not counted above")]


def _share(interval: Estimate[float]) -> str:
    if not np.isfinite(interval.value):
        return "unknown"
    return f"{100 * interval.value:.1f} % (95 % CI {100 * interval.low:.1f} to {100 * interval.high:.1f})"


def provenance(scan: Radiograph, reading: Reading, context: Context) -> list[tuple[str, str]]:
    """What another reader needs to find the same file and the same network again."""
    frame = format_frame(scan.frame, scan.frames)
    return [
        ("File", scan.name),
        *([("Origin", context.origin)] if context.origin else []),
        ("Image", f"{scan.width} x {scan.height} pixels, {scan.bits} bit, {scan.format}{frame}"),
        ("Image SHA-256", reading.digest),
        ("Model", f"{context.card.name} {reading.model_version}, {context.card.architecture}"),
        ("Network SHA-256", context.network),
        ("Read", f"{context.time:%Y-%m-%d %H:%M:%S} UTC"),
    ]


def _draw_table(
    sheet: Sheet, title: str, rows: list[tuple[str, str]], x: float, width: float, label_width: float
) -> float:
    """Names and values under a title; says where it ends."""
    sheet.y = sheet.text(title, x, width, bold=True, size=sheet.size + 0.5) + 0.8
    for label, value in rows:
        sheet.rule(sheet.y, RULE, x, width)
        sheet.y += 0.75
        sheet.text(label, x, label_width, colour=QUIET)
        family = MONO if "SHA-256" in label else SANS
        if label == "File":
            value = sheet.shortened(value, width - label_width)
        sheet.y = sheet.text(value, x + label_width, width - label_width, family=family) + 0.75
    return sheet.y


def draw_limits(sheet: Sheet, context: Context) -> None:
    """For whom the model holds, and what it is not."""
    below = sheet.text(disclaimer.TITLE, MARGIN + 4, columns(12) - 4, bold=True, y=sheet.y)
    below = sheet.text(disclaimer.safety_notice(context.card), MARGIN + 4, columns(12) - 4, y=below, colour=QUIET)
    sheet.box(MARGIN, sheet.y, 0.9, below - sheet.y, BRAND)
    sheet.y = below
