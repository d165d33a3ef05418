"""A search for radiographs in the archive, however it answers one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from pydicom.uid import DigitalXRayImageStorageForProcessing

from model.network.population import is_chest

MODALITIES = ("CR", "DX", "RF")


@dataclass(frozen=True, repr=False)
class FoundRadiograph:
    """A radiograph in the archive: its UIDs, the day of its study, its patient; not printed, for it names one."""

    study: str
    series: str
    instance: str
    day: str
    patient_id: str


class ArchiveSearch(Protocol):
    """Whatever finds radiographs in an archive and fetches them.

    Every method raises ``ArchiveAway`` where the archive cannot be reached or is not well, and ``ArchiveRefused``
    where it does not do as it is asked.
    """

    def radiographs(self, day: date) -> list[FoundRadiograph]:
        """Return the chest radiographs of a day; one that does not say which part of the body it shows is one."""
        ...

    def priors(self, radiograph: FoundRadiograph) -> list[FoundRadiograph]:
        """Return the same patient's chest radiographs of earlier days, latest first."""
        ...

    def file(self, radiograph: FoundRadiograph) -> bytes:
        """Fetch a radiograph as a DICOM file, in the transfer syntax that the archive sends it in."""
        ...


def is_readable(sop_class: str, body_part: str) -> bool:
    """Return whether an instance is meant to be read, and shows a chest or does not say what."""
    return sop_class != DigitalXRayImageStorageForProcessing and (not body_part or is_chest(body_part))


def earlier(found: Iterable[FoundRadiograph], radiograph: FoundRadiograph) -> list[FoundRadiograph]:
    """Return those found of a radiograph's patient and earlier days, latest first."""
    # A * or ? in a patient's number would match others' too (PS3.4 C.2.2.2.4).
    own = [each for each in found if each.patient_id == radiograph.patient_id and each.day < radiograph.day]
    return sorted(own, key=lambda each: each.day, reverse=True)
