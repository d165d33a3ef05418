"""A reading as DICOM objects: a picture for any viewer, and a structured report for machines.

Times are the reading's own and every UID follows from what the object says, so that handing one reading back
twice gives the same instance, which an archive recognises, and not two that agree. What differs in anything, be
it the threshold, the time of reading or whose name is kept, has another UID: the same UID for different
content is what PS3.5, chapter 9, forbids.

Both objects are de-identified unless asked otherwise: they are made from nothing and take from the source its
UIDs alone, by which they join its study (in the terms of PS3.15, annex E, the Retain UIDs Option). The pixels are
the radiograph's own, with whatever is written in them.
"""

import io
from datetime import UTC, datetime, tzinfo

import highdicom as hd
import numpy as np
from highdicom import sr
from highdicom.coding_schemes import CodingSchemeIdentificationItem
from PIL import Image, ImageDraw, ImageFont
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code
from pydicom.uid import UID, ExplicitVRLittleEndian, SecondaryCaptureImageStorage, generate_uid

from dashboard.reports import identity
from dashboard.reports.context import Context
from dashboard.shared.disclaimer import short_notice
from dashboard.shared.formatting import decimals_apart, percent, thresholds, which_frame
from dashboard.shared.images import fitted, overlaid
from model.io.radiograph import Radiograph
from model.network.classifier import Reading
from model.network.finding import Finding

MANUFACTURER = "Lungfield"
LONGEST_SIDE = 2048
"""Of the burned-in picture, pixels: more than a screen shows; the diagnosis is made on the source."""
CAPTION_WIDTH = 640
"""The caption is never set narrower, however narrow the radiograph."""
SERIES_NUMBERS = {"SC": 9101, "SR": 9102}
"""High, to come after the series of the modality."""

PNEUMONIA = Code("233604007", "SCT", "Pneumonia")
PRESENCE = {
    Finding.PNEUMONIA: codes.SCT.Present,
    Finding.NORMAL: codes.SCT.Absent,
    # Neither may be filed as an absence: nobody should look for a missed child in a list of normals.
    Finding.DOUBTFUL: codes.DCM.PresenceUndetermined,
    Finding.BETWEEN: codes.DCM.PresenceUndetermined,
    Finding.REVIEW: codes.DCM.PresenceUndetermined,
}
P_VALUE = Code("p-value", "99LUNGFIELD", "p-value of the hypothesis that the finding is present")
"""No public scheme that the report may draw on has this one (PS3.16, chapter 8: private schemes begin with 99)."""
NO_UNITS = codes.UCUM.NoUnits
REQUIRED = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID")
WITHHELD = ("Attributes made anew, none of them copied;", "UIDs of the source kept; pixels as received")


class UnusableSource(ValueError):
    """A DICOM header that nothing can refer to; the message says what it lacks."""


def check(source: Dataset | None) -> None:
    """Raise ``UnusableSource`` where the source lacks a UID that a reference to it needs."""
    missing = [keyword for keyword in REQUIRED if source is not None and not source.get(keyword)]
    if missing:
        raise UnusableSource(
            f"The DICOM file has no {', '.join(missing)}. Expected all of {', '.join(REQUIRED)}, or nothing "
            f"can refer to it. Export it from the archive again, or take the PDF."
        )


