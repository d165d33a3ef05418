"""Windows: which grey values are spread from black to white (DICOM PS3.3 C.11.2.1.2)."""

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

FULL, AUTO = "Full range", "Auto 1\N{EN DASH}99 %"
_WHOLE = {FULL: (0.0, 1.0), AUTO: (0.01, 0.99)}
"""Of all pixels, the shares that are darker than a window's lower and upper end."""
_ANATOMY = {"Lung": (0.02, 0.55), "Soft tissue": (0.35, 0.95), "Bone": (0.6, 0.998)}
"""The same of the pixels that show the body. Air is dark and bone is bright on every radiograph; where one
ends and the next begins differs between them, and these shares are a rule of thumb."""


class Values(NamedTuple):
    """What the darkest and the brightest storable pixel mean, such as ``Values(0, 4095, "")``."""

    low: float
    high: float
    unit: str


class Window(NamedTuple):
    """A named window; centre and width in units of the shown values."""

    name: str
    centre: float
    width: float


def histogram(codes: np.ndarray) -> np.ndarray:
    """How many pixels have each storable value: int64 of shape (256,) for uint8, (65536,) for uint16."""
    bins = np.iinfo(codes.dtype).max + 1
    return cv2.calcHist([codes], [0], None, [bins], [0, bins]).ravel().astype(np.int64)


def windows(
    counts: np.ndarray,
    values: Values,
    given: Sequence[tuple[str, float, float]] = (),
    *,
    negative: bool = False,
) -> list[Window]:
    """The windows to choose from, the one to begin with first.

    Args:
        counts: the picture's ``histogram``.
        values: what its ends mean.
        given: name, centre and width of the windows that came with the picture. They stand in for those of
            the anatomy; full range and auto are always there.
        negative: whether high values are shown dark.

    Raises:
        ValueError: a given width is not positive.
    """
    for name, _, width in given:
        if not width > 0:
            raise ValueError(f"expected a positive width of the window {name!r}; received {width}.")
    whole = [_between(name, counts, shares, values) for name, shares in _WHOLE.items()]
    if given:
        return [Window(*window) for window in given] + whole
    body = _body(counts)
    return whole + [
        _between(name, body, (1 - brightest, 1 - darkest) if negative else (darkest, brightest), values)
        for name, (darkest, brightest) in _ANATOMY.items()
    ]


def _body(counts: np.ndarray) -> np.ndarray:
    """The histogram without its ends: collimated borders are black, burnt-in letters white."""
    body = counts.copy()
    body[[0, -1]] = 0
    return body if body.any() else counts


def _between(name: str, counts: np.ndarray, shares: tuple[float, float], values: Values) -> Window:
    """The window whose ends have these shares of the pixels below them, one storable value wide at least."""
    step = (values.high - values.low) / (len(counts) - 1)
    first, last = quantiles(counts, shares)
    return Window(name, values.low + step * (first + last) / 2, step * max(1, last - first))


def quantiles(counts: np.ndarray, shares: Sequence[float]) -> list[int]:
    """The storable values at which these shares of the pixels, 0 to 1, are reached."""
    below = counts.cumsum()
    wanted = np.clip(np.ceil(np.multiply(shares, below[-1])), 1, None)
    return np.searchsorted(below, wanted).tolist()
