"""The patient's identity: read from a DICOM header only where the user asks to keep it."""

from dataclasses import dataclass

from pydicom import config
from pydicom.datadict import dictionary_VR
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
    # A source that was de-identified before states so, and so do the objects made of it.
    "PatientIdentityRemoved",
    "DeidentificationMethod",
)
"""The attributes that an archive files an object by: Patient and General Study modules (PS3.3 C.7.1.1, C.7.2.1)."""


@dataclass(frozen=True, repr=False)
class Identity:
    """A patient and a study as a report names them; empty where unknown. Not printed, so that no log names them."""

    name: str = ""
    patient_id: str = ""
    birth_date: str = ""
    accession_number: str = ""

    @classmethod
    def from_header(cls, source: Dataset) -> "Identity":
        """Read the identity in a DICOM header; names in their alphabetic form, dates as YYYY-MM-DD."""
        return cls(
            name=", ".join(part for part in str(source.get("PatientName") or "").split("=")[0].split("^") if part),
            patient_id=str(source.get("PatientID") or ""),
            birth_date=iso_date(str(source.get("PatientBirthDate") or "")),
            accession_number=str(source.get("AccessionNumber") or ""),
        )


def copy_identity(source: Dataset, target: Dataset) -> None:
    """Copy what identifies patient and study; attributes that the source lacks stay as they are in the target.

    Values are copied as they are, valid or not: an archive matches them with its own.
    """
    for keyword in COPIED:
        if keyword in source:
            tag, value, vr = source[keyword].tag, source[keyword].value, dictionary_VR(keyword)
            # A name remembers the character set it came in; as text it takes on the target's.
            value = str(value) if vr == "PN" and value is not None else value
            target[tag] = DataElement(tag, vr, value, validation_mode=config.IGNORE)


def iso_date(value: str) -> str:
    """Turn a DICOM date, YYYYMMDD, into YYYY-MM-DD; anything else stays as it is."""
    return f"{value[:4]}-{value[4:6]}-{value[6:]}" if len(value) == 8 and value.isdigit() else value
