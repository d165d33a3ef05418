"""Lung masks on disk and their boxes."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from training.dataset import Example
from training.lungs import masks

MEMBERS = [
    Example("train/NORMAL/IM-0001-0001.jpeg", "normal", "IM-0001"),
    Example("train/PNEUMONIA/person1_virus_1.jpeg", "virus", "person1_virus"),
]


def square(left: int, top: int, right: int, bottom: int, size: int = 32) -> np.ndarray:
    mask = np.zeros((size, size), np.uint8)
    mask[top:bottom, left:right] = 255
    return mask


def test_drawn_masks_are_read_where_there_are_any(tmp_path: Path) -> None:
    file = masks.path_of(tmp_path, MEMBERS[0])
    file.parent.mkdir(parents=True)
    cv2.imwrite(str(file), square(4, 8, 20, 24))
    assert masks.with_drawn_mask(tmp_path, MEMBERS) == MEMBERS[:1]
    assert (masks.load_drawn(tmp_path, MEMBERS[:1], 32)[0] == square(4, 8, 20, 24)).all()


def test_missing_drawn_mask_is_named(tmp_path: Path) -> None:
    with pytest.raises(masks.MissingMask, match=r"person1_virus_1\.png: expected a lung mask as a PNG file"):
        masks.load_drawn(tmp_path, MEMBERS[1:], 32)


def test_predicted_masks_are_found_by_name(tmp_path: Path) -> None:
    stored = np.stack([square(0, 0, 8, 8), square(8, 8, 32, 32)])
    masks.write_predicted(tmp_path / "masks.npz", MEMBERS, stored)
    assert (masks.load_predicted(tmp_path / "masks.npz", MEMBERS[::-1]) == stored[::-1]).all()


def test_missing_predicted_mask_says_what_to_run(tmp_path: Path) -> None:
    masks.write_predicted(tmp_path / "masks.npz", MEMBERS[:1], square(0, 0, 8, 8)[None])
    with pytest.raises(masks.MissingMask, match=r"1 are missing.*python -m training\.lungs\.segmentation"):
        masks.load_predicted(tmp_path / "masks.npz", MEMBERS)


def test_box_frames_the_mask_or_the_whole_image() -> None:
    assert masks.box(square(4, 8, 20, 24)).tolist() == [4, 8, 20, 24]
    assert masks.box(np.zeros((32, 16), np.uint8)).tolist() == [0, 0, 16, 32]


def test_dice_of_equal_half_overlapping_and_apart() -> None:
    drawn = np.stack([square(0, 0, 8, 8)] * 3) > 0
    predicted = np.stack([square(0, 0, 8, 8), square(4, 0, 12, 8), square(16, 16, 24, 24)]) > 0
    assert masks.dice(predicted, drawn).tolist() == [1.0, 0.5, 0.0]
