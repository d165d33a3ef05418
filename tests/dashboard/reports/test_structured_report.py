import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import highdicom as hd
import pytest
from highdicom import sr
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.uid import Comprehensive3DSRStorage

from model.io.radiograph import Radiograph
from model.network.finding import Finding
from tests.dashboard.reports.dciodvfy import errors_in
from tests.dashboard.reports.examples import SECOND, capture, context, export, reading, report, reread, scan, source


def group(data: bytes) -> Any:
    """Return the report's one group of measurements, as highdicom reads it."""
    document = hd.sr.srread(io.BytesIO(data))
    content: Any = document.content
    (found,) = content.get_image_measurement_groups()
    return found


def test_the_report_is_read_back() -> None:
    given, around = reading(), context()
    found = group(report(source(), given, around))
    assert found.finding_type == sr.CodedConcept("233604007", "SCT", "Pneumonia")
    assert (found.tracking_identifier, found.tracking_uid) == ("Pneumonia", export(source(), given, around).finding)
    (presence,) = found.get_qualitative_evaluations()
    assert (presence.name, presence.value) == (codes.DCM.PresenceOfProperty, codes.SCT.Present)
    numbers = {item.name.meaning: (item.value, item.unit) for item in found.get_measurements()}
    assert numbers == {
        "Probability": (0.875, codes.UCUM.NoUnits),
        "Threshold Value": (0.75, codes.UCUM.NoUnits),
        "p-value of the hypothesis that the finding is present": (0.125, codes.UCUM.NoUnits),
    }


@pytest.mark.parametrize(
    ("finding", "value"),
    [
        (Finding.PNEUMONIA, codes.SCT.Present),
        (Finding.NORMAL, codes.SCT.Absent),
        (Finding.DOUBTFUL, codes.DCM.PresenceUndetermined),
        (Finding.BETWEEN, codes.DCM.PresenceUndetermined),
        (Finding.REVIEW, codes.DCM.PresenceUndetermined),
    ],
)
def test_the_finding_is_coded(finding: Finding, value: Any) -> None:
    (presence,) = group(report(around=context(finding=finding))).get_qualitative_evaluations()
    assert presence.value == value


def test_the_algorithm_is_identified() -> None:
    given, around = reading(), context()
    texts: dict[str, list[str]] = {}
    for item in group(report(source(), given, around))[0].ContentSequence:
        if item.ValueType == "TEXT":
            texts.setdefault(item.name.meaning, []).append(item.value)
    assert texts["Algorithm Name"] == ["Lungfield pneumonia"]
    assert texts["Algorithm Version"] == ["1.0.0"]
    slope, intercept = around.card.calibration.slope, around.card.calibration.intercept
    assert texts["Algorithm Parameters"] == [
        "threshold = 0.75",
        "policy = Set by hand on the page Thresholds",
        f"calibration = {slope!r} * log-odds + {intercept!r}",
        "input = 224 x 224 pixels",
        f"network SHA-256 = {around.network}",
        f"image SHA-256 = {given.digest}",
    ]


def test_warnings_and_limits_are_comments() -> None:
    around = context(finding=Finding.REVIEW, warnings=("It is too small.",), origin="A composite.")
    texts = [
        item.value for item in group(report(around=around))[0].ContentSequence if item.name == codes.DCM.Comment
    ]
    assert texts[:3] == [
        "For a human to decide. Policy: Set by hand on the page Thresholds.",
        "It is too small.",
        "A composite.",
    ]
    assert texts[3].endswith("Not a medical device; not for diagnosis.")


def test_numbers_keep_what_a_decimal_string_can_hold() -> None:
    given = reading(probability=0.12345678901234567, p_value=1 / 502)
    values = [item.value for item in group(report(given=given)).get_measurements()]
    assert values == pytest.approx([0.12345678901234567, 0.75, 1 / 502], rel=1e-12)


def test_the_report_refers_to_its_source() -> None:
    document = hd.sr.srread(io.BytesIO(report(source())))
    assert document.get_evidence() == [("1.2.3.1", "1.2.3.2", "1.2.3.3", source().SOPClassUID)]
    assert document.StudyInstanceUID == "1.2.3.1"
    (image,) = (item for item in group(report(source()))[0].ContentSequence if item.ValueType == "IMAGE")
    assert image.referenced_sop_instance_uid == "1.2.3.3"


