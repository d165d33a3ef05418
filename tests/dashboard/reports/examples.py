"""A made-up reading, and a DICOM header full of identity, to report on."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pydicom
from pydicom.dataset import Dataset
from pydicom.uid import ComputedRadiographyImageStorage

from dashboard.reports.context import Context
from dashboard.reports.dicom import DicomExport
from dashboard.reports.secondary_capture import secondary_capture
from dashboard.reports.structured_report import structured_report
from model.io import radiograph
from model.io.radiograph import Radiograph
from model.metrics.operating_points import ConfusionMatrix, Referral
from model.network.card import load_card
from model.network.classifier import Reading
from model.network.finding import Finding
from model.network.policy import Policy
from tests.pictures import chest, png

TIME = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
IDENTITY = {
    "PatientName": "Zwetschge^Aurelia",
    "PatientID": "PID-77215",
    "PatientBirthDate": "20220319",
    "AccessionNumber": "ACC-90417",
    "StudyID": "STU-3381",
    "StudyDate": "20251224",
    "StudyTime": "174233",
    "ReferringPhysicianName": "Quacksalber^Ottokar",
}
"""What is kept only on request."""
SURROUNDINGS = {
    "InstitutionName": "Waldklinik Nirgendwo",
    "InstitutionAddress": "Tannenweg 4711",
    "PerformingPhysicianName": "Strahlemann^Ida",
    "OperatorsName": "Knipser^Kuno",
    "StationName": "ROENTGEN-8",
    "OtherPatientIDs": "OTHER-5521",
    "PatientComments": "grandchild of the mayor",
    "RequestingPhysician": "Anfrager^Udo",
    "DeviceSerialNumber": "SN-660613",
}
"""What is never kept."""


def scan(width: int = 320, height: int = 300, name: str = "scan.png") -> Radiograph:
    return radiograph.read(png(chest(width, height)), name)


def reading(probability: float = 0.875, **changes: Any) -> Reading:
    """Hot in the lower left corner; two lungs."""
    heat = np.zeros((7, 7), np.float32)
    heat[5:, :2] = 0.9
    lungs = np.zeros((56, 56), np.float32)
    lungs[8:48, 6:24] = lungs[8:48, 32:50] = 1
    return replace(Reading(probability, 0.125, heat, lungs, (), "1.0.0", scan().digest), **changes)


def context(high: float = 0.75, lower: float | None = None, referred: int = 0, **changes: Any) -> Context:
    """Return a context by a threshold set by hand, or by two of them: pneumonia, at 0.75."""
    given = Context(
        card=load_card(),
        policy=Policy("own", "", "", high if lower is None else lower, high),
        finding=Finding.PNEUMONIA,
        warnings=(),
        test=Referral(referred, ConfusionMatrix(tp=380, fp=26, fn=10, tn=208)),
        time=TIME,
    )
    return replace(given, **changes)


def source(**changes: Any) -> Dataset:
    """Return the header of a computed radiograph."""
    header = Dataset()
    header.SOPClassUID = ComputedRadiographyImageStorage
    header.StudyInstanceUID, header.SeriesInstanceUID, header.SOPInstanceUID = "1.2.3.1", "1.2.3.2", "1.2.3.3"
    header.PatientSex = "F"
    for keyword, value in (IDENTITY | SURROUNDINGS | changes).items():
        setattr(header, keyword, value)
    return header


def export(
    header: Dataset | None = None,
    given: Reading | None = None,
    around: Context | None = None,
    keep_identity: bool = False,
    picture: Radiograph | None = None,
    repeatable: bool = False,
) -> DicomExport:
    return DicomExport(
        header, picture or scan(), given or reading(), around or context(), keep_identity, repeatable
    )


def capture(*args: Any, **kwargs: Any) -> bytes:
    """Return the secondary capture of an ``export`` of the same arguments."""
    return secondary_capture(export(*args, **kwargs))


def report(*args: Any, **kwargs: Any) -> bytes:
    """Return the structured report of an ``export`` of the same arguments."""
    return structured_report(export(*args, **kwargs))


def reread(data: bytes) -> Dataset:
    return pydicom.dcmread(io.BytesIO(data))


SECOND = replace(scan(), frame=2, frames=3)
"""The radiograph as the second of three frames."""
