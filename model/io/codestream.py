"""Read the size of a compressed picture from its codestream, before anything is decoded."""

import struct

_SOI, _SIZ = b"\xff\xd8", b"\xff\x4f\xff\x51"
# Start of frame: JPEG's of every process, and JPEG-LS's; C4, C8 and CC between them mean something else.
_FRAME_MARKERS = {*range(0xC0, 0xD0), 0xF7} - {0xC4, 0xC8, 0xCC}


def size(frame: bytes) -> tuple[int, int] | None:
    """Return width and height of a JPEG, JPEG-LS, JPEG 2000 or HTJ2K codestream; ``None`` without a size.

    A JPEG 2000 codestream may lie in a JP2 file's boxes.
    """
    try:
        return _jpeg(frame) if frame.startswith(_SOI) else _jpeg_2000(frame)
    except (struct.error, IndexError):
        return None


def _jpeg(frame: bytes) -> tuple[int, int] | None:
    """Read the frame header (ITU-T T.81 B.2.2, T.87 C.2.2)."""
    at = 2
    while frame[at] == 0xFF:
        marker = frame[at + 1]
        if marker == 0xFF:
            # A marker may be preceded by any number of fill bytes.
            at += 1
            continue
        if marker in _FRAME_MARKERS:
            height, width = struct.unpack_from(">HH", frame, at + 5)
            return width, height
        at += 2 + struct.unpack_from(">H", frame, at + 2)[0]
    return None


def _jpeg_2000(frame: bytes) -> tuple[int, int] | None:
    """Read the SIZ marker segment (ITU-T T.800 A.5.1)."""
    at = frame.find(_SIZ)
    if at < 0:
        return None
    right, bottom, left, top = struct.unpack_from(">4I", frame, at + 8)
    return right - left, bottom - top
