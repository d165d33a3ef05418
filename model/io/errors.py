"""What no file may exceed, and the one error that says why a file is not read."""

MAX_PIXELS = 100_000_000
"""Above this a file is refused unread, all its frames together: the largest detectors deliver a sixth of it."""
MAX_FRAMES = 500
MIN_SIDE = 32

EXPECTED = "Expected a chest radiograph as DICOM, PNG, JPEG, BMP, TIFF or WebP."


class UnreadableRadiograph(ValueError):
    """Bytes that are no radiograph; the message says what was expected, what came and what to do."""


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
        raise UnreadableRadiograph(too_large(name, f"{each}{width:,} x {height:,} pixels"))
    if min(width, height) < MIN_SIDE:
        raise UnreadableRadiograph(
            f"{name} measures {width} x {height} pixels. Expected at least {MIN_SIDE} on each side. "
            f"Use the radiograph itself, not an icon of it."
        )


def too_large(name: str, received: str) -> str:
    """The message for ``received`` more pixels than ``MAX_PIXELS``."""
    return (
        f"{name} holds {received}. Expected at most {MAX_PIXELS // 1_000_000} million, far beyond any "
        f"detector. Export the radiograph at its own resolution."
    )