def secondary_capture(
    source: Dataset | None,
    scan: Radiograph,
    reading: Reading,
    context: Context,
    keep_identity: bool = False,
) -> bytes:
    """The radiograph under its heat map, with a caption, as a Secondary Capture (PS3.3 A.8.1).

    Args:
        source: header of the DICOM file that was read; without one a new study is made.
        scan: the radiograph whose pixels are drawn.
        reading: what the model said of it.
        context: how that was decided.
        keep_identity: copy the source's patient and study; else both are empty.

    Returns:
        A DICOM file, 8-bit RGB, uncompressed (explicit VR little endian), which every archive takes.

    Raises:
        UnusableSource: the source lacks a UID.
    """
    check(source)
    uids = _Uids(source, scan, reading, context, keep_identity)
    dataset = hd.sc.SCImage(
        pixel_array=picture(scan, reading, context),
        photometric_interpretation="RGB",
        bits_allocated=8,
        coordinate_system="PATIENT",
        study_instance_uid=uids.study,
        series_instance_uid=uids.series("SC"),
        series_number=SERIES_NUMBERS["SC"],
        sop_instance_uid=uids.instance("SC"),
        instance_number=1,
        manufacturer=MANUFACTURER,
        manufacturer_model_name=context.card.data["name"],
        software_versions=reading.model_version,
        series_description="Heat map, not for diagnosis",
        # highdicom asks for an orientation; the source's own, or none, takes its place below.
        patient_orientation=("L", "F"),
        transfer_syntax_uid=ExplicitVRLittleEndian,
        specific_character_set="ISO_IR 192",
    )
    _describe_image(dataset, source, scan, reading, context)
    _refer_to_source(dataset, source, scan)
    _fix_times(dataset, source, context, keep_identity)
    burned_in = source is not None and source.get("BurnedInAnnotation") == "YES"
    _identify(dataset, source, keep_identity, removed="NO" if burned_in else "YES")
    return _written(dataset)


def structured_report(
    source: Dataset | None,
    scan: Radiograph,
    reading: Reading,
    context: Context,
    keep_identity: bool = False,
) -> bytes:
    """The reading as a Comprehensive SR: a measurement report (PS3.16, TID 1500, 1501, 4019).

    Pneumonia's presence as the finding was called, its probability, the threshold and the p-value of H0 as
    numbers, the algorithm with version and parameters, and the warnings as comments. It refers to the source
    image or, where that was no DICOM, to the secondary capture of the same reading.

    Args:
        source: header of the DICOM file that was read; without one a new study is made.
        scan: the radiograph, by which the report knows which of the source's frames it is of.
        reading: what the model said of it.
        context: how that was decided.
        keep_identity: copy the source's patient and study; else both are empty.

    Returns:
        A DICOM file: complete, preliminary and not verified, for that is a radiologist's part.

    Raises:
        UnusableSource: the source lacks a UID.
    """
    check(source)
    uids = _Uids(source, scan, reading, context, keep_identity)
    evidence = _evidence(source, scan, uids)
    dataset = sr.ComprehensiveSR(
        evidence=[evidence],
        content=_content(evidence, uids, scan, reading, context),
        series_instance_uid=uids.series("SR"),
        series_number=SERIES_NUMBERS["SR"],
        sop_instance_uid=uids.instance("SR"),
        instance_number=1,
        manufacturer=MANUFACTURER,
        manufacturer_model_name=context.card.data["name"],
        software_versions=reading.model_version,
        series_description="Reading by a network, not for diagnosis",
        is_complete=True,
        is_final=False,
        is_verified=False,
        transfer_syntax_uid=ExplicitVRLittleEndian,
        specific_character_set="ISO_IR 192",
        coding_schemes=[
            CodingSchemeIdentificationItem("99LUNGFIELD", name="Lungfield", responsible_organization="Lungfield")
        ],
    )
    _fix_times(dataset, source, context, keep_identity)
    _identify(dataset, source, keep_identity, removed="YES")
    return _written(dataset)


