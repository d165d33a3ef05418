"""A reading as a FHIR R4 diagnostic report (hl7.org/fhir/R4/diagnosticreport.html), for an information system.

One ``DiagnosticReport`` that contains what it refers to: the ``Observation`` of pneumonia with its numbers, the
``ImagingStudy`` and the ``Device`` that observed. The patient is referred to by identifier alone, and only where
identity is kept.
"""

import json
from typing import Any

from dashboard.reports.dicom import MANUFACTURER, REFERENCE_UIDS, DicomExport
from dashboard.reports.identity import Identity
from dashboard.reports.structured_report import PNEUMONIA, PRESENCE, comments
from model.io.dicom_header import text_of

LOINC, SNOMED, UCUM = "http://loinc.org", "http://snomed.info/sct", "http://unitsofmeasure.org"
DICOM, DICOM_UID = "http://dicom.nema.org/resources/ontology/DCM", "urn:dicom:uid"
CATEGORY = "http://terminology.hl7.org/CodeSystem/v2-0074"
CHEST_RADIOGRAPHY = {"system": LOINC, "code": "30745-4", "display": "XR Chest Views"}
_PRESENCE_SYSTEMS = {"SCT": SNOMED, "DCM": DICOM}


def diagnostic_report(export: DicomExport) -> bytes:
    """Write the reading as a diagnostic report, preliminary, for no radiologist has verified it.

    Returns:
        JSON in UTF-8. The same reading gives the same bytes, and the same identifier.
    """
    context = export.context
    identity = Identity.from_header(export.source) if export.source is not None and export.keep_identity else None
    shared = _without_empty(
        {
            "status": "preliminary",
            "subject": _subject(identity),
            "issued": context.time.isoformat(),
        }
    )
    report = shared | _without_empty(
        {
            "resourceType": "DiagnosticReport",
            "identifier": [_uid(export.instance("SR"))],
            "basedOn": _order(identity),
            "category": [{"coding": [{"system": CATEGORY, "code": "RAD", "display": "Radiology"}]}],
            "code": {"coding": [CHEST_RADIOGRAPHY]},
            "result": [{"reference": "#pneumonia"}],
            "imagingStudy": [{"reference": "#study"}],
            "conclusion": " ".join(comments(context)),
            "contained": [_observation(export) | shared, _imaging_study(export, identity), _device(export)],
        }
    )
    return json.dumps(report, ensure_ascii=False, indent=1).encode()


def _observation(export: DicomExport) -> dict[str, Any]:
    """Return whether pneumonia is present, with the numbers that it follows from."""
    reading, policy = export.reading, export.context.policy
    presence = PRESENCE[export.context.finding]
    numbers = {
        "Probability of pneumonia": reading.probability,
        "Threshold": policy.high,
        **({} if policy.lower is None else {"Lower threshold": policy.lower}),
        "p-value of the hypothesis that pneumonia is present": reading.p_value,
    }
    return {
        "resourceType": "Observation",
        "id": "pneumonia",
        "identifier": [_uid(export.finding)],
        "code": {"coding": [{"system": SNOMED, "code": PNEUMONIA.value, "display": PNEUMONIA.meaning}]},
        "valueCodeableConcept": {
            "coding": [
                {
                    "system": _PRESENCE_SYSTEMS[presence.scheme_designator],
                    "code": presence.value,
                    "display": presence.meaning,
                }
            ],
            "text": export.context.title,
        },
        "device": {"reference": "#device"},
        "component": [
            {"code": {"text": name}, "valueQuantity": {"value": float(value), "system": UCUM, "code": "1"}}
            for name, value in numbers.items()
        ],
    }


def _imaging_study(export: DicomExport, identity: Identity | None) -> dict[str, Any]:
    """Return the study; of a DICOM file, with the image that was read."""
    study = _without_empty(
        {
            "resourceType": "ImagingStudy",
            "id": "study",
            "identifier": [_uid(export.study)],
            "status": "available",
            # Required, though nobody is to be named: a subject that is not known (hl7.org/fhir/R4/references.html).
            "subject": _subject(identity) or {"display": "Not stated"},
        }
    )
    if export.source is None:
        return study
    _, series, instance, sop_class = (str(export.source[uid].value) for uid in REFERENCE_UIDS)
    modality = {"system": DICOM, "code": text_of(export.source, "Modality") or export.scan.format}
    image = {"uid": instance, "sopClass": {"system": "urn:ietf:rfc:3986", "code": f"urn:oid:{sop_class}"}}
    return study | {"series": [{"uid": series, "modality": modality, "instance": [image]}]}


def _device(export: DicomExport) -> dict[str, Any]:
    """Return the network as the device that observed."""
    return {
        "resourceType": "Device",
        "id": "device",
        "identifier": [_uid(export.device)],
        "manufacturer": MANUFACTURER,
        "deviceName": [{"name": export.model_name, "type": "model-name"}],
        "version": [{"value": export.reading.model_version}],
    }


def _uid(uid: str) -> dict[str, str]:
    return {"system": DICOM_UID, "value": f"urn:oid:{uid}"}


def _subject(identity: Identity | None) -> dict[str, Any] | None:
    if identity is None or not identity.patient_id:
        return None
    return {"type": "Patient", "identifier": {"value": identity.patient_id}}


def _order(identity: Identity | None) -> list[dict[str, Any]] | None:
    """Return the order by its accession number."""
    if identity is None or not identity.accession_number:
        return None
    kind = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "ACSN"}]}
    return [{"type": "ServiceRequest", "identifier": {"type": kind, "value": identity.accession_number}}]


def _without_empty(given: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is None: FHIR's JSON has no empty values (hl7.org/fhir/R4/json.html)."""
    return {name: value for name, value in given.items() if value is not None}
