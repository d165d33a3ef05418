import io

import pydicom
import pytest
from pydicom import config
from pydicom.datadict import tag_for_keyword
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian

from dashboard.reports.identity import Identity, copy_identity
from tests.dashboard.reports.examples import IDENTITY, source


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Identity("Zwetschge, Aurelia", "PID-77215", "2022-03-19", "ACC-90417")),
        (
            {"PatientName": "Yamada^Tarou=山田^太郎"},
            Identity("Yamada, Tarou", "PID-77215", "2022-03-19", "ACC-90417"),
        ),
        ({"PatientName": "", "PatientID": None}, Identity("", "", "2022-03-19", "ACC-90417")),
    ],
)
def test_an_identity_is_read_from_a_header(changes: dict[str, str | None], expected: Identity) -> None:
    assert Identity.from_header(source(**changes)) == expected


def test_a_header_without_identity_gives_an_empty_one() -> None:
    assert Identity.from_header(Dataset()) == Identity()


def test_an_identity_is_not_printed() -> None:
    printed = repr(Identity.from_header(source()))
    assert not any(secret in printed for secret in ("Zwetschge", "PID-77215", "2022-03-19", "ACC-90417"))


def test_what_identifies_is_copied_and_nothing_else() -> None:
    target = Dataset()
    target.StudyDescription = "stays"
    copy_identity(source(), target)
    assert {element.keyword for element in target} == {*IDENTITY, "PatientSex", "StudyDescription"}
    assert target.StudyDescription == "stays"
    assert {keyword: str(target[keyword].value) for keyword in IDENTITY} == IDENTITY


def test_a_name_in_another_character_set_survives() -> None:
    given = source(SpecificCharacterSet=["", "ISO 2022 IR 87"])
    given.PatientName = "Yamada^Tarou=山田^太郎"
    given = _reread(given)
    target = Dataset()
    target.SpecificCharacterSet = "ISO_IR 192"
    copy_identity(given, target)
    assert str(_reread(target).PatientName) == "Yamada^Tarou=山田^太郎"


def test_an_invalid_value_is_copied_as_it_is() -> None:
    given, target = Dataset(), Dataset()
    tag = tag_for_keyword("PatientBirthDate")
    assert tag is not None
    given[tag] = DataElement(tag, "DA", "spring 2022", validation_mode=config.IGNORE)
    copy_identity(given, target)
    assert _reread(target).get_item(tag).value == b"spring 2022 "


def _reread(dataset: Dataset) -> Dataset:
    out = io.BytesIO()
    dataset.save_as(out, implicit_vr=ExplicitVRLittleEndian.is_implicit_VR, little_endian=True)
    return pydicom.dcmread(io.BytesIO(out.getvalue()), force=True)
