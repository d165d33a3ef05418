import io
from dataclasses import replace
from pathlib import Path

import cv2
import highdicom as hd
import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.uid import SegmentationStorage, XRayRadiofluoroscopicImageStorage

from dashboard.reports.dicom import UnusableSource
from dashboard.reports.segmentation import masks, segmentation
from dashboard.shared.images import overlay_heat_map, to_uint8
from tests.dashboard.reports.dciodvfy import errors_in
from tests.dashboard.reports.examples import IDENTITY, SECOND, export, reading, reread, scan, source

FLUOROSCOPY = {"SOPClassUID": XRayRadiofluoroscopicImageStorage}


def segments(data: bytes) -> np.ndarray:
    """Return the segments as highdicom reads them: uint8 of shape (height, width, segments)."""
    read = hd.seg.segread(io.BytesIO(data))
    return read.get_pixels_by_source_instance(["1.2.3.3"])[0]


def test_lungs_and_evidence_are_read_back_at_the_sources_size() -> None:
    made = export(source())
    found = segments(segmentation(made))
    assert found.shape == (300, 320, 2)
    assert (found == masks(made)).all()


def test_the_lungs_are_what_is_outlined() -> None:
    lungs = masks(export(source()))[..., 0]
    # Of the made-up field of 56 x 56: rows 8 to 48, columns 6 to 24 and 32 to 50.
    expected = np.zeros((300, 320), np.uint8)
    for left, right in ((6, 24), (32, 50)):
        cv2.rectangle(
            expected,
            (round(left * 320 / 56), round(8 * 300 / 56)),
            (round(right * 320 / 56), round(48 * 300 / 56)),
            1,
            -1,
        )
    assert (lungs & expected).sum() / (lungs | expected).sum() > 0.96


def test_the_evidence_is_where_the_heat_map_is_drawn() -> None:
    evidence = masks(export(source()))[..., 1] > 0
    grey = np.repeat(to_uint8(scan().pixels)[..., None], 3, axis=2)
    coloured = (overlay_heat_map(scan().pixels, reading().heat) != grey).any(axis=2)
    assert not (coloured & ~evidence).any()
    # At its edge a map is too transparent to change a grey.
    assert (evidence & ~coloured).mean() < 0.03


def test_a_cold_map_is_a_segment_without_a_pixel() -> None:
    cold = reading(heat=np.zeros((7, 7), np.float32))
    data = segmentation(export(source(), cold))
    assert [item.SegmentLabel.split(",")[0] for item in reread(data).SegmentSequence] == [
        "Lungs",
        "Evidence for pneumonia",
    ]
    assert not segments(data)[..., 1].any()
    assert segments(data)[..., 0].any()


def test_segments_are_coded_and_the_evidence_is_the_reports_finding() -> None:
    made = export(source())
    lungs, evidence = hd.seg.segread(io.BytesIO(segmentation(made))).SegmentSequence
    assert (lungs.segmented_property_category, lungs.segmented_property_type) == (
        codes.SCT.AnatomicalStructure,
        codes.SCT.Lung,
    )
    assert evidence.segmented_property_type == codes.DCM.SelectedRegion
    assert evidence.tracking_uid == made.finding
    (algorithm,) = evidence.SegmentationAlgorithmIdentificationSequence
    assert algorithm.AlgorithmVersion == "1.0.0"


def test_it_joins_the_study_and_refers_to_the_image() -> None:
    made = reread(segmentation(export(source())))
    assert (made.SOPClassUID, made.StudyInstanceUID) == (SegmentationStorage, "1.2.3.1")
    assert made.SeriesInstanceUID != "1.2.3.2"
    for image in images(made):
        assert image.ReferencedSOPInstanceUID == "1.2.3.3"
        assert image.ReferencedSOPClassUID == source().SOPClassUID
        assert "ReferencedFrameNumber" not in image


def test_of_several_frames_it_names_the_one_that_was_read() -> None:
    made = reread(segmentation(export(source(**FLUOROSCOPY), picture=SECOND)))
    assert {image.ReferencedFrameNumber for image in images(made)} == {2}


def images(made: Dataset) -> list[Dataset]:
    """Return every reference of the frames to what they were made of."""
    groups = made.PerFrameFunctionalGroupsSequence
    return [item for group in groups for item in group.DerivationImageSequence[0].SourceImageSequence]


def test_the_same_reading_gives_the_same_bytes() -> None:
    assert segmentation(export(source())) == segmentation(export(source()))
    assert reread(segmentation(export(source()))).SOPInstanceUID != (
        reread(segmentation(export(source(), reading(0.5)))).SOPInstanceUID
    )


def test_identity_is_kept_on_request_alone() -> None:
    assert not any(value.encode() in segmentation(export(source())) for value in IDENTITY.values())
    kept = reread(segmentation(export(source(), keep_identity=True)))
    assert str(kept.PatientName) == IDENTITY["PatientName"]


def test_what_was_lossy_stays_so() -> None:
    lossy = [{"LossyImageCompression": "01"}, {}]
    made = [reread(segmentation(export(source(**changes)))).LossyImageCompression for changes in lossy]
    assert made == ["01", "00"]


def test_without_a_dicom_file_there_is_none() -> None:
    with pytest.raises(UnusableSource, match="belongs to a DICOM image; this radiograph was none"):
        segmentation(export())


@pytest.mark.parametrize("identity", [False, True])
@pytest.mark.parametrize("warm", [False, True])
def test_the_validator_finds_no_error(identity: bool, warm: bool, tmp_path: Path) -> None:
    given = replace(reading(), heat=reading().heat * warm)
    assert errors_in(segmentation(export(source(), given, keep_identity=identity)), tmp_path) == []


def test_the_validator_finds_no_error_in_one_of_several_frames(tmp_path: Path) -> None:
    assert errors_in(segmentation(export(source(**FLUOROSCOPY), picture=SECOND)), tmp_path) == []
