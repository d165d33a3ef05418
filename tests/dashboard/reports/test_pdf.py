import io
import re
from dataclasses import replace
from typing import Any

import pytest
from pypdf import PageObject, PdfReader

from dashboard.reports.identity import Identity
from dashboard.reports.pdf import PageOverflow, report_pdf
from dashboard.shared.pdf_page import BOTTOM, HEIGHT, POINT
from model.io.radiograph import Radiograph
from model.network.finding import Finding
from model.network.policy import Policy
from tests.dashboard.reports.examples import context, reading, scan

WHO = Identity("Zwetschge, Aurelia", "PID-77215", "2022-03-19", "ACC-90417")


def page(data: bytes) -> PageObject:
    """Return the only page."""
    (only,) = PdfReader(io.BytesIO(data)).pages
    return only


def words(data: bytes) -> str:
    """All that is printed, on one line."""
    return re.sub(r"\s+", " ", page(data).extract_text())


def test_it_says_all_that_a_reader_needs() -> None:
    given, around = reading(), context()
    text = words(report_pdf(scan(), given, around))
    for expected in (
        "Pneumonia suspected",
        "At or above the alarm threshold of 75.0 %.",
        "87.5 % probability of pneumonia",
        "Policy Set by hand on the page Thresholds",
        "Ruling it out Pneumonia cannot be ruled out (p = 0.125): ",
        "97.4 % (95 % CI 95.3 to 98.6): 380 of 390 pneumonias found",
        "Missed 10 of 390 pneumonias",
        "88.9 % (95 % CI 84.2 to 92.3): 208 of 234 normals left alone",
        "False alarms 26 of 234 normals",
        "File scan.png",
        "320 x 300 pixels, 8 bit, PNG",
        given.digest,
        around.network,
        "Model pneumonia 1.0.0",
        "2026-03-04 05:06:07 UTC",
        "strongest evidence in the lower left part of the picture",
        "children of one to five years",
        "Not a medical device.",
    ):
        assert expected in text


def test_it_is_one_sheet_of_a4_with_both_pictures() -> None:
    only = page(report_pdf(scan(), reading(), context()))
    assert [float(side) for side in only.mediabox[2:]] == pytest.approx([595.28, 841.89], abs=0.01)
    first, second = (image.image for image in only.images)
    assert first is not None and second is not None
    assert (first.mode, first.size) == ("L", (320, 300))
    assert (second.mode, second.size) == ("RGB", (320, 300))
    # Hot in the lower left corner, where red exceeds blue; cold, and so grey, in the upper right one.
    red, _, blue = second.getpixel((20, 280))  # type: ignore[misc]
    assert red > blue + 60
    assert max(second.getpixel((300, 20))) - min(second.getpixel((300, 20))) < 12  # type: ignore[arg-type]


def test_the_same_is_the_same_to_the_last_byte() -> None:
    assert report_pdf(scan(), reading(), context(), WHO) == report_pdf(scan(), reading(), context(), WHO)


def test_an_origin_is_told() -> None:
    assert "File scan.png Origin A composite." in words(
        report_pdf(scan(), reading(), context(origin="A composite."))
    )
    assert "Origin" not in words(report_pdf(scan(), reading(), context()))


def test_a_frame_of_several_is_told() -> None:
    second = replace(scan(), frame=2, frames=3)
    assert "320 x 300 pixels, 8 bit, PNG, frame 2 of 3" in words(report_pdf(second, reading(), context()))
    assert "frame" not in words(report_pdf(scan(), reading(), context()))


def test_a_probability_that_is_rare_among_pneumonias_is_called_so() -> None:
    around = context(finding=Finding.NORMAL)
    text = words(report_pdf(scan(), reading(0.1, p_value=0.004), around))
    assert "Below the alarm threshold" in text
    assert "Below the threshold of 75.0 %." in text
    assert "Few pneumonias score this low (p = 0.004)" in text


def test_a_likely_pneumonia_below_the_threshold_is_not_called_normal() -> None:
    text = words(report_pdf(scan(), reading(0.7), context(finding=Finding.DOUBTFUL)))
    assert "Doubtful: look again" in text
    assert "At 50 % or above, yet below the alarm threshold of 75.0 %." in text


