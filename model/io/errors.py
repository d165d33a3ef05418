"""The error for a file that cannot be read, and the size limits that every file is checked against."""

MAX_PIXELS = 100_000_000
"""Of all frames of a file together: six times what the largest detectors deliver."""
MAX_FRAMES = 500
MIN_SIDE = 32
"""Pixels."""

EXPECTED = "Expected a chest radiograph as DICOM, PNG, JPEG, BMP, TIFF or WebP."


class UnreadableRadiograph(ValueError):
    """A file that cannot be read; the message says what was expected, what was received and what to do."""


def check_size(name: str, width: int, height: int, frames: int = 1) -> None:
    """Refuse, before any pixel is decoded, what is too large to be read or too small to be a radiograph.

    Raises:
        UnreadableRadiograph: no frame or more than ``MAX_FRAMES``, more than ``MAX_PIXELS`` in all of them
            together, or a side below ``MIN_SIDE``.
    """
    if not 1 <= frames <= MAX_FRAMES:
        raise UnreadableRadiograph(
            f"{name} holds {frames:,} frames. Expected 1 to {MAX_FRAMES}. "
            f"Export the frames to be read as single radiographs."
        )
    if frames * width * height > MAX_PIXELS:
        each = f"{frames} frames of " if frames > 1 else ""
        raise too_large(name, f"{each}{width:,} x {height:,} pixels")
    if min(width, height) < MIN_SIDE:
        raise UnreadableRadiograph(
            f"{name} measures {width} x {height} pixels. Expected at least {MIN_SIDE} on each side. "
            f"Use the radiograph itself, not an icon of it."
        )


def too_large(name: str, received: str) -> UnreadableRadiograph:
    """Return the error for ``received`` more pixels than ``MAX_PIXELS``."""
    return UnreadableRadiograph(
        f"{name} holds {received}. Expected at most {MAX_PIXELS // 1_000_000} million, far beyond any "
        f"detector. Export the radiograph at its own resolution."
    )