class _Uids:
    """UIDs that follow from what an object says."""

    def __init__(
        self, source: Dataset | None, scan: Radiograph, reading: Reading, context: Context, keep_identity: bool
    ) -> None:
        kept = Dataset()
        if source is not None and keep_identity:
            identity.copy(source, kept)
        self._said = (
            *([str(source[keyword].value) for keyword in REQUIRED] if source is not None else []),
            *(reading.digest, reading.model_version, repr(reading.probability), repr(reading.p_value)),
            *(np.asarray(reading.heat, "<f4").tobytes().hex(), context.network, repr(context.threshold)),
            *(
                context.policy,
                context.finding,
                context.title,
                *context.warnings,
                context.time.isoformat(),
                context.origin,
            ),
            *([] if context.lower is None else [repr(context.lower)]),
            # Two frames of one file may hold the same pixels, and so the same reading.
            *([f"frame={scan.frame}"] if scan.frames > 1 else []),
            *(f"{element.keyword}={element.value}" for element in kept),
        )
        self.study = (
            UID(source.StudyInstanceUID)
            if source is not None
            else _uid("study", reading.digest, reading.model_version)
        )
        self.device = _uid("device", context.network)
        self.finding = _uid("finding", *self._said)

    def series(self, kind: str) -> UID:
        """Every reading is a series of its own."""
        return _uid(f"series {kind}", *self._said)

    def instance(self, kind: str) -> UID:
        return _uid(f"instance {kind}", *self._said)


def _uid(role: str, *said: str) -> UID:
    return generate_uid(entropy_srcs=["\n".join(("lungfield", role, *said))])


# The picture.


def picture(scan: Radiograph, reading: Reading, context: Context) -> np.ndarray:
    """The radiograph under its heat map over a caption, uint8 RGB of shape (height, width, 3)."""
    drawn = overlaid(fitted(scan.pixels, LONGEST_SIDE), reading.heat)
    height, width = drawn.shape[:2]
    canvas = np.zeros((height, max(width, CAPTION_WIDTH), 3), np.uint8)
    left = (canvas.shape[1] - width) // 2
    canvas[:, left : left + width] = drawn
    return np.vstack([canvas, _caption(canvas.shape[1], caption(scan, reading, context))])


def caption(scan: Radiograph, reading: Reading, context: Context) -> list[str]:
    """The lines under the picture: what was found, and by what; neither patient nor file is named."""
    decimals = decimals_apart(reading.probability, context.lower, context.threshold)
    frame = which_frame(scan.frame, scan.frames)
    return [
        f"{context.title}: probability {percent(reading.probability, decimals)}, "
        f"threshold {thresholds(context.lower, context.threshold, 'and', decimals)}",
        f"{MANUFACTURER} model {reading.model_version}, {context.time:%Y-%m-%d %H:%M} UTC{frame}. "
        f"NOT FOR DIAGNOSIS",
    ]


def _caption(width: int, lines: list[str]) -> np.ndarray:
    """Lines of text, white on black, uint8 RGB: below the radiograph, for nothing of it may be covered."""
    margin = width // 40
    size = 1.5 * margin
    while size > 8 and max(ImageFont.load_default(size).getlength(line) for line in lines) > width - 2 * margin:
        size -= 0.5
    font, step = ImageFont.load_default(size), round(1.4 * size)
    band = Image.new("RGB", (width, step * len(lines) + 2 * margin))
    for number, line in enumerate(lines):
        ImageDraw.Draw(band).text((margin, margin + number * step), line, "white", font)
    return np.asarray(band)


def _describe_image(
    dataset: Dataset, source: Dataset | None, scan: Radiograph, reading: Reading, context: Context
) -> None:
    dataset.BurnedInAnnotation = "YES"
    dataset.DerivationDescription = (
        f"Grad-CAM heat map of pneumonia's log-odds over the radiograph, 8 bit, caption burned in; "
        f"{MANUFACTURER} model {reading.model_version}. Not for diagnosis."
    )
    dataset.PatientOrientation = source.get("PatientOrientation") if source is not None else None
    # Type 2C: without a body part nothing tells that it is none of a pair (PS3.3 C.7.3.1).
    dataset.Laterality = None
    dataset.SecondaryCaptureDeviceManufacturer = MANUFACTURER
    dataset.SecondaryCaptureDeviceManufacturerModelName = context.card.data["name"]
    dataset.SecondaryCaptureDeviceSoftwareVersions = reading.model_version
    # Once lossy, always lossy (PS3.3 C.7.6.1.1.5). Other formats may or may not have been: then nothing is said.
    if scan.format == "JPEG" or (source is not None and source.get("LossyImageCompression") == "01"):
        dataset.LossyImageCompression = "01"


