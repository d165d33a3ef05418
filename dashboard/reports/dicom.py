"""What the DICOM objects made of one reading share: source, UIDs, times and identity.

Every UID is derived from the object's content, and all times are the time of the reading. Exporting a reading
twice therefore gives the same instance, which an archive recognises. Any difference, such as another threshold,
another time of reading or a kept identity, gives another UID: PS3.5, chapter 9, forbids one UID for two contents.
A repeatable export, which a DICOM node makes, is one answer to one instance, by one network and policy: its UIDs
depend on nothing else, so that an archive keeps one of two that were made apart.

Objects are de-identified unless asked otherwise: their attributes are made anew, and of the source its UIDs alone
are kept, so that they join its study (PS3.15, annex E, Retain UIDs Option). The pixels are the radiograph's own,
with whatever is written in them.
"""

import io
import re
from dataclasses import dataclass
from datetime import UTC, timedelta, timezone
from functools import cached_property
from typing import Any

import highdicom as hd
import numpy as np
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.uid import (
    UID,
    DigitalXRayImageStorageForPresentation,
    ExplicitVRLittleEndian,
    SecondaryCaptureImageStorage,
    generate_uid,
)

from dashboard.reports.context import Context
from dashboard.reports.identity import copy_identity
from model.io.dicom_header import text_of, values_of
from model.io.radiograph import Radiograph
from model.network.classifier import Reading

MANUFACTURER = "Lungfield"
SERIES_NUMBERS = {"SC": 9101, "SR": 9102, "SEG": 9103}
"""High, to come after the series of the modality."""
REFERENCE_UIDS = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID")
DEIDENTIFICATION = ("Attributes made anew, none of them copied;", "UIDs of the source kept; pixels as received")


class UnusableSource(ValueError):
    """No DICOM header, or one that lacks a UID or has several in place of one: nothing can refer to it."""


@dataclass(frozen=True)
class DicomExport:
    """A reading to be exported as DICOM objects.

    ``source`` is the header of the DICOM file that was read; without one the objects form a new study.
    ``keep_identity`` copies patient and study from it; else both are left empty. ``repeatable`` derives UIDs from
    the source's SOP Instance UID, the frame, the network and the policy alone, whenever it is read.

    Raises:
        UnusableSource: the source lacks one of ``REFERENCE_UIDS``, or has several values of one.
        ValueError: repeatable without a source.
    """

    source: Dataset | None
    scan: Radiograph
    reading: Reading
    context: Context
    keep_identity: bool = False
    repeatable: bool = False

    def __post_init__(self) -> None:
        if self.source is None:
            if self.repeatable:
                raise ValueError("expected a source whose SOP Instance UID a repeatable export can be made of.")
            return
        counts = {uid: len(values_of(self.source, uid)) for uid in REFERENCE_UIDS}
        missing = [uid for uid, count in counts.items() if count == 0]
        several = [uid for uid, count in counts.items() if count > 1]
        if missing or several:
            received = f"no {', '.join(missing)}" if missing else f"several values of {', '.join(several)}"
            raise UnusableSource(
                f"The DICOM file has {received}. Expected all of {', '.join(REFERENCE_UIDS)}, one value each, or "
                f"nothing can refer to it. Export it from the archive again, or take the PDF."
            )

    @property
    def study(self) -> UID:
        if self.source is not None:
            return UID(self.source.StudyInstanceUID)
        return _uid("study", self.reading.digest, self.reading.model_version)

    @property
    def device(self) -> UID:
        return _uid("device", self.context.network)

    @property
    def is_lossy(self) -> bool:
        """Whether the radiograph is known to have been compressed with loss, which holds for all made of it.

        Once lossy, always lossy (PS3.3 C.7.6.1.1.5); of other formats than JPEG and DICOM nobody knows.
        """
        return self.scan.format == "JPEG" or (
            self.source is not None and self.source.get("LossyImageCompression") == "01"
        )

    @property
    def model_name(self) -> str:
        """The model's name: of the algorithm, the observing device and the equipment, which agree (IHE AIR)."""
        return f"{MANUFACTURER} {self.context.card.name}"

    @property
    def finding(self) -> UID:
        return _uid("finding", *self._content)

    def series(self, modality: str) -> UID:
        """Return the UID of a series that holds this reading alone."""
        return _uid(f"series {modality}", *self._content)

    def instance(self, modality: str) -> UID:
        return _uid(f"instance {modality}", *self._content)

    @cached_property
    def _content(self) -> tuple[str, ...]:
        """Everything that the objects state, as text, or what a repeatable export depends on."""
        source, scan, reading, context = self.source, self.scan, self.reading, self.context
        if self.repeatable and source is not None:
            return (
                *(str(source.SOPInstanceUID), f"frame={scan.frame}", reading.model_version, context.network),
                *map(repr, context.policy.thresholds),
            )
        kept = Dataset()
        if self._patient is not None:
            copy_identity(self._patient, kept)
        return (
            *([str(source[uid].value) for uid in REFERENCE_UIDS] if source is not None else []),
            *(reading.digest, reading.model_version, repr(reading.probability), repr(reading.p_value)),
            *(np.asarray(reading.heat, "<f4").tobytes().hex(), context.network, repr(context.policy.high)),
            *(context.policy.provenance, context.finding, context.title, *context.warnings),
            *(context.time.isoformat(), context.origin),
            *([] if context.policy.lower is None else [repr(context.policy.lower)]),
            # Two frames of one file may hold the same pixels, and so the same reading.
            *([f"frame={scan.frame}"] if scan.frames > 1 else []),
            *(f"{element.keyword}={element.value}" for element in kept),
        )

    @property
    def _patient(self) -> Dataset | None:
        """The header that patient and study are copied from, if they are kept."""
        return self.source if self.keep_identity else None

    def attributes(self, modality: str) -> dict[str, Any]:
        """Return the arguments that highdicom's objects have in common."""
        return {
            "series_instance_uid": self.series(modality),
            "series_number": SERIES_NUMBERS[modality],
            "sop_instance_uid": self.instance(modality),
            "instance_number": 1,
            "manufacturer": MANUFACTURER,
            "manufacturer_model_name": self.model_name,
            "software_versions": self.reading.model_version,
            "contributing_equipment": [self._equipment()],
            "transfer_syntax_uid": ExplicitVRLittleEndian,
            "specific_character_set": "ISO_IR 192",
        }

    def _equipment(self) -> hd.ContributingEquipment:
        """Return the network as equipment that contributed (PS3.3 C.12.1, as IHE AIR asks for it)."""
        equipment = hd.ContributingEquipment(
            manufacturer=MANUFACTURER,
            purpose_of_reference=codes.DCM.ProcessingEquipment,
            manufacturer_model_name=self.model_name,
            software_versions=self.reading.model_version,
        )
        equipment.DeviceUID = self.device
        return equipment

    def encode(self, dataset: Dataset, identity_removed: str = "YES") -> bytes:
        """Return an object as a DICOM file, with the times of the reading and its identity kept or removed.

        Args:
            dataset: the object that highdicom made; it is completed in place.
            identity_removed: Patient Identity Removed (PS3.3 C.7.1.1) of an object whose identity is not kept.
        """
        self._set_times(dataset)
        if self._patient is not None:
            copy_identity(self._patient, dataset)
        else:
            dataset.PatientIdentityRemoved = identity_removed
            dataset.DeidentificationMethod = list(DEIDENTIFICATION)
        out = io.BytesIO()
        dataset.save_as(out, enforce_file_format=True)
        return out.getvalue()

    def _set_times(self, dataset: Dataset) -> None:
        """Replace every date and time, which highdicom takes from the clock, by the time of the reading.

        One offset from UTC holds for all times of an object (PS3.3 C.12.1), so a kept study time brings its own.
        Where the source states none, none is stated, and times are this machine's.
        """
        patient = self._patient
        zone = UTC if patient is None else time_zone(text_of(patient, "TimezoneOffsetFromUTC"))
        time = self.context.time.astimezone(zone)
        for element in dataset:
            if element.VR in ("DA", "TM") and element.value:
                element.value = f"{time:%Y%m%d}" if element.VR == "DA" else f"{time:%H%M%S}"
        for item in dataset.ContributingEquipmentSequence:
            item.ContributionDateTime = f"{time:%Y%m%d%H%M%S%z}"
        if zone:
            dataset.TimezoneOffsetFromUTC = f"{time:%z}"


