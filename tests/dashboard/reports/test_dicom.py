from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import UID

from dashboard.reports.dicom import UnusableSource
from model.network.finding import Finding
from model.network.policy import Policy
from tests.dashboard.reports.examples import (
    IDENTITY,
    SECOND,
    SURROUNDINGS,
    capture,
    context,
    reading,
    report,
    reread,
    scan,
    source,
)

Export = Callable[..., bytes]
both = pytest.mark.parametrize("made", [capture, report])


# What PS3.3 asks of each object: Patient, General Study, General Series, General Equipment and SOP Common,
# then each object's own modules (tables A.8-1 and A.35.3-1).
SHARED_1 = ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "Modality")
SHARED_2 = (
    *("PatientName", "PatientID", "PatientBirthDate", "PatientSex"),
    *("StudyDate", "StudyTime", "ReferringPhysicianName", "StudyID", "AccessionNumber"),
    *("SeriesNumber", "Manufacturer"),
)
CAPTURE_1 = (
    *("ConversionType", "ImageType", "SamplesPerPixel", "PhotometricInterpretation", "PlanarConfiguration"),
    *("Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation", "PixelData"),
    *("BurnedInAnnotation", "PatientIdentityRemoved", "DeidentificationMethod", "SpecificCharacterSet"),
)
CAPTURE_2 = ("InstanceNumber", "PatientOrientation", "Laterality", "ContentDate", "ContentTime")
REPORT_1 = (
    *("SeriesNumber", "InstanceNumber", "CompletionFlag", "VerificationFlag", "PreliminaryFlag"),
    *("ContentDate", "ContentTime", "ValueType", "ConceptNameCodeSequence", "ContinuityOfContent"),
    *("ContentSequence", "ContentTemplateSequence", "CurrentRequestedProcedureEvidenceSequence"),
    *("CodingSchemeIdentificationSequence", "PatientIdentityRemoved", "SpecificCharacterSet"),
)
REPORT_2 = ("ReferencedPerformedProcedureStepSequence", "PerformedProcedureCodeSequence")


@pytest.mark.parametrize("header", [None, source()], ids=["of an image file", "of DICOM"])
@pytest.mark.parametrize(
    ("made", "filled", "present"),
    [
        (capture, SHARED_1 + CAPTURE_1, SHARED_2 + CAPTURE_2),
        (report, SHARED_1 + REPORT_1, SHARED_2 + REPORT_2),
    ],
    ids=["capture", "report"],
)
def test_what_the_standard_asks_for_is_there(
    made: Export, filled: tuple[str, ...], present: tuple[str, ...], header: Dataset | None
) -> None:
    dataset = reread(made(header))
    assert [keyword for keyword in filled + present if keyword not in dataset] == []
    assert [keyword for keyword in filled if dataset[keyword].is_empty] == []
    assert dataset.file_meta.MediaStorageSOPInstanceUID == dataset.SOPInstanceUID
    assert dataset.file_meta.MediaStorageSOPClassUID == dataset.SOPClassUID


@both
@pytest.mark.parametrize("header", [None, source()], ids=["of an image file", "of DICOM"])
def test_every_uid_is_valid(made: Export, header: Dataset | None) -> None:
    uids: list[UID] = []
    reread(made(header)).walk(lambda _, element: uids.append(element.value) if element.VR == "UI" else None)
    assert len(uids) >= 4
    assert [uid for uid in uids if not uid.is_valid] == []


# The picture.


def test_writing_in_the_sources_pixels_is_not_called_removed() -> None:
    header = source(BurnedInAnnotation="YES")
    assert reread(capture(header)).PatientIdentityRemoved == "NO"
    assert reread(report(header)).PatientIdentityRemoved == "YES"


# The report.


# One frame of several.


@both
def test_two_frames_that_look_alike_make_two_instances_in_one_study(made: Export) -> None:
    first, second = (reread(made(source(), picture=replace(SECOND, frame=frame))) for frame in (1, 2))
    assert first.SOPInstanceUID != second.SOPInstanceUID
    assert first.SeriesInstanceUID != second.SeriesInstanceUID
    assert first.StudyInstanceUID == second.StudyInstanceUID