def _refer_to_source(dataset: Dataset, source: Dataset | None, scan: Radiograph) -> None:
    """Where the pixels come from (General Reference module, PS3.3 C.12.4, table 10-3)."""
    if source is None:
        return
    image = Dataset()
    image.ReferencedSOPClassUID = source.SOPClassUID
    image.ReferencedSOPInstanceUID = source.SOPInstanceUID
    if scan.frames > 1:
        image.ReferencedFrameNumber = scan.frame
    purpose = codes.DCM.SourceImageForImageProcessingOperation
    image.PurposeOfReferenceCodeSequence = [sr.CodedConcept.from_code(purpose)]
    dataset.SourceImageSequence = [image]


# The report.


def _evidence(source: Dataset | None, scan: Radiograph, uids: _Uids) -> Dataset:
    """What the report refers to: UIDs, and nothing of the patient."""
    image = Dataset()
    for keyword in ("PatientName", "PatientID", "PatientBirthDate", "PatientSex"):
        setattr(image, keyword, None)
    for keyword in ("AccessionNumber", "StudyID", "StudyDate", "StudyTime", "ReferringPhysicianName"):
        setattr(image, keyword, None)
    if source is not None:
        for keyword in REQUIRED:
            setattr(image, keyword, source[keyword].value)
        image.NumberOfFrames = scan.frames
        return image
    image.StudyInstanceUID, image.SeriesInstanceUID = uids.study, uids.series("SC")
    image.SOPInstanceUID, image.SOPClassUID = uids.instance("SC"), SecondaryCaptureImageStorage
    image.NumberOfFrames = 1
    return image


def _content(
    evidence: Dataset, uids: _Uids, scan: Radiograph, reading: Reading, context: Context
) -> sr.MeasurementReport:
    """TID 1500, with one group of measurements."""
    observer = sr.ObserverContext(
        observer_type=codes.DCM.Device,
        observer_identifying_attributes=sr.DeviceObserverIdentifyingAttributes(
            uid=uids.device,
            name=MANUFACTURER,
            manufacturer_name=MANUFACTURER,
            model_name=f"{context.card.data['name']} {reading.model_version}",
        ),
    )
    return sr.MeasurementReport(
        observation_context=sr.ObservationContext(observer_device_context=observer),
        procedure_reported=codes.SCT.PlainRadiography,
        imaging_measurements=[_group(evidence, uids, scan, reading, context)],
    )


def _group(
    evidence: Dataset, uids: _Uids, scan: Radiograph, reading: Reading, context: Context
) -> sr.MeasurementsAndQualitativeEvaluations:
    """TID 1501: pneumonia, whether it is there, the numbers behind that, and whose they are."""
    numbers = [
        (codes.DCM.Probability, reading.probability),
        (codes.DCM.ThresholdValue, context.threshold),
        (P_VALUE, reading.p_value),
    ]
    group = sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=sr.TrackingIdentifier(uid=uids.finding, identifier="Pneumonia"),
        finding_type=PNEUMONIA,
        algorithm_id=_algorithm(scan, reading, context),
        measurements=[sr.Measurement(name=name, value=float(value), unit=NO_UNITS) for name, value in numbers],
        qualitative_evaluations=[
            sr.QualitativeEvaluation(name=codes.DCM.PresenceOfProperty, value=PRESENCE[context.finding])
        ],
        source_images=[_source_image(evidence, scan)],
    )
    # TID 1501 is extensible: what a number cannot say stands beside the numbers.
    group[0].ContentSequence.extend(_comment(text) for text in comments(context))
    return group


