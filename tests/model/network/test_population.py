"""Ages, views and body parts of file headers against the population that the model knows."""

import pytest

from model.io import dicom_header
from model.network.population import header_warnings, is_chest, is_frontal, is_known_age
from tests.dicoms import dataset
from tests.pictures import chest


@pytest.mark.parametrize(
    ("said", "born", "known"),
    [
        ("001Y", None, True),
        ("005Y", None, True),
        ("006Y", None, False),
        ("011M", None, False),
        ("012M", None, True),
        ("071M", None, True),
        ("072M", None, False),
        ("010D", None, False),
        ("054Y", None, False),
        (None, "20230115", True),
        (None, "20230121", False),
        (None, "20180120", True),
        (None, "20180115", False),
    ],
)
def test_children_from_their_first_birthday_to_their_sixth_are_known(
    said: str | None, born: str | None, known: bool
) -> None:
    years = dicom_header.age(said, born, "20240115")
    assert years is not None and is_known_age(years) == known


@pytest.mark.parametrize(
    "view",
    [
        *(
            "AP",
            "PA",
            "FRONTAL",
            "AP SUPINE",
            "PA/ERECT",
            "P.A.",
            "A. P. liegend",
            "P-A",
            "AP/PA",
            "Postero-anterior",
        ),
        *("Thorax p.a.", "de face", "Frente", "frontale", "прямая", "胸部正面", "正位", "後前方向", "정면"),
    ],
)
def test_a_frontal_view_is_known(view: str) -> None:
    assert is_frontal(view)


@pytest.mark.parametrize(
    "view",
    [
        "LL",
        "RL",
        "LATERAL",
        "LLD",
        "APICAL LORDOTIC",
        "PA OBLIQUE",
        "CALDWELL",
        "1",
        "profil",
        "perfil",
        "laterale",
        "seitlich",
        "AP oblicua",
        "schräg",
        "боковая",
        "側面",
        "侧位",
        "측면",
        "LAT.",
        "P",
        "ADAPTER",
    ],
)
def test_another_view_is_not(view: str) -> None:
    assert not is_frontal(view)


@pytest.mark.parametrize(
    "part",
    [
        "CHEST",
        "Thorax",
        "Lungs",
        "thoracic structure",
        "TORAX",
        "TÓRAX",
        "torace",
        "toraks",
        "tórax óseo",
        "poumons",
        "Lungen",
        "Brustkorb",
        "pulmões",
        "klatka piersiowa",
        "hrudník",
        "mellkas",
        "göğüs",
        "Органы грудной клетки",
        "лёгкие",
        "θώρακας",
        "胸部",
        "肺",
        "흉부",
        "صدر",
    ],
)
def test_a_chest_has_many_names(part: str) -> None:
    assert is_chest(part)


@pytest.mark.parametrize(
    "part",
    [
        "HAND",
        "CHESTABDOMEN",
        "CHEST ABDOMEN",
        "TSPINE",
        "Thoracic spine",
        "KNEE",
        "Brustwirbelsäule",
        "columna torácica",
        "rachis thoracique",
        "abdomen y tórax",
        "Грудной отдел позвоночника",
        "胸椎",
        "胸腹部",
        "흉추",
        "mano",
        "手",
    ],
)
def test_no_other_body_part_is_a_chest(part: str) -> None:
    assert not is_chest(part)


def test_a_silent_file_warns_of_nothing() -> None:
    assert header_warnings(None) == ()
    assert header_warnings(dicom_header.read_header(dataset(chest()))) == ()


def test_each_fact_has_a_code_of_its_own() -> None:
    made = dataset(chest(), PatientAge="018M", ViewPosition="AP", BodyPartExamined="CHEST")
    assert header_warnings(dicom_header.read_header(made)) == ()
    made.PatientAge, made.ViewPosition, made.BodyPartExamined = "060Y", "LL", "SKULL"
    assert header_warnings(dicom_header.read_header(made)) == ("age", "view", "body_part")
