from typing import Any

import pytest
from pydicom import Dataset

from model.io import dicom_header
from model.io.greyscale import Window
from tests.codestreams import chest12
from tests.dicoms import dataset


def made(**attributes: Any) -> Dataset:
    return dataset(chest12(), **attributes)


def code(value: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodeMeaning, item.CodingSchemeDesignator = value, meaning, "SCT"
    return item


def test_a_full_header_tells_everything() -> None:
    header = dicom_header.read_header(
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
    assert header.modality == "DX"
    assert header.age_years == 3
    assert (header.view, header.laterality, header.body_part) == ("AP", "U", "CHEST")
    assert header.orientation == ("L", "F")
    assert header.windows == (Window("NORMAL", 2000, 3000), Window("BONE", 1800, 800))
    assert header.window_function == "SIGMOID"
    assert header.inverted


def test_an_empty_header_tells_nothing() -> None:
    header = dicom_header.read_header(Dataset())
    assert (header.age_years, header.view, header.laterality, header.body_part) == (None,) * 4
    assert (header.orientation, header.windows, header.window_function) == ((), (), "LINEAR")
    assert not header.inverted


@pytest.mark.parametrize(
    ("stated", "birth_date", "study_date", "years"),
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
def test_an_age_is_stated_or_counted(
    stated: str | None, birth_date: str | None, study_date: str | None, years: float | None
) -> None:
    assert dicom_header.age(stated, birth_date, study_date) == (None if years is None else pytest.approx(years))


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
    assert dicom_header.read_header(made(**attributes)).view == view


def test_the_header_does_not_name_the_patient() -> None:
    header = dicom_header.read_header(made(PatientName="Doe^Jane", PatientID="4711", PatientBirthDate="20200101"))
    assert not any(secret in repr(header) for secret in ("Doe", "4711", "20200101"))


def test_windows_that_are_none_are_left_out() -> None:
    header = dicom_header.read_header(made(WindowCenter=[10, 20, 30], WindowWidth=[0, 100, "50"]))
    assert header.windows == (Window("Window 2", 20, 100), Window("Window 3", 30, 50))
    assert dicom_header.read_header(made(WindowCenter=10)).windows == ()
    assert (
        dicom_header.read_header(made(WindowCenter=10, WindowWidth=5, VOILUTFunction="CUBIC")).window_function
        == "LINEAR"
    )


def test_a_presentation_shape_inverts_too() -> None:
    assert dicom_header.read_header(made(PresentationLUTShape="INVERSE")).inverted
    assert not dicom_header.read_header(made(PresentationLUTShape="IDENTITY")).inverted


def test_a_frames_own_window_comes_before_the_shared_one() -> None:
    def holding(centre: int) -> Dataset:
        voi, holder = Dataset(), Dataset()
        voi.WindowCenter, voi.WindowWidth = centre, 100
        holder.FrameVOILUTSequence = [voi]
        return holder

    enhanced = made(
        SharedFunctionalGroupsSequence=[holding(1)], PerFrameFunctionalGroupsSequence=[holding(2), Dataset()]
    )
    centres = [dicom_header.read_header(enhanced, frame).windows[0].centre for frame in (0, 1)]
    assert centres == [2, 1]


@pytest.mark.parametrize(
    ("attributes", "aspect"),
    [
        ({}, 1),
        ({"PixelSpacing": [0.2, 0.1]}, 2),
        ({"ImagerPixelSpacing": [0.1, 0.2]}, 0.5),
        ({"NominalScannedPixelSpacing": [0.3, 0.2]}, 1.5),
        ({"PixelAspectRatio": [3, 2]}, 1.5),
        ({"PixelSpacing": [0.1, 0.1], "PixelAspectRatio": [3, 2]}, 1),
        ({"ImagerPixelSpacing": [0.139, 0.1391]}, 1),
        ({"ImagerPixelSpacing": [0, 0.1], "PixelAspectRatio": [2, 1]}, 2),
        ({"ImagerPixelSpacing": [100, 0.1]}, 1),
        ({"PixelAspectRatio": [1]}, 1),
    ],
)
def test_the_shape_of_a_pixel_is_told_by_spacing_or_ratio(attributes: dict[str, Any], aspect: float) -> None:
    assert dicom_header.read_header(made(**attributes)).pixel_aspect == pytest.approx(aspect)


def test_an_enhanced_file_keeps_the_spacing_with_its_frames() -> None:
    measures, shared = Dataset(), Dataset()
    measures.PixelSpacing = [0.2, 0.1]
    shared.PixelMeasuresSequence = [measures]
    assert dicom_header.read_header(made(SharedFunctionalGroupsSequence=[shared])).pixel_aspect == 2
