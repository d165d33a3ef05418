from dataclasses import replace

import numpy as np
import pytest
from pydicom.dataset import Dataset

from dashboard.reports.context import Context
from dashboard.reports.secondary_capture import CAPTION_WIDTH, caption, captioned_picture
from dashboard.shared.images import outline_lungs, overlay_heat_map
from model.io.radiograph import Radiograph
from tests.dashboard.reports.examples import SECOND, capture, export, reading, reread, scan, source


def outlined(picture: Radiograph) -> np.ndarray:
    """Draw a radiograph under the heat map of ``reading``, lungs outlined."""
    return outline_lungs(overlay_heat_map(picture.pixels, reading().heat), reading().lungs)


def test_the_pixels_are_what_was_drawn() -> None:
    dataset = reread(capture())
    drawn = captioned_picture(export())
    assert dataset.PhotometricInterpretation == "RGB"
    assert (dataset.pixel_array == drawn).all()


def test_the_caption_stands_below_the_radiograph_and_covers_none_of_it() -> None:
    wide = scan(700, 300)
    drawn = captioned_picture(export(picture=wide))
    assert (drawn[:300] == outlined(wide)).all()
    caption = drawn[300:]
    assert caption.shape[0] > 40
    assert (caption == 255).any()
    # White on black with a free margin: the text is whole.
    margin = caption.shape[1] // 40 - 1
    assert not caption[:margin].any() and not caption[-margin:].any()
    assert not caption[:, :margin].any() and not caption[:, -margin:].any()


def test_the_caption_says_what_it_must() -> None:
    assert caption(export()) == [
        "Pneumonia suspected: probability 87.5 %, threshold 75.0 %",
        "Lungfield model 1.0.0, 2026-03-04 05:06 UTC. NOT FOR DIAGNOSIS",
    ]


@pytest.mark.parametrize("size", [(64, 900), (900, 64), (40, 40)])
def test_a_caption_fits_any_radiograph(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    width, height = size
    monkeypatch.setattr(Context, "title", "More likely than not, look again " * 2)
    drawn = captioned_picture(export(picture=scan(width, height)))
    assert drawn.shape[1] == max(width, CAPTION_WIDTH)
    assert drawn[height:, -8:].max() == 0
    left = (drawn.shape[1] - width) // 2
    assert (drawn[:height, left : left + width] == outlined(scan(width, height))).all()


@pytest.mark.slow
def test_a_detectors_size_is_brought_to_a_screens() -> None:
    assert reread(capture(picture=scan(3000, 1500))).Columns == 2048


def test_the_picture_refers_to_its_source_and_joins_its_study() -> None:
    dataset = reread(capture(source()))
    assert dataset.StudyInstanceUID == "1.2.3.1"
    assert dataset.SeriesInstanceUID != "1.2.3.2"
    (image,) = dataset.SourceImageSequence
    assert image.ReferencedSOPInstanceUID == "1.2.3.3"
    assert image.ReferencedSOPClassUID == source().SOPClassUID
    assert image.PurposeOfReferenceCodeSequence[0].CodeValue == "121322"


def test_a_picture_of_an_image_file_refers_to_nothing() -> None:
    assert "SourceImageSequence" not in reread(capture())


def test_annotation_is_stated() -> None:
    assert reread(capture()).BurnedInAnnotation == "YES"
    assert reread(capture()).PatientIdentityRemoved == "YES"


def test_the_sources_orientation_is_kept() -> None:
    assert reread(capture(source(PatientOrientation=["R", "F"]))).PatientOrientation == ["R", "F"]
    assert reread(capture(source()))["PatientOrientation"].is_empty


@pytest.mark.parametrize(
    ("header", "kind", "stated"),
    [
        (None, "PNG", None),
        (None, "JPEG", "01"),
        (source(), "DICOM", None),
        (source(LossyImageCompression="00"), "DICOM", None),
        (source(LossyImageCompression="01"), "DICOM", "01"),
    ],
)
def test_loss_is_stated(header: Dataset | None, kind: str, stated: str | None) -> None:
    assert reread(capture(header, picture=replace(scan(), format=kind))).get("LossyImageCompression") == stated


def test_the_picture_refers_to_its_frame_of_the_source() -> None:
    (image,) = reread(capture(source(), picture=SECOND)).SourceImageSequence
    assert image.ReferencedFrameNumber == 2
    (only,) = reread(capture(source())).SourceImageSequence
    assert "ReferencedFrameNumber" not in only


def test_the_caption_says_which_frame_it_is_of() -> None:
    assert caption(export(picture=SECOND))[1] == (
        "Lungfield model 1.0.0, 2026-03-04 05:06 UTC, frame 2 of 3. NOT FOR DIAGNOSIS"
    )


def test_the_picture_has_the_chests_shape_though_pixels_are_not_square() -> None:
    drawn = captioned_picture(export(picture=replace(scan(700, 300), pixel_aspect=2.0)))
    caption_below = captioned_picture(export(picture=scan(700, 600)))
    assert drawn.shape == caption_below.shape