def test_without_dicom_the_report_refers_to_the_picture_in_a_study_of_both() -> None:
    picture, document = reread(capture()), hd.sr.srread(io.BytesIO(report()))
    assert document.get_evidence() == [
        (picture.StudyInstanceUID, picture.SeriesInstanceUID, picture.SOPInstanceUID, picture.SOPClassUID)
    ]


def test_nobody_has_verified_it() -> None:
    dataset = reread(report())
    assert (dataset.VerificationFlag, dataset.PreliminaryFlag) == ("UNVERIFIED", "PRELIMINARY")


@pytest.mark.parametrize(
    ("header", "picture", "frames"),
    [
        (source(), SECOND, [2]),
        (source(), scan(), None),
        # The picture that is referred to instead holds that frame alone.
        (None, SECOND, None),
    ],
    ids=["of several", "of one", "of an image file"],
)
def test_the_report_refers_to_its_frame_of_the_source(
    header: Dataset | None, picture: Radiograph, frames: list[int] | None
) -> None:
    content = group(report(header, picture=picture))[0].ContentSequence
    (image,) = (item for item in content if item.ValueType == "IMAGE")
    assert image.referenced_frame_numbers == frames


def test_the_algorithm_was_given_one_frame() -> None:
    content = group(report(source(), picture=SECOND))[0].ContentSequence
    texts = [item.value for item in content if item.ValueType == "TEXT"]
    assert texts[texts.index(f"image SHA-256 = {reading().digest}") + 1] == "image frame = 2 of 3"


def test_two_frames_hold_two_findings() -> None:
    first, second = (group(report(source(), picture=replace(SECOND, frame=frame))) for frame in (1, 2))
    assert first.tracking_uid != second.tracking_uid


@pytest.mark.parametrize("sop_class", ["1.2.840.113619.4.26", "1.2.840.10008.5.1.4.1.1.1"])
def test_the_source_may_be_of_any_class_and_a_private_one(sop_class: str) -> None:
    dataset = reread(report(source(SOPClassUID=sop_class)))
    referred = [element.value for element in dataset.iterall() if element.keyword == "ReferencedSOPClassUID"]
    assert referred == [sop_class] * 2


def test_the_equipment_agrees_with_the_observer_and_the_algorithm() -> None:
    """IHE AIR: a display tells results of one model by either."""
    given = reading()
    dataset = reread(report(source(), given))
    (equipment, _) = dataset.ContributingEquipmentSequence
    (purpose,) = equipment.PurposeOfReferenceCodeSequence
    assert (purpose.CodeValue, purpose.CodingSchemeDesignator) == ("109102", "DCM")
    values = {
        item.ConceptNameCodeSequence[0].CodeValue: item.get("TextValue") or item.get("UID")
        for item in items(dataset)
    }
    assert equipment.Manufacturer == values["121014"] == dataset.Manufacturer == "Lungfield"
    assert equipment.ManufacturerModelName == values["121015"] == values["111001"] == "Lungfield pneumonia"
    assert equipment.SoftwareVersions == values["111003"] == given.model_version
    assert equipment.DeviceUID == values["121012"]


def items(dataset: Dataset) -> Iterator[Dataset]:
    """Yield every content item below a data set."""
    for item in dataset.get("ContentSequence", ()):
        yield item
        yield from items(item)


def test_its_root_is_a_measurement_report_of_a_class_that_archives_display() -> None:
    dataset = reread(report(source()))
    assert dataset.SOPClassUID == Comprehensive3DSRStorage
    assert dataset.ContentTemplateSequence[0].TemplateIdentifier == "1500"


@pytest.mark.slow
@pytest.mark.parametrize("keep_identity", [True, False])
@pytest.mark.parametrize(
    "given",
    [
        (source(), reading(), context()),
        (source(), reading(), context(lower=0.25, finding=Finding.BETWEEN)),
        (source(), reading(), context(finding=Finding.REVIEW, warnings=("It is too small.",))),
        (None, reading(), context()),
    ],
    ids=["one threshold", "two thresholds", "a warning", "an image file"],
)
@pytest.mark.parametrize("made", [report, capture])
def test_a_validator_finds_no_error(
    tmp_path: Path, made: Callable[..., bytes], given: tuple[Any, ...], keep_identity: bool
) -> None:
    assert errors_in(made(*given, keep_identity=keep_identity), tmp_path) == []