def _source_image(evidence: Dataset, scan: Radiograph) -> sr.SourceImageForMeasurementGroup:
    """The image that was read; of several frames, which (PS3.3, table C.18.4-1)."""
    frames = [scan.frame] if evidence.NumberOfFrames > 1 else None
    return sr.SourceImageForMeasurementGroup(evidence.SOPClassUID, evidence.SOPInstanceUID, frames)


def comments(context: Context) -> list[str]:
    """What a reader of the report must know: the finding, every warning, the origin, the limits."""
    return [
        f"{context.title}. Policy: {context.policy}.",
        *context.warnings,
        *([context.origin] if context.origin else []),
        short_notice(context.card),
    ]


def _comment(text: str) -> sr.TextContentItem:
    return sr.TextContentItem(
        name=codes.DCM.Comment, value=text, relationship_type=sr.RelationshipTypeValues.CONTAINS
    )


def _algorithm(scan: Radiograph, reading: Reading, context: Context) -> sr.AlgorithmIdentification:
    """TID 4019: the network, by name, version and all that its answer depends on."""
    card = context.card
    return sr.AlgorithmIdentification(
        name=f"{MANUFACTURER} {card.data['name']}",
        version=reading.model_version,
        manufacturer=MANUFACTURER,
        parameters=[
            f"threshold = {context.threshold!r}",
            *([] if context.lower is None else [f"lower threshold = {context.lower!r}"]),
            f"policy = {context.policy}",
            f"calibration = {card.calibration.slope!r} * log-odds + {card.calibration.intercept!r}",
            f"input = {card.input_size} x {card.input_size} pixels",
            f"network SHA-256 = {context.network}",
            f"image SHA-256 = {reading.digest}",
            *([f"image frame = {scan.frame} of {scan.frames}"] if scan.frames > 1 else []),
        ],
    )


# What both share.


def _fix_times(dataset: Dataset, source: Dataset | None, context: Context, keep_identity: bool) -> None:
    """The time of the reading everywhere: highdicom puts in the time at which it runs.

    One offset from UTC holds for every date and time of an object (PS3.3 C.12.1), so a study's time that is
    kept brings its own; where its source does not tell, none is told, and the times are this machine's.
    """
    stated = str(source.get("TimezoneOffsetFromUTC") or "") if source is not None else ""
    time = context.time.astimezone(_zone(stated) if keep_identity and source is not None else UTC)
    for date in ("InstanceCreationDate", "ContentDate", "DateOfSecondaryCapture"):
        if date in dataset:
            dataset[date].value = f"{time:%Y%m%d}"
    for clock in ("InstanceCreationTime", "ContentTime", "TimeOfSecondaryCapture"):
        if clock in dataset:
            dataset[clock].value = f"{time:%H%M%S}"
    for item in dataset.ContributingEquipmentSequence:
        item.ContributionDateTime = f"{time:%Y%m%d%H%M%S%z}"
    if stated or not keep_identity or source is None:
        dataset.TimezoneOffsetFromUTC = f"{time:%z}"


def _zone(offset: str) -> tzinfo | None:
    """The zone of a DICOM offset such as ``+0800``; None, this machine's, where there is none."""
    if not offset:
        return None
    return datetime.strptime(offset, "%z").tzinfo


def _identify(dataset: Dataset, source: Dataset | None, keep_identity: bool, removed: str) -> None:
    """The source's identity, where it is asked for; else a statement that there is none."""
    if keep_identity and source is not None:
        identity.copy(source, dataset)
        return
    # NO where the source has told of writing in its pixels, which are shown as they came (PS3.3 C.7.1.1).
    dataset.PatientIdentityRemoved = removed
    dataset.DeidentificationMethod = list(WITHHELD)


def _written(dataset: Dataset) -> bytes:
    out = io.BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    return out.getvalue()
