"""The radiographs of a split, where the data set is on this machine: to look at the errors, not to keep them."""

import os
from pathlib import Path

import cv2
import numpy as np

from dashboard.shared import images
from model.network.split_scores import DATA_FOLDER

VARIABLE = "LUNGFIELD_DATA"
SIDE = 180
"""Pixels of the longer side of a picture in a list."""


def folder() -> Path:
    """Return the data set's folder: that of ``LUNGFIELD_DATA``, else ``data/``."""
    return Path(os.environ.get(VARIABLE, DATA_FOLDER))


def are_present(files: list[str] | None) -> bool:
    """Say whether the first of these images is on this machine."""
    return files is not None and any((folder() / file).is_file() for file in files[:1])


def thumbnail(file: str) -> str | None:
    """Return a small JPEG as a ``data:`` address, which no browser keeps on disk; None if it cannot be read."""
    path = folder() / file
    if not path.is_file():
        return None
    pixels = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_GRAYSCALE)
    if pixels is None:
        return None
    return images.thumbnail(images.shrink(pixels, SIDE))
