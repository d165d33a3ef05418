import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import highdicom as hd
import numpy as np
import pydicom
import pytest
from highdicom import sr
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.uid import UID

from dashboard.reports import dicom
from dashboard.reports.context import Context
from dashboard.reports.dicom import UnusableSource
from dashboard.shared.images import overlaid
from model.io.radiograph import Radiograph
from model.network.classifier import Reading
from tests.dashboard.reports.handed import IDENTITY, SURROUNDINGS, context, reading, scan, source

SECOND = replace(scan(), frame=2, frames=3)
"""The radiograph as the second of three frames."""


def capture(
    header: Dataset | None = None,
    given: Reading | None = None,
    around: Context | None = None,
    keep_identity: bool = False,
    picture: Radiograph | None = None,
) -> bytes:
    return dicom.secondary_capture(
        header, picture or scan(), given or reading(), around or context(), keep_identity
    )


def report(
    header: Dataset | None = None,
    given: Reading | None = None,
    around: Context | None = None,
    keep_identity: bool = False,
    picture: Radiograph | None = None,
) -> bytes:
    return dicom.structured_report(
        header, picture or scan(), given or reading(), around or context(), keep_identity
    )


Export = Callable[..., bytes]
both = pytest.mark.parametrize("made", [capture, report])


def reread(data: bytes) -> Dataset:
    return pydicom.dcmread(io.BytesIO(data))


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


def test_the_pixels_are_what_was_drawn() -> None:
    dataset = reread(capture())
    drawn = dicom.picture(scan(), reading(), context())
    assert dataset.PhotometricInterpretation == "RGB"
    assert (dataset.pixel_array == drawn).all()


def test_the_caption_stands_below_the_radiograph_and_covers_none_of_it() -> None:
    wide = scan(700, 300)
    drawn = dicom.picture(wide, reading(), context())
    assert (drawn[:300] == overlaid(wide.pixels, reading().heat)).all()
    caption = drawn[300:]
    assert caption.shape[0] > 40
    assert (caption == 255).any()
    # White on black with a free margin: the text is whole.
    margin = caption.shape[1] // 40 - 1
    assert not caption[:margin].any() and not caption[-margin:].any()
    assert not caption[:, :margin].any() and not caption[:, -margin:].any()


def test_the_caption_says_what_it_must() -> None:
    assert dicom.caption(scan(), reading(), context()) == [
        "Pneumonia suspected: probability 87.5 %, threshold 75.0 %",
        "Lungfield model 1.0.0, 2026-03-04 05:06 UTC. NOT FOR DIAGNOSIS",
    ]


