"""Encode pictures as lossless JPEG, with every predictor (ITU-T T.81 annex H).

Written from the standard, so that a test does not trust the encoder whose library it tests.
"""

import struct

import numpy as np

_CATEGORIES = 17
"""Of differences, 0 to 16 (T.81 H.1.2.2)."""


def encode(
    pixels: np.ndarray, bits: int = 16, predictor: int = 1, point_transform: int = 0, restart_rows: int = 0
) -> bytes:
    """Compress greys to one scan of one component.

    Args:
        pixels: uint8 or uint16 of shape (height, width), 0 to 2 ** ``bits`` - 1.
        bits: of precision, 2 to 16.
        predictor: the selection value, 1 to 7 (T.81 table H.1).
        point_transform: the low bits that are left out.
        restart_rows: the rows after which prediction starts anew (T.81 H.1.1), if it does.
    """
    samples, (height, width) = pixels.astype(np.int64) >> point_transform, pixels.shape
    starts = range(0, height, restart_rows or height)
    intervals = [samples[start : start + (restart_rows or height)] for start in starts]
    coded = [_entropy_coded(_differences(rows, bits - point_transform, predictor)) for rows in intervals]
    markers = [bytes([0xFF, 0xD0 + number % 8]) for number in range(len(coded) - 1)] + [b""]
    # T.81 B.2.4.2: one Huffman table; 17 codes of 5 bits each, none of them of ones alone.
    table = _segment(0xC4, bytes([0, 0, 0, 0, 0, _CATEGORIES]) + bytes(11) + bytes(range(_CATEGORIES)))
    frame = _segment(0xC3, struct.pack(">BHHBBBB", bits, height, width, 1, 1, 0x11, 0))
    scan = _segment(0xDA, bytes([1, 1, 0, predictor, 0, point_transform]))
    restart = _segment(0xDD, struct.pack(">H", restart_rows * width)) if restart_rows else b""
    body = b"".join(interval + marker for interval, marker in zip(coded, markers, strict=True))
    return b"\xff\xd8" + table + frame + restart + scan + body + b"\xff\xd9"


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def _differences(samples: np.ndarray, bits: int, predictor: int) -> np.ndarray:
    """Return each sample less its prediction, modulo 2 ** 16, as -32767 to 32768 (T.81 H.1.2.1)."""
    left, above, above_left = (np.zeros_like(samples) for _ in range(3))
    left[:, 1:], above[1:], above_left[1:, 1:] = samples[:, :-1], samples[:-1], samples[:-1, :-1]
    predictions = {
        1: left,
        2: above,
        3: above_left,
        4: left + above - above_left,
        5: left + ((above - above_left) >> 1),
        6: above + ((left - above_left) >> 1),
        7: (left + above) >> 1,
    }[predictor]
    # T.81 H.1.2.1: the first line is predicted from the left, the first column from above.
    predictions[0], predictions[1:, 0] = left[0], above[1:, 0]
    predictions[0, 0] = 2 ** (bits - 1)
    wrapped = (samples - predictions) % 2**16
    return np.where(wrapped > 2**15, wrapped - 2**16, wrapped).ravel()


def _entropy_coded(differences: np.ndarray) -> bytes:
    """Write each difference as its category's code and its bits (T.81 H.1.2.2, F.1.2.1)."""
    words = []
    for difference in differences.tolist():
        category = abs(difference).bit_length()
        words.append(format(category, "05b"))
        # The difference 32768, alone of category 16, has no further bits.
        if 0 < category < 16:
            words.append(format(difference if difference > 0 else difference + 2**category - 1, f"0{category}b"))
    stream = "".join(words)
    stream += "1" * (-len(stream) % 8)
    raw = int(stream, 2).to_bytes(len(stream) // 8, "big")
    return raw.replace(b"\xff", b"\xff\0")
