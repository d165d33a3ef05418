"""The words for why a reading should not be trusted."""

from dataclasses import replace

import numpy as np
import pytest

from dashboard.reading import warning_text
from model.io import dicom_header
from model.network.classifier import Reading
from tests.dicoms import dataset
from tests.pictures import chest

CODES = ("not_chest_radiograph", "inverted", "resolution", "age", "view", "body_part")
HEADER = replace(
    dicom_header.read_header(dataset(chest(), PatientAge="054Y", ViewPosition="LL")), body_part="<HAND>"
)


def reading(*codes: str) -> Reading:
    return Reading(0.999, 0.5, np.zeros((7, 7), np.float32), codes, "1", "")


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_title_and_says_what_to_do(code: str) -> None:
    words = warning_text.reasons_html(reading(code), HEADER, 224)
    assert warning_text.title(reading(code)) == warning_text.TITLES[code]
    assert warning_text.sentence(code, 224) in words
    assert "{" not in words


def test_what_the_file_says_is_quoted_and_cannot_break_the_page() -> None:
    words = warning_text.reasons_html(reading("age", "view", "body_part"), HEADER, 224)
    for said in ("54 years", "LL", "&lt;HAND&gt;"):
        assert f"In the file: <b>{said}</b>." in words
    assert (
        f"<b>{warning_text.TITLES['view']}.</b>" in words and f"<b>{warning_text.TITLES['age']}.</b>" not in words
    )


def test_what_leaves_the_house_does_not_tell_the_age() -> None:
    assert "54" not in warning_text.sentence("age", 224)


@pytest.mark.parametrize(
    ("years", "words"),
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
def test_an_age_in_words(years: float, words: str) -> None:
    assert warning_text.age_words(years) == words


def test_only_the_header_is_quoted() -> None:
    assert warning_text.found("resolution", HEADER) == warning_text.found("age", None) == ""
    assert warning_text.found("age", replace(HEADER, age_years=None)) == ""
