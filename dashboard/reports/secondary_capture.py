"""A reading as a DICOM Secondary Capture: the radiograph under its heat map, with a caption, for any viewer."""

import highdicom as hd
import numpy as np
from highdicom import sr
from PIL import Image, ImageDraw, ImageFont
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes

from dashboard.reports.dicom import MANUFACTURER, DicomExport
from dashboard.shared.formatting import decimals_apart, format_frame, format_probability, format_thresholds
from dashboard.shared.images import outline_lungs, overlay_heat_map, shrink

LONGEST_SIDE = 2048
"""Pixels: more than a screen shows; the diagnosis is made on the source."""
CAPTION_WIDTH = 640
"""Pixels that the caption is wide at least, however narrow the radiograph."""


def secondary_capture(export: DicomExport) -> bytes:
    """Draw the radiograph under its heat map, with a caption, as a Secondary Capture (PS3.3 A.8.1).

    Returns:
        A DICOM file, 8-bit RGB, uncompressed (explicit VR little endian), which every archive takes.
    """
    dataset = hd.sc.SCImage(
        pixel_array=captioned_picture(export),
        photometric_interpretation="RGB",
        bits_allocated=8,
        coordinate_system="PATIENT",
        study_instance_uid=export.study,
        series_description="Heat map, not for diagnosis",
        # highdicom demands an orientation; the source's own, or none, replaces it below.
        patient_orientation=("L", "F"),
        **export.attributes("SC"),
    )
    _describe_image(dataset, export)
    _refer_to_source(dataset, export)
    # NO where the source states text in its pixels, which are shown as they came (PS3.3 C.7.1.1).
    burned_in = export.source is not None and export.source.get("BurnedInAnnotation") == "YES"
    return export.encode(dataset, identity_removed="NO" if burned_in else "YES")


def captioned_picture(export: DicomExport) -> np.ndarray:
    """Draw the radiograph, heat map and outlined lungs above the caption: uint8 RGB of shape (height, width, 3)."""
    pixels = shrink(export.scan.pixels, LONGEST_SIDE, export.scan.pixel_aspect)
    drawn = outline_lungs(overlay_heat_map(pixels, export.reading.heat), export.reading.lungs)
    height, width = drawn.shape[:2]
    canvas = np.zeros((height, max(width, CAPTION_WIDTH), 3), np.uint8)
    left = (canvas.shape[1] - width) // 2
    canvas[:, left : left + width] = drawn
    return np.vstack([canvas, _draw_caption(canvas.shape[1], caption(export))])


def caption(export: DicomExport) -> list[str]:
    """Return the lines under the picture: the finding and the model, but neither patient nor file name."""
    scan, reading, context, policy = export.scan, export.reading, export.context, export.context.policy
    decimals = decimals_apart(reading.probability, *policy.thresholds)
    frame = format_frame(scan.frame, scan.frames)
    return [
        f"{context.title}: probability {format_probability(reading.probability, decimals)}, "
        f"threshold {format_thresholds(policy.lower, policy.high, 'and', decimals)}",
        f"{MANUFACTURER} model {reading.model_version}, {context.time:%Y-%m-%d %H:%M} UTC{frame}. "
        f"NOT FOR DIAGNOSIS",
    ]


def _draw_caption(width: int, lines: list[str]) -> np.ndarray:
    """Draw lines of text, white on black, in the largest type that fits: uint8 RGB of shape (height, width, 3)."""
    margin = width // 40
    size = 1.5 * margin
    while size > 8 and max(ImageFont.load_default(size).getlength(line) for line in lines) > width - 2 * margin:
        size -= 0.5
    font, step = ImageFont.load_default(size), round(1.4 * size)
    strip = Image.new("RGB", (width, step * len(lines) + 2 * margin))
    for number, line in enumerate(lines):
        ImageDraw.Draw(strip).text((margin, margin + number * step), line, "white", font)
    return np.asarray(strip)


def _describe_image(dataset: Dataset, export: DicomExport) -> None:
    source, version = export.source, export.reading.model_version
    dataset.BurnedInAnnotation = "YES"
    dataset.DerivationDescription = (
        f"Grad-CAM heat map of pneumonia's log-odds and outline of the lungs over the radiograph, 8 bit, "
        f"caption burned in; "
        f"{MANUFACTURER} model {version}. Not for diagnosis."
    )
    dataset.PatientOrientation = source.get("PatientOrientation") if source is not None else None
    # Type 2C: required, though empty, unless the body part is known to be unpaired (PS3.3 C.7.3.1).
    dataset.Laterality = None
    dataset.SecondaryCaptureDeviceManufacturer = MANUFACTURER
    dataset.SecondaryCaptureDeviceManufacturerModelName = dataset.ManufacturerModelName
    dataset.SecondaryCaptureDeviceSoftwareVersions = version
    if export.is_lossy:
        dataset.LossyImageCompression = "01"


def _refer_to_source(dataset: Dataset, export: DicomExport) -> None:
    """Name the image that the pixels come from (General Reference module, PS3.3 C.12.4, table 10-3)."""
    if export.source is None:
        return
    image = Dataset()
    image.ReferencedSOPClassUID = export.source.SOPClassUID
    image.ReferencedSOPInstanceUID = export.source.SOPInstanceUID
    if export.scan.frames > 1:
        image.ReferencedFrameNumber = export.scan.frame
    purpose = codes.DCM.SourceImageForImageProcessingOperation
    image.PurposeOfReferenceCodeSequence = [sr.CodedConcept.from_code(purpose)]
    dataset.SourceImageSequence = [image]
