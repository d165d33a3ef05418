from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from pydicom.uid import Comprehensive3DSRStorage, SecondaryCaptureImageStorage, SegmentationStorage

from dashboard.node.answers import Answerer, chosen_policy, reader_identity
from dashboard.node.configuration import (
    HEAT_MAP,
    REPORT,
    SEGMENTATION,
    ArchiveSettings,
    Configuration,
    InvalidConfiguration,
    ReadingSettings,
)
from model import Classifier
from model.io.errors import UnreadableRadiograph
from model.network.card import load_card
from tests.dashboard.node.examples import IDENTITY, parsed, radiograph
from tests.pictures import chest

MOMENT = 1_767_225_600.75
"""The first of January 2026, UTC, and a little."""


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load()


@pytest.fixture
def answerer(classifier: Classifier) -> Answerer:
    return Answerer(classifier, ReadingSettings())


def test_an_answer_is_a_picture_and_a_report_in_the_patients_study(answerer: Answerer) -> None:
    source = parsed(radiograph())
    found = [parsed(file) for file in answerer.answer(radiograph(), MOMENT).files]
    assert [each.SOPClassUID for each in found] == [SecondaryCaptureImageStorage, Comprehensive3DSRStorage]
    for each in found:
        assert each.StudyInstanceUID == source.StudyInstanceUID
        assert each.SeriesInstanceUID != source.SeriesInstanceUID
        assert {keyword: str(each[keyword].value) for keyword in IDENTITY} == IDENTITY
        assert each.ContentDate == "20260101"


def test_its_numbers_are_the_networks(answerer: Answerer, classifier: Classifier) -> None:
    from model import read

    reading = read(radiograph())
    (result,) = answerer.answer(radiograph(), MOMENT).results
    assert (result.probability, result.digest) == (reading.probability, reading.digest)
    assert result.threshold == classifier.card.default_threshold
    assert result.finding == chosen_policy(classifier.card, ReadingSettings()).finding(reading).decision


def test_the_same_radiograph_has_the_same_answer_to_the_byte(answerer: Answerer) -> None:
    assert answerer.answer(radiograph(), MOMENT) == answerer.answer(radiograph(), MOMENT)


def test_read_later_it_is_still_the_same_object(answerer: Answerer) -> None:
    first, later = (answerer.answer(radiograph(), MOMENT + seconds).files for seconds in (0, 86_400))
    assert first != later
    assert [parsed(file).SOPInstanceUID for file in first] == [parsed(file).SOPInstanceUID for file in later]


def test_a_warning_is_answered_as_one(answerer: Answerer) -> None:
    answer = answerer.answer(radiograph(PatientAge="054Y"), MOMENT)
    assert "age" in answer.results[0].warnings.split(";")
    assert b"Expected a child of" in answer.files[1]


def test_answers_can_be_chosen(classifier: Classifier) -> None:
    for name, sop_class in (
        (REPORT, Comprehensive3DSRStorage),
        (HEAT_MAP, SecondaryCaptureImageStorage),
        (SEGMENTATION, SegmentationStorage),
    ):
        (file,) = Answerer(classifier, ReadingSettings(answers=(name,))).answer(radiograph(), MOMENT).files
        assert parsed(file).SOPClassUID == sop_class


def two_frames() -> bytes:
    """Return a radiograph of two frames."""
    pixels = np.stack([chest(seed=seed).astype("uint16") * 16 for seed in (1, 2)])
    return radiograph(NumberOfFrames=2, PixelData=pixels.tobytes(), Rows=240, Columns=256)


def test_every_frame_is_answered(answerer: Answerer) -> None:
    answer = answerer.answer(two_frames(), MOMENT)
    assert [result.frame for result in answer.results] == [1, 2]
    assert len(set(answer.fhir_reports)) == 2
    assert len({parsed(file).SOPInstanceUID for file in answer.files}) == 4


def test_a_film_is_refused(classifier: Classifier) -> None:
    with pytest.raises(UnreadableRadiograph, match=r"holds 2 frames.*Raise reading\.max_frames"):
        Answerer(classifier, ReadingSettings(max_frames=1)).answer(two_frames(), MOMENT)


def test_policies_are_the_cards_or_the_hospitals_own() -> None:
    card = load_card()
    assert chosen_policy(card, ReadingSettings()).high == card.default_threshold
    assert chosen_policy(card, ReadingSettings(threshold=0.123)).thresholds == (0.123,)
    with pytest.raises(InvalidConfiguration, match=r"reading\.policy: expected one of default, .*received 'x'"):
        chosen_policy(card, ReadingSettings(policy="x"))


def test_another_network_or_threshold_is_another_reader_and_so_is_one_in_shadow_mode() -> None:
    card = load_card()
    given = Configuration(Path("spool"), archive=ArchiveSettings(url="http://localhost/dicom-web"))
    identities = {
        reader_identity(card, given),
        reader_identity(card, replace(given, reading=ReadingSettings(threshold=0.123))),
        reader_identity(card, replace(given, shadow=True)),
        reader_identity(replace(card, version="0.0.0"), given),
        reader_identity(replace(card, files=dict.fromkeys(card.files, "b" * 64)), given),
    }
    assert len(identities) == 5
    assert reader_identity(card, replace(given, reading=ReadingSettings(answers=(REPORT,)))) in identities


def test_a_moment_is_that_of_the_reading_in_the_report(answerer: Answerer) -> None:
    report = parsed(answerer.answer(radiograph(TimezoneOffsetFromUTC="+0000"), MOMENT).files[1])
    stated = datetime.strptime(f"{report.ContentDate}{report.ContentTime}+0000", "%Y%m%d%H%M%S%z")
    assert stated.timestamp() == int(MOMENT)