# Once and again.


@both
@pytest.mark.parametrize("header", [None, source()], ids=["of an image file", "of DICOM"])
def test_the_same_reading_is_the_same_instance(made: Export, header: Dataset | None) -> None:
    assert made(header) == made(header)


LATER = context().time + timedelta(seconds=1)


@both
@pytest.mark.parametrize(
    "other",
    [
        {"given": reading(0.9)},
        {"given": reading(p_value=0.25)},
        {"given": reading(heat=np.zeros((7, 7), np.float32))},
        {"given": reading(digest="f" * 64)},
        {"given": reading(model_version="1.0.1")},
        {"around": context(0.8)},
        {"around": context(policy=Policy("default", "", "", 0.75, 0.75, 0.95))},
        {"around": context(lower=0.5)},
        {"around": context(finding=Finding.NORMAL)},
        {"around": context(warnings=("It is too small.",))},
        {"around": context(time=LATER)},
        {"around": context(origin="A composite.")},
        {"keep_identity": True},
        {"header": source(SOPInstanceUID="1.2.3.4")},
        {"picture": SECOND},
    ],
    ids=lambda other: "-".join(other),
)
def test_what_differs_is_another_instance(made: Export, other: dict[str, Any]) -> None:
    first, second = reread(made(source())), reread(made(**{"header": source(), **other}))
    assert first.SOPInstanceUID != second.SOPInstanceUID
    assert first.SeriesInstanceUID != second.SeriesInstanceUID


def test_two_patients_names_make_two_instances() -> None:
    first, second = (
        reread(capture(source(PatientName=name), keep_identity=True)) for name in ("Apfel^Anna", "Birne^Berta")
    )
    assert first.SOPInstanceUID != second.SOPInstanceUID


def test_picture_and_report_differ_in_all_but_the_study() -> None:
    first, second = reread(capture()), reread(report())
    assert first.StudyInstanceUID == second.StudyInstanceUID
    assert first.SeriesInstanceUID != second.SeriesInstanceUID
    assert first.SOPInstanceUID != second.SOPInstanceUID


# Who it is.


@both
def test_nothing_that_identifies_is_left(made: Export) -> None:
    data = made(source())
    identifying = {part for value in (IDENTITY | SURROUNDINGS).values() for part in (value, *value.split("^"))}
    assert [value for value in sorted(identifying) if value.encode() in data] == []
    assert reread(data)["PatientSex"].is_empty
    assert reread(data).DeidentificationMethod[0].startswith("Attributes made anew")


@both
def test_an_identity_in_many_scripts_is_not_left_either(made: Export) -> None:
    data = made(source(PatientName="Yamada^Tarou=山田^太郎", SpecificCharacterSet="ISO_IR 192"))
    for part in ("Yamada", "Tarou", "山田", "太郎"):
        assert part.encode() not in data


@both
def test_the_files_name_is_in_neither(made: Export) -> None:
    assert b"Zwetschge" not in made(None, picture=scan(name="Zwetschge_Aurelia.png"))


@both
def test_the_identity_goes_along_where_it_is_asked_for(made: Export) -> None:
    data = made(source(), keep_identity=True)
    dataset = reread(data)
    assert {keyword: str(dataset[keyword].value) for keyword in IDENTITY} == IDENTITY
    assert dataset.PatientSex == "F"
    assert "PatientIdentityRemoved" not in dataset
    assert [value for value in SURROUNDINGS.values() if value.encode() in data] == []


@both
def test_a_source_without_identity_leaves_the_attributes_empty(made: Export) -> None:
    header = source()
    for keyword in IDENTITY:
        delattr(header, keyword)
    dataset = reread(made(header, keep_identity=True))
    assert [keyword for keyword in IDENTITY if dataset[keyword].value] == []


@both
def test_a_name_in_many_scripts_goes_along(made: Export) -> None:
    header = source(PatientName="Yamada^Tarou=山田^太郎", SpecificCharacterSet="ISO 2022 IR 87")
    assert str(reread(made(header, keep_identity=True)).PatientName) == "Yamada^Tarou=山田^太郎"


# Times.


