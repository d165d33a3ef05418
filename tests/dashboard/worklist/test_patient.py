"""Patient and study of a radiograph, and whether two are of one patient."""

from dataclasses import replace

import pytest

from dashboard.reports.identity import Identity
from dashboard.worklist.patient import Patient, is_same
from tests.dashboard.reports.examples import source

AURELIA = Patient(Identity("Zwetschge, Aurelia", "PID-77215", "2022-03-19"), "Waldklinik", "2025-12-24")


def test_a_header_names_patient_and_study() -> None:
    patient = Patient.from_header(source(StudyDescription="Thorax AP"))
    assert patient.who == "Zwetschge, Aurelia"
    assert patient.details == "PID-77215, born 2022-03-19"
    assert (patient.study_date, patient.study_details) == ("2025-12-24", "Thorax AP, ACC-90417")
    assert "Zwetschge" not in repr(patient)
    assert Patient(Identity(patient_id="PID-1")).who == "PID-1"
    assert Patient(Identity(patient_id="PID-1")).details == ""


@pytest.mark.parametrize(
    ("changed", "issuer", "same"),
    [
        ({}, "Waldklinik", True),
        ({"name": "ZWETSCHGE, AURELIA"}, "", True),
        ({"name": ""}, "Waldklinik", True),
        ({"patient_id": "PID-1"}, "Waldklinik", False),
        ({"patient_id": ""}, "Waldklinik", False),
        ({"birth_date": "2021-01-01"}, "Waldklinik", False),
        ({"name": "Birne, Bernd"}, "Waldklinik", False),
        ({}, "Another", False),
        ({"name": "", "birth_date": ""}, "Waldklinik", False),
    ],
)
def test_patients_are_one_only_where_nothing_speaks_against_it(
    changed: dict[str, str], issuer: str, same: bool
) -> None:
    other = Patient(replace(AURELIA.identity, **changed), issuer)
    assert is_same(AURELIA, other) is same
    assert is_same(other, AURELIA) is same
