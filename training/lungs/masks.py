"""Lung masks on disk, and the boxes that they fill.

Masks drawn by people: V7 Labs, COVID-19 X-ray dataset (2020), ``FOLDER/train/{NORMAL,PNEUMONIA}/NAME.png``, one
bit, squeezed to the square as the radiographs are. Masks predicted for every radiograph: one compressed NumPy file.
"""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from training.dataset import Example

INSIDE = 128
"""A pixel of at least this grey, of 0 to 255, is lung."""


class MissingMask(LookupError):
    """A radiograph without a lung mask."""


def path_of(folder: Path, member: Example) -> Path:
    """Name the file of a radiograph's drawn mask, whether it exists or not."""
    return (folder / member.image).with_suffix(".png")


def with_drawn_mask(folder: Path, members: Sequence[Example]) -> list[Example]:
    """Keep the radiographs whose lung fields somebody drew."""
    return [member for member in members if path_of(folder, member).is_file()]


def load_drawn(folder: Path, members: Sequence[Example], size: int) -> np.ndarray:
    """Read drawn masks, uint8 of shape (n, size, size), 0 outside and 255 inside.

    Raises:
        MissingMask: a radiograph has none, or its file is no picture.
    """
    return np.stack([_read(path_of(folder, member), size) for member in members])


def _read(file: Path, size: int) -> np.ndarray:
    grey = cv2.imread(str(file), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        raise MissingMask(f"{file}: expected a lung mask as a PNG file; received none. Point --lung-masks at them.")
    return cv2.resize(grey, (size, size), interpolation=cv2.INTER_AREA)


def write_predicted(file: Path, members: Sequence[Example], masks: np.ndarray) -> None:
    """Keep predicted masks, uint8 of shape (n, size, size), with the names of their radiographs."""
    np.savez_compressed(file, images=np.array([member.image for member in members]), masks=masks)


def load_predicted(file: Path, members: Sequence[Example]) -> np.ndarray:
    """Read the predicted masks of radiographs, uint8 of shape (n, size, size), 0 to 255.

    Raises:
        MissingMask: the file has none of a radiograph.
    """
    with np.load(file) as stored:
        row_of = {str(image): row for row, image in enumerate(stored["images"])}
        masks = stored["masks"]
    missing = [member.image for member in members if member.image not in row_of]
    if missing:
        raise MissingMask(
            f"{file}: expected lung masks of {len(members)} radiographs; {len(missing)} are missing, the first "
            f"{missing[0]}. Run python -m training.lungs.segmentation."
        )
    return masks[[row_of[member.image] for member in members]]


def box(mask: np.ndarray) -> np.ndarray:
    """Frame a mask: left, top, right and bottom in pixels, float64; of an empty mask, all of it."""
    inside = mask >= INSIDE
    columns, rows = np.flatnonzero(inside.any(axis=0)), np.flatnonzero(inside.any(axis=1))
    if not len(columns):
        return np.array([0, 0, mask.shape[1], mask.shape[0]], float)
    return np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1], float)


def dice(predicted: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Measure overlap, 2 |A and B| / (|A| + |B|), of each of n pairs of boolean masks, shape (n, height, width)."""
    both = (predicted & drawn).sum(axis=(1, 2))
    return 2 * both / np.maximum(1, predicted.sum(axis=(1, 2)) + drawn.sum(axis=(1, 2)))
