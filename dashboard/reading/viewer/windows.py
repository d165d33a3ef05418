"""Choose windows for the viewer from a picture's histogram (DICOM PS3.3 C.11.2.1.2)."""

from collections.abc import Sequence

import cv2
import numpy as np

from dashboard.reading.viewer_arguments import FULL, ValueScale
from model.io.greyscale import Window

AUTO = "Auto 1\N{EN DASH}99 %"
_WHOLE = {FULL: (0.0, 1.0), AUTO: (0.01, 0.99)}
"""Of all pixels, the shares that are darker than a window's lower and upper end."""
_ANATOMY = {"Lung": (0.02, 0.55), "Soft tissue": (0.35, 0.95), "Bone": (0.6, 0.998)}
"""The same of the pixels that show the body. Air is dark and bone is bright on every radiograph; where one
ends and the next begins differs between them, and these shares are a rule of thumb."""


def histogram(codes: np.ndarray) -> np.ndarray:
    """Count the pixels of each storable value: int64 of shape (256,) for uint8, (65536,) for uint16."""
    bins = np.iinfo(codes.dtype).max + 1
    return cv2.calcHist([codes], [0], None, [bins], [0, bins]).ravel().astype(np.int64)


def window_choices(
    counts: np.ndarray,
    scale: ValueScale,
    given: Sequence[Window] = (),
    opening: Window | None = None,
    *,
    negative: bool = False,
) -> list[Window]:
    """Return the windows to choose from, the one to begin with first.

    Args:
        counts: the picture's ``histogram``.
        scale: the values that its ends stand for.
        given: the windows that came with the picture. They replace those of the anatomy; full range and auto are
            always there.
        opening: the window to begin with, in place of the first of the others.
        negative: whether high values are shown dark.

    Raises:
        ValueError: a given width is not positive.
    """
    for window in given:
        if not window.width > 0:
            raise ValueError(
                f"expected a positive width of the window '{window.name}'; received {window.width}. Leave it out."
            )
    whole = [_window_between(name, counts, shares, scale) for name, shares in _WHOLE.items()]
    others = [*given, *whole] if given else [*whole, *_anatomy(counts, scale, negative)]
    return [opening, *(other for other in others if other.name != opening.name)] if opening else others


def _anatomy(counts: np.ndarray, scale: ValueScale, negative: bool) -> list[Window]:
    """Return windows of the picture's own greys for lung, soft tissue and bone."""
    body = _without_ends(counts)
    return [
        _window_between(name, body, (1 - brightest, 1 - darkest) if negative else (darkest, brightest), scale)
        for name, (darkest, brightest) in _ANATOMY.items()
    ]


def quantiles(counts: np.ndarray, shares: Sequence[float]) -> list[int]:
    """Return the storable values at which these shares of the pixels, 0 to 1, are reached."""
    below = counts.cumsum()
    wanted = np.clip(np.ceil(np.multiply(shares, below[-1])), 1, None)
    return np.searchsorted(below, wanted).tolist()


def _window_between(name: str, counts: np.ndarray, shares: tuple[float, float], scale: ValueScale) -> Window:
    """Return the window whose ends have these shares of the pixels below them, one storable value wide at least."""
    step = (scale.high - scale.low) / (len(counts) - 1)
    first, last = quantiles(counts, shares)
    return Window(name, scale.low + step * (first + last) / 2, step * max(1, last - first))


def _without_ends(counts: np.ndarray) -> np.ndarray:
    """Leave out the histogram's ends: collimated borders are black, burnt-in letters white."""
    body = counts.copy()
    body[[0, -1]] = 0
    return body if body.any() else counts
