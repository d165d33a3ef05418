"""A reading's lungs and evidence as a DICOM Segmentation, which a viewer lays over the radiograph itself."""

import cv2
import numpy as np
from highdicom import AlgorithmIdentificationSequence
from highdicom.color import CIELabColor
from highdicom.seg import Segmentation, SegmentDescription
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from dashboard.reports.dicom import MANUFACTURER, DicomExport, UnusableSource, set_source_class, source_reference
from dashboard.shared.images import OUTLINE
from model.network import gradcam, lungs

EVIDENCE = (252, 165, 10)
"""RGB of the evidence: from the middle of the heat map's colours."""


def segmentation(export: DicomExport) -> bytes:
    """Write the lungs and where the evidence lies as a Segmentation (PS3.3 A.51), two binary segments.

    Both have the rows and columns of the source. The lungs are what is outlined in the viewer; the evidence is
    where the heat map is drawn, however warm. A segment without a pixel is described all the same.

    Returns:
        A DICOM file, one bit a pixel, uncompressed.

    Raises:
        UnusableSource: the radiograph was no DICOM file.
    """
    if export.source is None:
        raise UnusableSource(
            "A segmentation belongs to a DICOM image; this radiograph was none. Take the DICOM picture instead."
        )
    image = source_reference(export)
    image.NumberOfFrames = 1
    image.Rows, image.Columns = export.scan.pixels.shape
    image.Modality = "DX"
    image.LossyImageCompression = "01" if export.is_lossy else "00"
    dataset = Segmentation(
        source_images=[image],
        pixel_array=masks(export)[None],
        segmentation_type="BINARY",
        segment_descriptions=_descriptions(export),
        # The network file is the device, and has no other number.
        device_serial_number=export.context.network,
        series_description="Lungs and evidence, not for diagnosis",
        content_label="LUNGS_EVIDENCE",
        content_description="Lungs, and where the evidence for pneumonia lies",
        **export.attributes("SEG"),
    )
    set_source_class(dataset, export.source.SOPClassUID)
    dataset.PatientOrientation = export.source.get("PatientOrientation")
    for element in dataset.iterall():
        # highdicom draws it by lot.
        if element.keyword == "DimensionOrganizationUID":
            element.value = export.instance("SEG dimensions")
    if export.scan.frames > 1:
        _refer_to_frame(dataset, export.scan.frame)
    return export.encode(dataset)


def masks(export: DicomExport) -> np.ndarray:
    """Return lungs and evidence at the radiograph's size: uint8 of shape (height, width, 2), 0 or 1."""
    height, width = export.scan.pixels.shape
    inside = np.zeros((height, width), np.uint8)
    # A pixel's place is its centre.
    lines = [
        np.rint(line * (width, height) - 0.5).astype(np.int32) for line in lungs.outlines(export.reading.lungs)
    ]
    cv2.fillPoly(inside, lines, 1)
    return np.dstack([inside, (gradcam.drawn_heat(export.reading.heat, width, height) > 0).astype(np.uint8)])


def _descriptions(export: DicomExport) -> list[SegmentDescription]:
    """Describe both segments (PS3.3 C.8.20.4)."""
    share = f"{gradcam.VISIBLE:.0%} of the heat map's full scale"
    return [
        _description(1, "Lungs", codes.SCT.AnatomicalStructure, codes.SCT.Lung, OUTLINE, export),
        _description(
            2,
            f"Evidence for pneumonia, above {share}",
            codes.SCT.SpatialAndRelationalConcept,
            codes.DCM.SelectedRegion,
            EVIDENCE,
            export,
            finding=export.finding,
        ),
    ]


def _description(
    number: int,
    label: str,
    category: Code,
    kind: Code,
    colour: tuple[int, int, int],
    export: DicomExport,
    finding: str | None = None,
) -> SegmentDescription:
    return SegmentDescription(
        segment_number=number,
        segment_label=label,
        segmented_property_category=category,
        segmented_property_type=kind,
        algorithm_type="AUTOMATIC",
        algorithm_identification=AlgorithmIdentificationSequence(
            name=export.model_name,
            version=export.reading.model_version,
            family=codes.DCM.ArtificialIntelligence,
            source=MANUFACTURER,
        ),
        display_color=CIELabColor.from_rgb(*colour),
        tracking_id=None if finding is None else "Pneumonia",
        tracking_uid=finding,
    )


def _refer_to_frame(dataset: Dataset, frame: int) -> None:
    """Name the one of several frames that was read (PS3.3, table 10-3)."""
    for group in dataset.PerFrameFunctionalGroupsSequence:
        for derivation in group.DerivationImageSequence:
            for image in derivation.SourceImageSequence:
                image.ReferencedFrameNumber = frame
