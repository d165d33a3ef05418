"""Patient and study of a radiograph, as its DICOM header names them: in memory alone."""

from dataclasses import dataclass

from pydicom.dataset import Dataset

from dashboard.reports.identity import Identity, iso_date


@dataclass(frozen=True, repr=False)
class Patient:
    """Whom a radiograph shows, and in which study; empty where unknown. Not printed, so that no log names them.

    ``study_date`` is YYYY-MM-DD where the header keeps to the standard.
    """

    identity: Identity
    issuer: str = ""
    study_date: str = ""
    study: str = ""

    @classmethod
    def from_header(cls, source: Dataset) -> "Patient":
        """Read them in a DICOM header."""
        return cls(
            Identity.from_header(source),
            str(source.get("IssuerOfPatientID") or ""),
            iso_date(str(source.get("StudyDate") or "")),
            str(source.get("StudyDescription") or ""),
        )

    @property
    def who(self) -> str:
        """The name, else the number that the hospital gave."""
        return self.identity.name or self.identity.patient_id

    @property
    def details(self) -> str:
        """Number and date of birth, as far as they are known and not said by ``who``."""
        number = self.identity.patient_id if self.identity.name else ""
        born = f"born {self.identity.birth_date}" if self.identity.birth_date else ""
        return ", ".join(part for part in (number, born) if part)

    @property
    def study_details(self) -> str:
        """What was asked for, and the accession number."""
        return ", ".join(part for part in (self.study, self.identity.accession_number) if part)


def is_same(one: Patient, other: Patient) -> bool:
    """Return whether two headers name the same patient: the same number, and nothing that speaks against it.

    A name alone is no proof, for children share them; nor is a number alone, which two hospitals may both give, or
    which stands for nobody once a file was made anonymous.
    """
    a, b = one.identity, other.identity
    agree = all(
        not (x and y) or x.casefold() == y.casefold()
        for x, y in ((one.issuer, other.issuer), (a.birth_date, b.birth_date), (a.name, b.name))
    )
    known = bool((a.birth_date and b.birth_date) or (a.name and b.name))
    return bool(a.patient_id) and a.patient_id == b.patient_id and agree and known
