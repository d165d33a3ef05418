import io
from typing import Any

import pydicom
import pytest
from pydicom import Dataset

from model.io import dicom_header
from model.io.greyscale import Window
from tests.codestreams import chest12
from tests.dicoms import dataset, written


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


@pytest.mark.parametrize(
    ("stated", "years"),
    [
        ("36 M", 3),
        ("36M", 3),
        (" 003y ", 3),
        ("3 Y", 3),
        ("0036M", 3),
        ("2Y6M", 2.5),
        ("2 y. 6 m.", 2.5),
        ("1,5 Y", 1.5),
        ("3 years", 3),
        ("3 Jahre", 3),
        ("36 Monate", 3),
        ("3 ans", 3),
        ("36 mois", 3),
        ("7 jours", 7 / 365.25),
        ("3 años", 3),
        ("36 meses", 3),
        ("10 semanas", 70 / 365.25),
        ("3 anni", 3),
        ("7 giorni", 7 / 365.25),
        ("3 år", 3),
        ("3 лет", 3),
        ("36 мес.", 3),
        ("3 歳", 3),
        ("36ヶ月", 3),
        ("3岁", 3),
        ("36个月", 3),
        ("3세", 3),
        ("36개월", 3),
    ],
)
def test_an_age_in_the_words_of_scanners(stated: str, years: float) -> None:
    assert dicom_header.age(stated, None, None) == pytest.approx(years)


@pytest.mark.parametrize("stated", ["adult", "3 blue moons", "3Y 2", "Y3", "-3Y", "3-4Y"])
def test_words_that_are_no_age_leave_it_to_the_dates(stated: str) -> None:
    assert dicom_header.age(stated, None, None) is None
    assert dicom_header.age(stated, "20200115", "20240115") == pytest.approx(4, abs=0.01)


@pytest.mark.parametrize(
    ("stated", "view"),
    [
        ("P.A.", "PA"),
        ("A. P.", "AP"),
        ("P-A", "PA"),
        ("a/p", "AP"),
        ("Postero-anterior", "PA"),
        ("POSTÉRO ANTÉRIEUR", "PA"),
        ("LAT.", "LATERAL"),
    ],
)
def test_a_view_may_be_written_with_dots(stated: str, view: str) -> None:
    assert dicom_header.read_header(made(ViewPosition=stated)).view == view


@pytest.mark.parametrize(
    "word", ["UNKNOWN", "unbekannt", "N/A", "None", "-", "?", "DÉSCONOCIDO", "Not specified", "inconnu"]
)
def test_a_word_for_unknown_says_nothing(word: str) -> None:
    header = dicom_header.read_header(made(ViewPosition=word, BodyPartExamined=word))
    assert (header.view, header.body_part) == (None, None)
    coded = made(ViewPosition=word, BodyPartExamined=word)
    coded.ViewCodeSequence, coded.AnatomicRegionSequence = [code("R-10206", "x")], [code("1", "Thorax")]
    header = dicom_header.read_header(coded)
    assert (header.view, header.body_part) == ("AP", "Thorax")


@pytest.mark.parametrize(
    ("words", "character_set", "encoding"),
    [
        ("TÓRAX", "ISO_IR 100", "latin-1"),
        ("TÓRAX", "ISO_IR 192", "utf-8"),
        ("TÓRAX", None, "utf-8"),
        ("胸部", "ISO_IR 192", "utf-8"),
        ("胸部", "GB18030", "gb18030"),
        ("胸部", "ISO_IR 13", "shift_jis"),
        ("ГРУДЬ", "ISO_IR 144", "iso8859-5"),
    ],
)
def test_a_code_string_in_letters_of_its_own_is_read(words: str, character_set: str | None, encoding: str) -> None:
    plain = written(
        made(BodyPartExamined="X" * len(words.encode(encoding)), SpecificCharacterSet=character_set or "")
    )
    data = plain.replace(b"X" * len(words.encode(encoding)), words.encode(encoding))
    assert dicom_header.read_header(pydicom.dcmread(io.BytesIO(data))).body_part == words


@pytest.mark.parametrize(
    ("attributes", "spacing"),
    [
        ({"ImagerPixelSpacing": [0.2, 0.1]}, (0.2, 0.1, False)),
        ({"PixelSpacing": [0.2, 0.1]}, (0.2, 0.1, False)),
        ({"PixelSpacing": [0.2, 0.1], "PixelSpacingCalibrationType": "FIDUCIAL"}, (0.2, 0.1, True)),
        ({"ImagerPixelSpacing": [0.2, 0.1], "PixelSpacingCalibrationType": "FIDUCIAL"}, (0.2, 0.1, False)),
        ({"PixelSpacing": [0, 0], "ImagerPixelSpacing": [0.2, 0.2]}, (0.2, 0.2, False)),
        ({"PixelSpacing": [400, 400]}, None),
        ({"PixelAspectRatio": [2, 1]}, None),
        ({}, None),
    ],
)
def test_the_size_of_a_pixel_is_told_where_it_is_known(attributes: dict[str, Any], spacing: Any) -> None:
    assert dicom_header.read_header(made(**attributes)).pixel_spacing == spacing