@pytest.mark.parametrize("size", [(64, 900), (900, 64), (40, 40)])
def test_a_caption_fits_any_radiograph(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    width, height = size
    monkeypatch.setattr(Context, "title", "More likely than not, look again " * 2)
    drawn = dicom.picture(scan(width, height), reading(), context())
    assert drawn.shape[1] == max(width, dicom.CAPTION_WIDTH)
    assert drawn[height:, -8:].max() == 0
    left = (drawn.shape[1] - width) // 2
    assert (drawn[:height, left : left + width] == overlaid(scan(width, height).pixels, reading().heat)).all()


def test_a_detectors_size_is_brought_to_a_screens() -> None:
    assert reread(capture(picture=scan(3000, 1500))).Columns == 2048


def test_the_picture_refers_to_its_source_and_joins_its_study() -> None:
    dataset = reread(capture(source()))
    assert dataset.StudyInstanceUID == "1.2.3.1"
    assert dataset.SeriesInstanceUID != "1.2.3.2"
    (image,) = dataset.SourceImageSequence
    assert image.ReferencedSOPInstanceUID == "1.2.3.3"
    assert image.ReferencedSOPClassUID == source().SOPClassUID
    assert image.PurposeOfReferenceCodeSequence[0].CodeValue == "121322"


def test_a_picture_of_an_image_file_refers_to_nothing() -> None:
    assert "SourceImageSequence" not in reread(capture())


def test_annotation_is_told() -> None:
    assert reread(capture()).BurnedInAnnotation == "YES"
    assert reread(capture()).PatientIdentityRemoved == "YES"


def test_writing_in_the_sources_pixels_is_not_called_removed() -> None:
    header = source(BurnedInAnnotation="YES")
    assert reread(capture(header)).PatientIdentityRemoved == "NO"
    assert reread(report(header)).PatientIdentityRemoved == "YES"


def test_the_sources_orientation_is_kept() -> None:
    assert reread(capture(source(PatientOrientation=["R", "F"]))).PatientOrientation == ["R", "F"]
    assert reread(capture(source()))["PatientOrientation"].is_empty


@pytest.mark.parametrize(
    ("header", "kind", "told"),
    [
        (None, "PNG", None),
        (None, "JPEG", "01"),
        (source(), "DICOM", None),
        (source(LossyImageCompression="00"), "DICOM", None),
        (source(LossyImageCompression="01"), "DICOM", "01"),
    ],
)
def test_loss_is_told(header: Dataset | None, kind: str, told: str | None) -> None:
    assert reread(capture(header, picture=replace(scan(), format=kind))).get("LossyImageCompression") == told


# The report.


def group(data: bytes) -> Any:
    """The report's one group of measurements, as highdicom reads it."""
    document = hd.sr.srread(io.BytesIO(data))
    content: Any = document.content
    (found,) = content.get_image_measurement_groups()
    return found


def test_the_report_is_read_back() -> None:
    given, around = reading(), context()
    found = group(report(source(), given, around))
    assert found.finding_type == sr.CodedConcept("233604007", "SCT", "Pneumonia")
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
        ("pneumonia", codes.SCT.Present),
        ("normal", codes.SCT.Absent),
        ("doubtful", codes.DCM.PresenceUndetermined),
        ("between", codes.DCM.PresenceUndetermined),
        ("review", codes.DCM.PresenceUndetermined),
    ],
)
def test_the_finding_is_coded(finding: str, value: Any) -> None:
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
        "policy = Set by hand",
        f"calibration = {slope!r} * log-odds + {intercept!r}",
        "input = 224 x 224 pixels",
        f"network SHA-256 = {around.network}",
        f"image SHA-256 = {given.digest}",
    ]


def test_warnings_and_limits_are_comments() -> None:
    around = context(finding="review", warnings=("It is too small.",), origin="A composite.")
    said = [
        item.value for item in group(report(around=around))[0].ContentSequence if item.name == codes.DCM.Comment
    ]
    assert said[:3] == ["For a human to decide. Policy: Set by hand.", "It is too small.", "A composite."]
    assert said[3].endswith("Not a medical device; not for diagnosis.")


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


# One frame of several.


def test_the_picture_refers_to_its_frame_of_the_source() -> None:
    (image,) = reread(capture(source(), picture=SECOND)).SourceImageSequence
    assert image.ReferencedFrameNumber == 2
    (only,) = reread(capture(source())).SourceImageSequence
    assert "ReferencedFrameNumber" not in only


def test_the_caption_says_which_frame_it_is_of() -> None:
    assert dicom.caption(SECOND, reading(), context())[1] == (
        "Lungfield model 1.0.0, 2026-03-04 05:06 UTC, frame 2 of 3. NOT FOR DIAGNOSIS"
    )


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
    said = [item.value for item in content if item.ValueType == "TEXT"]
    assert said[said.index(f"image SHA-256 = {reading().digest}") + 1] == "image frame = 2 of 3"


@both
def test_two_frames_that_look_alike_make_two_instances_in_one_study(made: Export) -> None:
    first, second = (reread(made(source(), picture=replace(SECOND, frame=frame))) for frame in (1, 2))
    assert first.SOPInstanceUID != second.SOPInstanceUID
    assert first.SeriesInstanceUID != second.SeriesInstanceUID
    assert first.StudyInstanceUID == second.StudyInstanceUID


def test_two_frames_hold_two_findings() -> None:
    first, second = (group(report(source(), picture=replace(SECOND, frame=frame))) for frame in (1, 2))
    assert first.tracking_uid != second.tracking_uid


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
        {"around": context(threshold=0.8)},
        {"around": context(policy="Default")},
        {"around": context(lower=0.5)},
        {"around": context(finding="normal")},
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
    said = {part for value in (IDENTITY | SURROUNDINGS).values() for part in (value, *value.split("^"))}
    assert [value for value in sorted(said) if value.encode() in data] == []
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