def test_a_probability_just_below_the_threshold_is_not_written_like_it() -> None:
    near = context(0.9684, finding=Finding.DOUBTFUL)
    text = words(report_pdf(scan(), reading(0.9677), near))
    assert "yet below the alarm threshold of 96.84 %." in text
    assert "96.77 %" in text and "threshold 96.84 %" in text


def test_what_such_readings_were_worth_is_told() -> None:
    assert "Such readings Of 29, 7." in words(report_pdf(scan(), reading(), context(worth="Of 29, 7.")))
    assert "Such readings" not in words(report_pdf(scan(), reading(), context()))


def test_the_readers_finding_name_and_a_line_to_sign() -> None:
    signed = words(report_pdf(scan(), reading(), context(reader_finding="unsure", reader_name="Dr. Ada Byron")))
    for printed in ("Reader's finding Unsure", "Name Dr. Ada Byron", "Date and signature"):
        assert printed in signed
    assert "signature" not in words(report_pdf(scan(), reading(), context()))


def test_warnings_stand_above_the_pictures() -> None:
    around = context(finding=Finding.REVIEW, warnings=("It is too small.", "It is upside down."))
    text = words(report_pdf(scan(), reading(), around))
    assert "The model should not be trusted with this radiograph." in text
    assert (
        text.index("It is too small.") < text.index("It is upside down.") < text.index("Heat map, lungs outlined:")
    )


def test_a_patient_is_named_only_where_one_is_passed() -> None:
    named, unnamed = (words(report_pdf(scan(), reading(), context(), who)) for who in (WHO, None))
    for value in ("Zwetschge, Aurelia", "PID-77215", "2022-03-19", "ACC-90417"):
        assert value in named
        assert value not in unnamed
    assert "Patient" not in unnamed


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("胸部 \u2013 Müller.png", "File \\u80f8\\u90e8 - Müller.png Image"),
        ("خط.png", "File \\u062e\\u0637.png Image"),
        ("tab\tand\x00nul.png", "File tab\\tand\\x00nul.png Image"),
        ("**bold**__u__.png", "File **bold**__u__.png Image"),
    ],
)
def test_any_file_name_is_printed(name: str, printed: str) -> None:
    assert printed in words(report_pdf(scan(name=name), reading(), context()))


LONG = "The picture does not look like a frontal chest radiograph of a child, of which the model knows alone. " * 2


@pytest.mark.parametrize(
    ("given", "changes", "who"),
    [
        (scan(64, 900), {}, None),
        (scan(900, 64), {}, WHO),
        (scan(name="n" * 400), {"warnings": (LONG,) * 6, "policy": Policy("own set", LONG, LONG, 0.75, 0.75)}, WHO),
        (scan(), {"high": 0.0}, None),
        (scan(), {"reader_finding": "pneumonia", "reader_name": "N" * 80, "worth": LONG}, WHO),
        (scan(), {"high": 1.0}, Identity("N" * 200, "I" * 90, "?" * 40, "A" * 70)),
    ],
)
def test_all_of_it_stays_on_the_page(given: Radiograph, changes: dict[str, Any], who: Identity | None) -> None:
    lowest = []

    def note(text: str, _: Any, matrix: list[float], *__: Any) -> None:
        if text.strip():
            lowest.append(matrix[5])

    only = page(report_pdf(given, reading(), context(**changes), who))
    only.extract_text(visitor_text=note)
    assert min(lowest) >= (HEIGHT - BOTTOM) / POINT - 1
    assert len(only.images) == 2


def test_more_warnings_than_a_page_holds_are_refused() -> None:
    with pytest.raises(PageOverflow, match=r"received 60 warnings of \d+ characters\. Shorten them\."):
        report_pdf(scan(), reading(), context(warnings=(LONG,) * 60))


def test_the_pictures_have_the_chests_shape_though_pixels_are_not_square() -> None:
    only = page(report_pdf(replace(scan(320, 300), pixel_aspect=2.0), reading(), context()))
    assert [image.image.size for image in only.images if image.image] == [(320, 600)] * 2
    content = only.get_contents()
    assert content is not None
    drawn = re.findall(rb"q ([\d.]+) 0 0 ([\d.]+) [\d.]+ [\d.]+ cm /I", content.get_data())
    assert [float(high) / float(wide) for wide, high in drawn] == pytest.approx([600 / 320] * 2, rel=0.01)
