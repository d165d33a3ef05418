"""A reading as a DICOM structured report, coded for machines."""

from highdicom import sr
from highdicom.coding_schemes import CodingSchemeIdentificationItem
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from dashboard.reports.context import Context
from dashboard.reports.dicom import MANUFACTURER, DicomExport, set_source_class, source_reference
from dashboard.shared.elements.disclaimer import short_notice
from model.network.finding import Finding

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
"""No public coding scheme that the report may use has this one (PS3.16, chapter 8: private ones begin with 99)."""


def structured_report(export: DicomExport) -> bytes:
    """Write the reading as a Comprehensive 3D SR: a measurement report (PS3.16, TID 1500, 1501, 4019; IHE AIR).

    It states the presence of pneumonia as decided, its probability, the threshold and the p-value of H0 as
    numbers, the algorithm with version and parameters, and the warnings as comments. It refers to the source
    image or, where that was no DICOM file, to the secondary capture of the same reading.

    Returns:
        A DICOM file: complete, preliminary and unverified, for verifying is a radiologist's part.
    """
    evidence = source_reference(export)
    dataset = sr.Comprehensive3DSR(
        evidence=[evidence],
        content=_content(evidence, export),
        series_description="Reading by a network, not for diagnosis",
        is_complete=True,
        is_final=False,
        is_verified=False,
        coding_schemes=[
            CodingSchemeIdentificationItem("99LUNGFIELD", name="Lungfield", responsible_organization="Lungfield")
        ],
        **export.attributes("SR"),
    )
    if export.source is not None:
        set_source_class(dataset, export.source.SOPClassUID)
    return export.encode(dataset)


def _content(evidence: Dataset, export: DicomExport) -> sr.MeasurementReport:
    """Build TID 1500, with one group of measurements."""
    observer = sr.ObserverContext(
        observer_type=codes.DCM.Device,
        observer_identifying_attributes=sr.DeviceObserverIdentifyingAttributes(
            uid=export.device,
            name=MANUFACTURER,
            manufacturer_name=MANUFACTURER,
            model_name=export.model_name,
        ),
    )
    return sr.MeasurementReport(
        observation_context=sr.ObservationContext(observer_device_context=observer),
        procedure_reported=codes.SCT.PlainRadiography,
        imaging_measurements=[_measurements(evidence, export)],
    )


def _measurements(evidence: Dataset, export: DicomExport) -> sr.MeasurementsAndQualitativeEvaluations:
    """Build TID 1501: presence of pneumonia, the numbers that it follows from, and the algorithm."""
    reading, context = export.reading, export.context
    numbers = [
        (codes.DCM.Probability, reading.probability),
        (codes.DCM.ThresholdValue, context.policy.high),
        (P_VALUE, reading.p_value),
    ]
    # Of several frames, the one that was read (PS3.3, table C.18.4-1).
    frames = [export.scan.frame] if evidence.NumberOfFrames > 1 else None
    group = sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=sr.TrackingIdentifier(uid=export.finding, identifier="Pneumonia"),
        finding_type=PNEUMONIA,
        algorithm_id=_algorithm(export),
        measurements=[
            sr.Measurement(name=name, value=float(value), unit=codes.UCUM.NoUnits) for name, value in numbers
        ],
        qualitative_evaluations=[
            sr.QualitativeEvaluation(name=codes.DCM.PresenceOfProperty, value=PRESENCE[context.finding])
        ],
        source_images=[sr.SourceImageForMeasurementGroup(evidence.SOPClassUID, evidence.SOPInstanceUID, frames)],
    )
    # TID 1501 is extensible: text that no number can hold stands beside the numbers.
    group[0].ContentSequence.extend(
        sr.TextContentItem(codes.DCM.Comment, text, sr.RelationshipTypeValues.CONTAINS)
        for text in comments(context)
    )
    return group


def comments(context: Context) -> list[str]:
    """Return the finding, every warning, the origin and the limits, a text each."""
    return [
        f"{context.title}. Policy: {context.policy.provenance}.",
        *context.warnings,
        *([context.origin] if context.origin else []),
        short_notice(context.card),
    ]


def _algorithm(export: DicomExport) -> sr.AlgorithmIdentification:
    """Build TID 4019: the network by name and version, and all parameters that its answer depends on."""
    scan, reading, context = export.scan, export.reading, export.context
    card, policy = context.card, context.policy
    return sr.AlgorithmIdentification(
        name=export.model_name,
        version=reading.model_version,
        manufacturer=MANUFACTURER,
        parameters=[
            f"threshold = {policy.high}",
            *([] if policy.lower is None else [f"lower threshold = {policy.lower}"]),
            f"policy = {policy.provenance}",
            f"calibration = {card.calibration.slope} * log-odds + {card.calibration.intercept}",
            f"input = {card.input_size} x {card.input_size} pixels",
            f"network SHA-256 = {context.network}",
            f"image SHA-256 = {reading.digest}",
            *([f"image frame = {scan.frame} of {scan.frames}"] if scan.frames > 1 else []),
        ],
    )
