"""Apply the greyscale transformations of DICOM PS3.3 C.11 to arrays: rescale, look-up tables and windows."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

_DEPTHS = (8, 10, 12, 14, 15, 16)
"""Bits that detectors and scanners give their greys; 15 are what a signed sample holds."""
_NARROWEST = 1 / 64
"""Grey values: far less than one, and far more than single precision loses of 65,535."""
FUNCTIONS = ("LINEAR", "LINEAR_EXACT", "SIGMOID")


class Window(NamedTuple):
    """A named window (PS3.3 C.11.2.1.2); ``centre`` and ``width`` are in units of the modality LUT's output."""

    name: str
    centre: float
    width: float


def true_depth(stated: int, greatest: int) -> int:
    """Return the bits of greys that reach up to ``greatest``, where a file states ``stated`` of them.

    Many files give 16 bits to greys of 12, and some 8 to greys of more: then it is the least depth of greys that
    holds them. Where the standard is silent, white is what a detector of that depth calls white.
    """
    needed = least_depth(greatest)
    return needed if greatest >= 2**stated else min(stated, needed)


def least_depth(greatest: float) -> int:
    """Return the fewest bits, of those that detectors and scanners use, that hold a grey; at most 16."""
    return next((depth for depth in _DEPTHS if greatest < 2**depth), 16)


def stored_values(words: np.ndarray, bits: int) -> np.ndarray:
    """Return the values in the low ``bits`` of stored words, (u)int8 or (u)int16 of shape (height, width).

    The bits above them do not count (PS3.5 8.1.1), unless they are the greys' own under a header that understates
    them. Then greys go on where those bits change, and would begin anew without them; where those bits are an
    overlay's, it is the other way round.
    """
    unused = 8 * words.dtype.itemsize - bits
    values = words << unused >> unused
    if np.array_equal(values, words):
        return words
    with_all, without = (np.diff(greys.astype(np.int32), axis=1) for greys in (words, values))
    changed = with_all != without
    goes_on = changed.any() and np.median(np.abs(with_all[changed])) < np.median(np.abs(without[changed]))
    return words if goes_on else values


@dataclass(frozen=True)
class LookUpTable:
    """A modality or VOI look-up table (PS3.3 C.11.1.1, C.11.2.1.1).

    ``table`` is uint16 of shape (entries,), of ``bits`` by its descriptor, which may err; ``first`` is the
    value that its first entry stands for. Values below the table take its first entry, values above it the last.
    """

    table: np.ndarray
    first: int
    bits: int

    def __call__(self, values: np.ndarray) -> np.ndarray:
        """Return the entries for values of any shape and numeric dtype; uint16 of the same shape."""
        if not np.issubdtype(values.dtype, np.integer):
            values = np.rint(np.clip(values, self.first, self.first + len(self.table) - 1))
        entry = np.clip(values.astype(np.int32), self.first, self.first + len(self.table) - 1)
        return self.table[entry - self.first]

    def normalised(self, values: np.ndarray) -> np.ndarray:
        """Return the entries for values, scaled by ``true_depth`` to 0 to 1; float32 of the same shape."""
        return self(values) / np.float32(2 ** true_depth(self.bits, int(self.table.max())) - 1)


def rescaled(stored: np.ndarray, slope: float, intercept: float) -> np.ndarray:
    """Return ``slope * stored + intercept`` (PS3.3 C.11.1.1.2).

    Whole numbers stay whole, in the smallest of uint16, int16 and int32 that holds the result;
    anything else is float32.
    """
    if slope == 1 and intercept == 0:
        return stored
    if not (float(slope).is_integer() and float(intercept).is_integer()):
        return stored.astype(np.float32) * np.float32(slope) + np.float32(intercept)
    ends = [int(slope) * int(end) + int(intercept) for end in (stored.min(), stored.max())]
    fitting = [kind for kind in (np.uint16, np.int16, np.int32) if _holds(np.iinfo(kind), ends)]
    if not fitting:
        return stored.astype(np.float32) * np.float32(slope) + np.float32(intercept)
    return (stored.astype(np.int64) * int(slope) + int(intercept)).astype(fitting[0])


def _holds(kind: np.iinfo, ends: list[int]) -> bool:
    return kind.min <= min(ends) and max(ends) <= kind.max


def is_valid_window(centre: float, width: float, function: str) -> bool:
    """Return whether PS3.3 C.11.2.1.2 and C.11.2.1.3 allow the window, which also has to be finite."""
    # LINEAR needs a width of at least 1, the other functions one above 0.
    finite = bool(np.isfinite([centre, width]).all())
    return finite and (width >= 1 if function == "LINEAR" else width > 0)


def exact_linear(window: Window, function: str) -> Window:
    """Return the window whose ``LINEAR_EXACT`` shows what ``function``, a linear one, shows of the given window.

    PS3.3 C.11.2.1.2.1: a ``LINEAR`` window of width w spans w whole grey values and so w - 1 steps, half a value
    below its centre. One of a single value, which is a step, becomes as narrow as leaves the value itself bright.
    """
    if function != "LINEAR":
        return window
    width = max(window.width - 1, _NARROWEST)
    return Window(window.name, window.centre - 0.5 + max(0, width - window.width + 1) / 2, width)


def windowed(values: np.ndarray, centre: float, width: float, function: str = "LINEAR") -> np.ndarray:
    """Apply a window to values; float32 of the same shape, 0 to 1.

    ``function`` is one of ``FUNCTIONS``. The window has to pass ``is_valid_window``.
    """
    if function == "LINEAR":
        # PS3.3 C.11.2.1.2.1: a window of width w spans w whole grey values and so w - 1 steps.
        centre, width = centre - 0.5, width - 1
    distance = values.astype(np.float32) - np.float32(centre)
    if function == "SIGMOID":
        # PS3.3 C.11.2.1.3.1. Far below the centre the exponential is infinite and the quotient 0, as it should be.
        with np.errstate(over="ignore"):
            return 1 / (1 + np.exp(np.float32(-4 / width) * distance))
    if width == 0:
        return (distance > 0).astype(np.float32)
    # PS3.3 C.11.2.1.3.2, LINEAR_EXACT; C.11.2.1.2.1 with the centre and width of above.
    return np.clip(distance / np.float32(width) + np.float32(0.5), 0, 1)


def full_range(values: np.ndarray, valid: np.ndarray | None = None) -> np.ndarray:
    """Stretch values from the least to the greatest; float32 of the same shape, 0 to 1.

    Only values where ``valid`` (bool of the same shape) holds set the range. A picture of one grey is black.
    """
    counted = values if valid is None else values[valid]
    if not counted.size or counted.min() == counted.max():
        return np.zeros(values.shape, np.float32)
    low, high = np.float32(counted.min()), np.float32(counted.max())
    return np.clip((values.astype(np.float32) - low) / (high - low), 0, 1)
