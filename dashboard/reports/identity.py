"""Who the patient is: read from a DICOM header only where somebody asks for it by name."""

from dataclasses import dataclass

from pydicom import config
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

COPIED = (
    "PatientName",
    "PatientID",
    "IssuerOfPatientID",
    "PatientBirthDate",
    "PatientSex",
    "PatientAge",
    "AccessionNumber",
    "StudyID",
    "StudyDate",
    "StudyTime",
    "StudyDescription",
    "ReferringPhysicianName",
    # A source that was de-identified before says so, and so does what is made of it.
    "PatientIdentityRemoved",
    "DeidentificationMethod",
)
"""What an archive files an object by: Patient and General Study modules (PS3.3 C.7.1.1, C.7.2.1)."""


@dataclass(frozen=True)
class Identity:
    """A patient and a study as a report names them; empty where unknown."""

    name: str = ""
    patient_id: str = ""
    birth_date: str = ""
    accession_number: str = ""

    @classmethod
    def of(cls, source: Dataset) -> "Identity":
        """The identity in a DICOM header; names in their alphabetic form, dates as YYYY-MM-DD."""
        return cls(
            name=", ".join(part for part in str(source.get("PatientName") or "").split("=")[0].split("^") if part),
            patient_id=str(source.get("PatientID") or ""),
            birth_date=_date(str(source.get("PatientBirthDate") or "")),
            accession_number=str(source.get("AccessionNumber") or ""),
        )


def copy(source: Dataset, target: Dataset) -> None:
    """Copy what identifies patient and study; what the source lacks stays as it is in the target.

    Values are taken as they are, valid or not: an archive matches them with its own.
    """
    for keyword in COPIED:
        if keyword in source:
            tag, kind = tag_for_keyword(keyword), dictionary_VR(keyword)
            assert tag is not None
            value = source[keyword].value
            # A name remembers the character set it came in; as text it takes on the target's.
            value = str(value) if kind == "PN" and value is not None else value
            target[tag] = DataElement(tag, kind, value, validation_mode=config.IGNORE)


def _date(value: str) -> str:
    """A DICOM date, YYYYMMDD, with hyphens; anything else as it is."""
    return f"{value[:4]}-{value[4:6]}-{value[6:]}" if len(value) == 8 and value.isdigit() else value