def source_reference(export: DicomExport) -> Dataset:
    """Return the image that an object refers to: UIDs, with every attribute of patient and study empty.

    It is the source or, where that was no DICOM file, the secondary capture of the same reading.
    """
    image = Dataset()
    for keyword in ("PatientName", "PatientID", "PatientBirthDate", "PatientSex"):
        setattr(image, keyword, None)
    for keyword in ("AccessionNumber", "StudyID", "StudyDate", "StudyTime", "ReferringPhysicianName"):
        setattr(image, keyword, None)
    if export.source is not None:
        for keyword in REFERENCE_UIDS:
            setattr(image, keyword, export.source[keyword].value)
        # highdicom knows the standard's classes alone; ``set_source_class`` puts the source's own back.
        image.SOPClassUID = DigitalXRayImageStorageForPresentation
        image.NumberOfFrames = export.scan.frames
        return image
    image.StudyInstanceUID, image.SeriesInstanceUID = export.study, export.series("SC")
    image.SOPInstanceUID, image.SOPClassUID = export.instance("SC"), SecondaryCaptureImageStorage
    image.NumberOfFrames = 1
    return image


def set_source_class(dataset: Dataset, sop_class: str) -> None:
    """Set the class of the only image that an object refers to: a detector's own may be private (PS3.5 9.1)."""
    for element in dataset.iterall():
        if element.keyword == "ReferencedSOPClassUID":
            element.value = sop_class


def time_zone(stated: str | None) -> timezone | None:
    """Return the time zone of an offset from UTC, ``+0800`` (PS3.3 C.12.1), ``+8``, ``+08:00`` or ``UTC``.

    ``None`` where none is stated, or none that is: offsets end at -12 and +14 hours.
    """
    if stated in ("UTC", "GMT", "Z"):
        return UTC
    match = re.fullmatch(r"([+-])(\d{1,2}):?(\d{2})?", stated or "")
    if not match:
        return None
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0)) * (-1 if match[1] == "-" else 1)
    return timezone(offset) if timedelta(hours=-12) <= offset <= timedelta(hours=14) else None


def _uid(role: str, *content: str) -> UID:
    return generate_uid(entropy_srcs=["\n".join(("lungfield", role, *content))])
