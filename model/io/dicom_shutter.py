"""Find what a DICOM file's display shutter hides (PS3.3 C.7.6.11)."""

from contextlib import suppress

import cv2
import numpy as np
from pydicom import Dataset

from model.io.dicom_header import functional_group, values_of


def hidden(dataset: Dataset, shape: tuple[int, int], frame: int = 0) -> np.ndarray:
    """Return where the shutter hides a frame's pixels; bool of ``shape``, (height, width).

    Several shapes hide what lies outside any of them. Pixels on an edge are seen. What is incomplete, or would
    show nothing, counts as missing. The presentation value is no grey of the radiograph: it does not count.
    """
    # PS3.3 C.7.6.16.2.16 in enhanced multi-frame files.
    holder = functional_group(dataset, frame, "FrameDisplayShutterSequence")
    seen = np.ones(shape, bool)
    for name in values_of(holder, "ShutterShape"):
        shown = None
        with suppress(Exception):
            shown = _SHAPES[str(name).strip().upper()](holder, shape)
        if shown is not None and shown.any():
            seen &= shown
    return ~seen if seen.any() else ~np.ones(shape, bool)


def _rectangle(holder: Dataset, shape: tuple[int, int]) -> np.ndarray:
    """Return what a rectangle shows, its edges given as columns and rows from 1."""
    left, right = int(holder.ShutterLeftVerticalEdge), int(holder.ShutterRightVerticalEdge)
    upper, lower = int(holder.ShutterUpperHorizontalEdge), int(holder.ShutterLowerHorizontalEdge)
    rows, columns = _places(shape)
    return (rows >= upper) & (rows <= lower) & (columns >= left) & (columns <= right)


def _circle(holder: Dataset, shape: tuple[int, int]) -> np.ndarray:
    """Return what a circle shows, its centre given as row and column from 1, its radius in columns."""
    row, column = map(int, holder.CenterOfCircularShutter)
    rows, columns = _places(shape)
    return (rows - row) ** 2 + (columns - column) ** 2 <= int(holder.RadiusOfCircularShutter) ** 2


def _polygon(holder: Dataset, shape: tuple[int, int]) -> np.ndarray:
    """Return what a polygon shows, its vertices given as rows and columns from 1; it closes by itself."""
    vertices = np.array([int(place) for place in holder.VerticesOfThePolygonalShutter]).reshape(-1, 2) - 1
    shown = np.zeros(shape, np.uint8)
    cv2.fillPoly(shown, [vertices[:, ::-1].astype(np.int32)], 1)
    return shown.astype(bool)


def _places(shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Return the row and the column of every pixel, from 1, to be broadcast."""
    rows, columns = np.ogrid[1 : shape[0] + 1, 1 : shape[1] + 1]
    return rows, columns


_SHAPES = {"RECTANGULAR": _rectangle, "CIRCULAR": _circle, "POLYGONAL": _polygon}
