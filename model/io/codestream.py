"""Read what a compressed picture says of itself in its codestream, before anything is decoded."""

import struct
from collections.abc import Iterator

_SOI, _EOI, _SIZ = b"\xff\xd8", b"\xff\xd9", b"\xff\x4f\xff\x51"
_SOT = b"\xff\x90\0\x0a"
_SOS, _LOSSLESS, _ADOBE = 0xDA, 0xC3, 0xEE
_SEQUENTIAL = {0xC0, 0xC1}
# Start of frame: JPEG's of every process, and JPEG-LS's; C4, C8 and CC between them mean something else.
_FRAME_MARKERS = {*range(0xC0, 0xD0), 0xF7} - {0xC4, 0xC8, 0xCC}


def size(frame: bytes) -> tuple[int, int] | None:
    """Return width and height of a JPEG, JPEG-LS, JPEG 2000 or HTJ2K codestream; ``None`` without a size.

    A JPEG 2000 codestream may lie in a JP2 file's boxes.
    """
    try:
        return _jpeg_size(frame) if frame.startswith(_SOI) else _jpeg_2000_size(frame)
    except (struct.error, IndexError):
        return None


def is_whole(frame: bytes) -> bool:
    """Return whether a codestream ends with its last marker (ITU-T T.81 B.2.1, T.800 A.4.4), and padding at most.

    Decoders fill up what is cut off, without a word. JPEG 2000 may lack the marker: its tile-parts tell
    their lengths.
    """
    return frame.rstrip(b"\0").endswith(_EOI) or _has_every_tile_part(frame)


def _has_every_tile_part(frame: bytes) -> bool:
    """Return whether the last tile-part of a JPEG 2000 codestream ends where the codestream does (T.800 A.4.2)."""
    main_header = frame.find(_SIZ)
    at = start = frame.find(_SOT, main_header) if main_header >= 0 else -1
    while at >= 0 and frame.startswith(_SOT, at) and at + 12 <= len(frame):
        (length,) = struct.unpack_from(">L", frame, at + 6)
        if length < 12:
            return False
        at += length
    return start < at <= len(frame) and not frame[at:].strip(b"\0")


def precision(frame: bytes) -> int | None:
    """Return the bits of a JPEG codestream's samples (ITU-T T.81 B.2.2); ``None`` where there is no such frame."""
    for marker, at in _segments(frame):
        if marker in _FRAME_MARKERS:
            return frame[at]
    return None


def colours_by_markers(frame: bytes) -> str | None:
    """Return whether a JPEG codestream of three components holds RGB or YCbCr, as ``RGB`` or ``YBR``, if it tells.

    Adobe's marker tells (ITU-T T.872 6.5.3), and so does a component that is sampled less often than another, which
    only the colours of YCbCr can be. pydicom heeds the JFIF marker and the components' letters itself.
    """
    told = None
    for marker, at in _segments(frame):
        if marker == _ADOBE and frame.startswith(b"Adobe", at) and at + 11 < len(frame):
            return {0: "RGB", 1: "YBR"}.get(frame[at + 11])
        if marker in _FRAME_MARKERS:
            samplings = frame[at + 7 : at + 6 + 3 * frame[at + 5] : 3]
            told = "YBR" if len(set(samplings)) > 1 else None
    return told


def point_transform(frame: bytes) -> int:
    """Return how many low bits a lossless JPEG codestream leaves out (ITU-T T.81 B.2.3, H.1.2.1)."""
    lossless = False
    for marker, at in _segments(frame):
        lossless |= marker == _LOSSLESS
        if marker == _SOS and lossless:
            return frame[_scan_parameters(frame, at) + 2] & 0x0F
    return 0


def with_valid_scan(frame: bytes) -> bytes:
    """Return a JPEG codestream whose first scan header ends where its process allows alone (ITU-T T.81 table B.3).

    Scanners write other ends of the spectral selection, which has one in neither process: 0 where nothing is
    transformed, 63 where the coefficients come in sequence.
    """
    end = None
    for marker, at in _segments(frame):
        if marker == _LOSSLESS:
            end = 0
        elif marker in _SEQUENTIAL:
            end = 63
        elif marker == _SOS and end is not None:
            place = _scan_parameters(frame, at) + 1
            return frame[:place] + bytes([end]) + frame[place + 1 :]
    return frame


def _scan_parameters(frame: bytes, at: int) -> int:
    """Return where a scan header's Ss stands; Se, and Ah with Al follow it (ITU-T T.81 B.2.3)."""
    return at + 1 + 2 * frame[at]


def _segments(frame: bytes) -> Iterator[tuple[int, int]]:
    """Yield each marker of a JPEG codestream up to the first scan, and where its parameters begin."""
    at = 2
    while at + 4 < len(frame) and frame.startswith(_SOI) and frame[at] == 0xFF:
        marker = frame[at + 1]
        if marker == 0xFF:
            # A marker may be preceded by any number of fill bytes.
            at += 1
            continue
        (length,) = struct.unpack_from(">H", frame, at + 2)
        # A scan header of n components has 2 n + 6 bytes (ITU-T T.81 B.2.3); none of another length counts.
        if marker == _SOS and (at + 2 + length > len(frame) or length != 2 * frame[at + 4] + 6):
            return
        yield marker, at + 4
        if marker == _SOS:
            return
        at += 2 + length


def _jpeg_size(frame: bytes) -> tuple[int, int] | None:
    """Read the frame header (ITU-T T.81 B.2.2, T.87 C.2.2)."""
    for marker, at in _segments(frame):
        if marker in _FRAME_MARKERS:
            height, width = struct.unpack_from(">HH", frame, at + 1)
            return width, height
    return None


def _jpeg_2000_size(frame: bytes) -> tuple[int, int] | None:
    """Read the SIZ marker segment (ITU-T T.800 A.5.1)."""
    at = frame.find(_SIZ)
    if at < 0:
        return None
    right, bottom, left, top, tile_width, tile_height, tile_left, tile_top = struct.unpack_from(
        ">8I", frame, at + 8
    )
    # T.800 B.3: the first tile holds the picture's upper left corner. OpenJPH looks for it without end.
    if not (tile_left <= left < tile_left + tile_width and tile_top <= top < tile_top + tile_height):
        return None
    return (right - left, bottom - top) if right > left and bottom > top else None