@both
def test_times_are_the_readings_in_utc(made: Export) -> None:
    dataset = reread(made(source(TimezoneOffsetFromUTC="+0800")))
    assert (dataset.ContentDate, dataset.ContentTime) == ("20260304", "050607")
    assert (dataset.InstanceCreationDate, dataset.InstanceCreationTime) == ("20260304", "050607")
    assert dataset.TimezoneOffsetFromUTC == "+0000"


@both
def test_a_study_that_keeps_its_time_keeps_its_zone(made: Export) -> None:
    dataset = reread(made(source(TimezoneOffsetFromUTC="+0800"), keep_identity=True))
    assert (dataset.StudyTime, dataset.ContentTime) == ("174233", "130607")
    assert dataset.TimezoneOffsetFromUTC == "+0800"


@both
def test_a_study_that_tells_no_zone_is_not_given_one(made: Export) -> None:
    dataset = reread(made(source(), keep_identity=True))
    here = context().time.astimezone()
    assert (dataset.ContentDate, dataset.ContentTime) == (f"{here:%Y%m%d}", f"{here:%H%M%S}")
    assert "TimezoneOffsetFromUTC" not in dataset


# A header that nothing can refer to.


@both
def test_a_header_without_uids_is_refused(made: Export) -> None:
    header = source()
    del header.StudyInstanceUID
    header.SOPInstanceUID = ""
    with pytest.raises(UnusableSource, match=r"has no StudyInstanceUID, SOPInstanceUID\. Expected all of"):
        made(header)


@both
def test_a_source_of_several_studies_is_refused(made: Export) -> None:
    with pytest.raises(UnusableSource) as problem:
        made(source(StudyInstanceUID=["1.2.3.1", "1.2.3.9"]))
    assert str(problem.value) == (
        "The DICOM file has several values of StudyInstanceUID. Expected all of StudyInstanceUID, "
        "SeriesInstanceUID, SOPInstanceUID, SOPClassUID, one value each, or nothing can refer to it. "
        "Export it from the archive again, or take the PDF."
    )


@pytest.mark.parametrize(
    ("stated", "offset"),
    [
        ("+0800", "+0800"),
        ("+8", "+0800"),
        ("-3", "-0300"),
        ("+05:30", "+0530"),
        ("UTC", "+0000"),
        ("Z", "+0000"),
        ("-0000", "+0000"),
        ("+1400", "+1400"),
    ],
)
def test_a_time_zone_may_be_written_in_many_ways(stated: str, offset: str) -> None:
    dataset = reread(report(source(TimezoneOffsetFromUTC=stated), keep_identity=True))
    assert dataset.TimezoneOffsetFromUTC == offset
    time = datetime.strptime(f"{dataset.ContentDate}{dataset.ContentTime}{offset}", "%Y%m%d%H%M%S%z")
    assert time == context().time


@pytest.mark.parametrize("stated", ["local", "+9999", "+1500", "8", "+08000", "CET"])
def test_a_time_zone_that_is_none_is_not_stated(stated: str) -> None:
    dataset = reread(report(source(TimezoneOffsetFromUTC=stated), keep_identity=True))
    assert "TimezoneOffsetFromUTC" not in dataset


@both
def test_a_repeatable_export_depends_on_source_network_and_policy_alone(made: Export) -> None:
    def uids(header: Dataset, given: Any = None, around: Any = None) -> tuple[UID, UID]:
        dataset = reread(made(header, given, around, repeatable=True))
        return dataset.SOPInstanceUID, dataset.SeriesInstanceUID

    first = uids(source())
    later = context(time=context().time + timedelta(days=1), warnings=("It is too small.",))
    assert uids(source(PatientName="Pflaume^A"), reading(digest="b" * 64), later) == first
    others = [
        uids(source(SOPInstanceUID="1.2.3.4")),
        uids(source(), reading(model_version="1.0.1")),
        uids(source(), around=context(high=0.5)),
        uids(source(), around=context(lower=0.25)),
    ]
    assert len({first, *others}) == 5


def test_a_repeatable_export_needs_a_source() -> None:
    with pytest.raises(ValueError, match="expected a source"):
        report(repeatable=True)
