"""The lung fields that the network finds: their outline, and how much of the evidence lies within.

A lung field here is the probability of lung, float32 of shape (rows, columns), 0 to 1.
"""

import cv2
import numpy as np

INSIDE = 0.5
"""Probability from which on a position is lung."""
MARGIN = 4 / 224
"""Share of the image's side by which the lungs are widened before evidence counts as outside."""
SPECK = 0.005
"""Share of the image below which a region is no lung field."""
FINE = 4
"""Times that a field is enlarged before it is outlined: its edge is known finer than its grid."""
SHAPE = ("area", "left", "height", "width", "edge", "taper", "certainty")
"""What ``shape`` measures."""


def outlines(field: np.ndarray) -> list[np.ndarray]:
    """Outline the lung fields.

    Returns:
        Closed polygons, the largest first, float32 of shape (k, 2): x and y, 0 to 1, shares of the radiograph's
        width and height.
    """
    rows, columns = field.shape
    fine = cv2.resize(field, (FINE * columns, FINE * rows), interpolation=cv2.INTER_CUBIC)
    found, _ = cv2.findContours((fine >= INSIDE).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    large = [line for line in found if cv2.contourArea(line) >= SPECK * fine.size]
    ordered = sorted(large, key=cv2.contourArea, reverse=True)
    sides = np.array([fine.shape[1], fine.shape[0]], np.float32)
    # A pixel's contour runs through its centre.
    return [(cv2.approxPolyDP(line, 1.0, True)[:, 0] + np.float32(0.5)) / sides for line in ordered]


def widened(inside: np.ndarray) -> np.ndarray:
    """Return lungs, bool of shape (rows, columns), and ``MARGIN`` around them."""
    pixels = round(MARGIN * inside.shape[0])
    if not pixels:
        return inside
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * pixels + 1, 2 * pixels + 1))
    return cv2.dilate(inside.astype(np.uint8), disc) > 0


def share_inside(heat: np.ndarray, inside: np.ndarray) -> float:
    """Measure the share of a heat map's evidence that lies within the widened lungs.

    Args:
        heat: not negative, of any shape.
        inside: lungs, bool of shape (rows, columns).

    Returns:
        0 to 1; NaN where the map is cold.
    """
    drawn = at_size_of(heat, inside)
    total = float(drawn.sum())
    return float(drawn[widened(inside)].sum()) / total if total > 0 else float("nan")


def at_size_of(heat: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Interpolate a heat map to the grid of a lung field, float32, not negative."""
    height, width = inside.shape
    return np.maximum(cv2.resize(heat.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR), 0)


def shape(field: np.ndarray) -> dict[str, float]:
    """Describe size, place and form of the lung fields by shares of the image, for what a chest cannot look like.

    Returns:
        ``area``; ``left``, of the area, in the left half; ``height`` and ``width`` of the box around it; ``edge``,
        of the image's outermost positions, that is lung: high where lungs are cut off; ``taper``, of what lies in
        the box's upper and lower quarter, in the upper one: above one half upside down; ``certainty``, the mean
        probability of what is lung. All are 0 where no lung is found.
    """
    inside = field >= INSIDE
    if not inside.any():
        return dict.fromkeys(SHAPE, 0.0)
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    top, height = rows[0], rows[-1] + 1 - rows[0]
    quarter = max(1, height // 4)
    upper, lower = inside[top : top + quarter], inside[top + height - quarter : top + height]
    edge = np.concatenate([inside[0], inside[-1], inside[:, 0], inside[:, -1]])
    found = (
        inside.mean(),
        inside[:, : inside.shape[1] // 2].sum() / inside.sum(),
        height / inside.shape[0],
        (columns[-1] + 1 - columns[0]) / inside.shape[1],
        edge.mean(),
        upper.sum() / max(1, upper.sum() + lower.sum()),
        field[inside].mean(),
    )
    return dict(zip(SHAPE, map(float, found), strict=True))


def plausible(field: np.ndarray, limits: dict[str, list[float]]) -> bool:
    """Tell whether a lung field's shape lies within the lowest and the highest value of each of its figures."""
    found = shape(field)
    return all(low <= found[name] <= high for name, (low, high) in limits.items())
