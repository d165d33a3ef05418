import json
from typing import Any

import pytest
from fhir.resources.R4B.device import Device
from fhir.resources.R4B.diagnosticreport import DiagnosticReport
from fhir.resources.R4B.imagingstudy import ImagingStudy
from fhir.resources.R4B.observation import Observation

from dashboard.reports.fhir import diagnostic_report
from model.network.finding import Finding
from tests.dashboard.reports.examples import IDENTITY, context, export, reading, report, reread, source

TYPES: dict[str, Any] = {
    "DiagnosticReport": DiagnosticReport,
    "Observation": Observation,
    "ImagingStudy": ImagingStudy,
    "Device": Device,
}


def made(*args: Any, **kwargs: Any) -> dict[str, Any]:
    """Return the report of an ``export`` of the same arguments, once fhir.resources has found it valid."""
    data = diagnostic_report(export(*args, **kwargs))
    found = json.loads(data)
    TYPES[found["resourceType"]].model_validate(found)
    for each in found["contained"]:
        TYPES[each["resourceType"]].model_validate(each)
    return found


def contained(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["resourceType"]: each for each in found["contained"]}


@pytest.mark.parametrize("keep_identity", [True, False])
@pytest.mark.parametrize("header", [source(), None])
def test_it_is_valid_and_nothing_in_it_leads_nowhere(header: Any, keep_identity: bool) -> None:
    found = made(header, keep_identity=keep_identity)
    ids = {f"#{each['id']}" for each in found["contained"]}
    references = {found["result"][0]["reference"], found["imagingStudy"][0]["reference"]}
    references.add(contained(found)["Observation"]["device"]["reference"])
    assert references == ids


def test_the_finding_and_its_numbers_are_those_of_the_reading() -> None:
    observation = contained(made(source()))["Observation"]
    assert observation["code"]["coding"][0]["code"] == "233604007"
    value = observation["valueCodeableConcept"]
    assert (value["coding"][0]["code"], value["text"]) == ("52101004", "Pneumonia suspected")
    assert {each["code"]["text"]: each["valueQuantity"]["value"] for each in observation["component"]} == {
        "Probability of pneumonia": 0.875,
        "Threshold": 0.75,
        "p-value of the hypothesis that pneumonia is present": 0.125,
    }


def test_what_is_for_a_human_is_no_absence() -> None:
    around = context(lower=0.25, finding=Finding.BETWEEN, warnings=("It is too small.",))
    found = made(source(), around=around)
    coding = contained(found)["Observation"]["valueCodeableConcept"]["coding"][0]
    assert coding["system"] == "http://dicom.nema.org/resources/ontology/DCM"
    assert coding["display"] == "Presence Undetermined"
    assert "It is too small." in found["conclusion"]


def test_it_names_the_image_and_the_same_report_as_dicom() -> None:
    found = made(source())
    study = contained(found)["ImagingStudy"]
    assert study["identifier"] == [{"system": "urn:dicom:uid", "value": "urn:oid:1.2.3.1"}]
    assert study["series"][0]["instance"][0]["uid"] == "1.2.3.3"
    assert found["identifier"][0]["value"] == f"urn:oid:{reread(report(source())).SOPInstanceUID}"


def test_identity_is_in_it_where_it_is_kept_and_nowhere_else() -> None:
    kept = made(source(), keep_identity=True)
    assert kept["subject"]["identifier"]["value"] == IDENTITY["PatientID"]
    assert kept["basedOn"][0]["identifier"]["value"] == IDENTITY["AccessionNumber"]
    bare = json.dumps(made(source()))
    assert not any(value in bare for value in IDENTITY.values())


def test_nobody_has_verified_it() -> None:
    assert made(source())["status"] == "preliminary"


def test_the_same_reading_gives_the_same_bytes() -> None:
    assert diagnostic_report(export(source())) == diagnostic_report(export(source()))
    assert diagnostic_report(export(source(), reading(0.5))) != diagnostic_report(export(source()))
