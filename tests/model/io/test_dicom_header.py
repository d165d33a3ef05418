from typing import Any

import pytest
from pydicom import Dataset

from model.io import dicom_header
from model.io.greyscale import Window
from tests.codestreams import chest12
from tests.dicoms import INSTANCE, SERIES, STUDY, dataset


def made(**attributes: Any) -> Dataset:
    return dataset(chest12(), **attributes)


def code(value: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodeMeaning, item.CodingSchemeDesignator = value, meaning, "SCT"
    return item


def test_a_full_header_tells_everything() -> None:
    facts = dicom_header.read(
        made(
            PatientAge="003Y",
            ViewPosition="AP",
            ImageLaterality="U",
            BodyPartExamined="CHEST",
            PatientOrientation=["L", "F"],
            WindowCenter=[2000, 1800],
            WindowWidth=[3000, 800],
            WindowCenterWidthExplanation=["NORMAL", "BONE"],
            VOILUTFunction="SIGMOID",
            PhotometricInterpretation="MONOCHROME1",
        )
    )
    assert facts.modality == "DX"
    assert facts.age_years == 3
    assert (facts.view, facts.laterality, facts.body_part) == ("AP", "U", "CHEST")
    assert facts.orientation == ("L", "F")
    assert facts.windows == (Window("NORMAL", 2000, 3000), Window("BONE", 1800, 800))
    assert facts.window_function == "SIGMOID"
    assert (facts.photometric, facts.inverted) == ("MONOCHROME1", True)
    assert (facts.study_uid, facts.series_uid, facts.instance_uid) == (STUDY, SERIES, INSTANCE)
    assert facts.sop_class_uid == "1.2.840.10008.5.1.4.1.1.1.1"


def test_an_empty_header_tells_nothing() -> None:
    facts = dicom_header.read(Dataset())
    assert (facts.age_years, facts.view, facts.laterality, facts.body_part) == (None,) * 4
    assert (facts.orientation, facts.windows, facts.window_function) == ((), (), "LINEAR")
    assert (facts.inverted, facts.identity) == (False, None)


@pytest.mark.parametrize(
    ("said", "born", "studied", "years"),
    [
        ("003Y", None, None, 3),
        ("018M", None, None, 1.5),
        ("010W", None, None, 70 / 365.25),
        ("005D", None, None, 5 / 365.25),
        ("51", None, None, 51),
        ("005y", None, None, 5),
        (None, "20210115", "20240115", 1095 / 365.25),
        ("abcY", "2021.01.15", "20240115", 1095 / 365.25),
        (None, "20240115", "20210115", None),
        (None, "20219999", "20240115", None),
        (None, "20210115", None, None),
        (None, None, None, None),
    ],
)
def test_an_age_is_told_or_counted(
    said: str | None, born: str | None, studied: str | None, years: float | None
) -> None:
    assert dicom_header.age(said, born, studied) == (None if years is None else pytest.approx(years))


@pytest.mark.parametrize(
    ("attributes", "view"),
    [
        ({"ViewPosition": "PA"}, "PA"),
        ({"ViewPosition": "LATERAL"}, "LATERAL"),
        ({"ViewPosition": "LAT"}, "LATERAL"),
        ({"ViewPosition": "", "ViewCodeSequence": [code("272479007", "")]}, "PA"),
        ({"ViewCodeSequence": [code("R-10206", "whatever")]}, "AP"),
        ({"ViewCodeSequence": [code("1", "left lateral")]}, "LL"),
        ({"ViewCodeSequence": [code("1", "apical lordotic")]}, "APICAL LORDOTIC"),
        ({"ProjectionEponymousNameCodeSequence": [code("1", "Caldwell")]}, "CALDWELL"),
        ({"ViewCodeSequence": []}, None),
    ],
)
def test_a_view_goes_by_one_name(attributes: dict[str, Any], view: str | None) -> None:
    assert dicom_header.read(made(**attributes)).view == view


def test_who_is_shown_stays_apart_and_unprinted() -> None:
    facts = dicom_header.read(made(PatientName="Doe^Jane", PatientID="4711", PatientBirthDate="20200101"))
    assert facts.identity == dicom_header.Identity("Doe^Jane", "4711", "20200101")
    printed = f"{facts!r} {facts} {facts.identity!r} {facts.identity}"
    assert not any(secret in printed for secret in ("Doe", "4711", "20200101"))


def test_windows_that_are_none_are_left_out() -> None:
    facts = dicom_header.read(made(WindowCenter=[10, 20, 30], WindowWidth=[0, 100, "50"]))
    assert facts.windows == (Window("Window 2", 20, 100), Window("Window 3", 30, 50))
    assert dicom_header.read(made(WindowCenter=10)).windows == ()
    assert (
        dicom_header.read(made(WindowCenter=10, WindowWidth=5, VOILUTFunction="CUBIC")).window_function == "LINEAR"
    )


def test_a_presentation_shape_inverts_too() -> None:
    assert dicom_header.read(made(PresentationLUTShape="INVERSE")).inverted
    assert not dicom_header.read(made(PresentationLUTShape="IDENTITY")).inverted


def test_a_frames_own_window_comes_before_the_shared_one() -> None:
    def holding(centre: int) -> Dataset:
        voi, holder = Dataset(), Dataset()
        voi.WindowCenter, voi.WindowWidth = centre, 100
        holder.FrameVOILUTSequence = [voi]
        return holder

    enhanced = made(
        SharedFunctionalGroupsSequence=[holding(1)], PerFrameFunctionalGroupsSequence=[holding(2), Dataset()]
    )
    centres = [dicom_header.read(enhanced, frame).windows[0].centre for frame in (0, 1)]
    assert centres == [2, 1]
