"""The texts of a reading's warnings."""

from dataclasses import replace

import numpy as np
import pytest

from dashboard.reading.warning_text import (
    WARNINGS,
    format_age,
    recorded,
    warning_sentences,
    warning_title,
    warnings_html,
)
from model.io import dicom_header
from model.network.classifier import Reading
from tests.dicoms import dataset
from tests.pictures import chest

HEADER = replace(
    dicom_header.read_header(dataset(chest(), PatientAge="054Y", ViewPosition="LL")), body_part="<HAND>"
)


def reading(*codes: str) -> Reading:
    return Reading(0.999, 0.5, np.zeros((7, 7), np.float32), np.zeros((8, 8), np.float32), codes, "1", "")


@pytest.mark.parametrize("code", ["not_chest_radiograph", "inverted", "resolution", "age", "view", "body_part"])
def test_every_code_has_a_title_and_says_what_to_do(code: str) -> None:
    html = warnings_html(reading(code), HEADER, 224)
    (sentences,) = warning_sentences(reading(code), 224)
    assert warning_title(reading(code)) == WARNINGS[code].title
    assert sentences in html
    assert "{" not in html


def test_what_the_file_says_is_quoted_and_cannot_break_the_page() -> None:
    html = warnings_html(reading("age", "view", "body_part"), HEADER, 224)
    for value in ("54 years", "LL", "&lt;HAND&gt;"):
        assert f"In the file: <b>{value}</b>." in html
    assert f"<b>{WARNINGS['view'].title}.</b>" in html
    assert WARNINGS["age"].title not in html, "it stands in place of the finding"


def test_the_sentences_for_a_report_do_not_name_the_age() -> None:
    assert "54" not in warning_sentences(reading("age"), 224)[0]


@pytest.mark.parametrize(
    ("years", "shown"),
    [
        (54.0, "54 years"),
        (5.99, "6 years"),
        (1.0, "1 year"),
        (11 / 12, "11 months"),
        (1 / 12, "1 month"),
        (5 / 365.25, "5 days"),
        (1 / 365.25, "1 day"),
        (0.0, "0 days"),
    ],
)
def test_an_age_in_words(years: float, shown: str) -> None:
    assert format_age(years) == shown


def test_only_the_header_is_quoted() -> None:
    assert recorded("resolution", HEADER) == recorded("age", None) == ""
    assert recorded("age", replace(HEADER, age_years=None)) == ""
