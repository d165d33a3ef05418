"""Decode compressed pixels with the decoder that was measured exact and fast for each transfer syntax.

pydicom calls ``_decode_frame`` as a decoding plugin. imagecodecs' decoders read greys where they are exact and
three to thirteen times faster; pylibjpeg's, which read every syntax, follow where those fail, and read all else.
GDCM is none of them: where a header contradicts its codestream it ends the whole process, past every handler.
"""

from collections.abc import Callable
from functools import cache
from typing import cast

import numpy as np
from pydicom.pixels import get_decoder
from pydicom.pixels.decoders import pylibjpeg
from pydicom.pixels.decoders.base import Decoder, DecodeRunner
from pydicom.uid import (
    UID,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    JPEGTransferSyntaxes,
)

from model.io import codestream

try:
    import imagecodecs
except ImportError:
    # Without a wheel for the platform, pylibjpeg decodes everything.
    imagecodecs = None  # type: ignore[assignment]

PLUGIN = "measured"
"""The plugin's name among pydicom's."""

# libjpeg-turbo, CharLS and OpenJPH. Pictures that lost detail stay with the decoders whose rounding was measured.
_LOSSY_JPEG = {JPEGBaseline8Bit, JPEGExtended12Bit}
_FASTEST = {
    JPEGLossless: "jpeg8_decode",
    JPEGLosslessSV1: "jpeg8_decode",
    JPEGLSLossless: "jpegls_decode",
    JPEGLSNearLossless: "jpegls_decode",
    HTJ2KLossless: "htj2k_decode",
    HTJ2KLosslessRPCL: "htj2k_decode",
}

# What pydicom asks of a plugin's module.
DECODER_DEPENDENCIES: dict[str, tuple[str, ...]] = {}


def is_available(syntax: str) -> bool:
    """Return whether the plugin decodes a transfer syntax: all that pylibjpeg does."""
    return pylibjpeg.is_available(syntax)


@cache
def decoder_for(syntax: UID) -> Decoder:
    """Return pydicom's decoder of a compressed transfer syntax, which knows ``PLUGIN``."""
    decoder = get_decoder(syntax)
    decoder.add_plugin(PLUGIN, (__name__, "_decode_frame"))
    return decoder


def _decode_frame(frame: bytes, runner: DecodeRunner) -> bytes | bytearray:
    """Decode one codestream, as pydicom asks it of a plugin.

    Raises:
        Exception: the decoders', which have no common one.
    """
    if runner.transfer_syntax in JPEGTransferSyntaxes:
        frame = codestream.with_valid_scan(frame)
    if runner.transfer_syntax in _LOSSY_JPEG and runner.samples_per_pixel == 3:
        return _with_colours_told(frame, _by_pylibjpeg(frame, runner), runner)
    fastest = _fastest(runner)
    if fastest is None:
        return _by_pylibjpeg(frame, runner)
    try:
        greys = fastest(frame)
    except Exception:
        return _by_pylibjpeg(frame, runner)
    runner.set_option("bits_allocated", 8 * greys.dtype.itemsize)
    return greys.tobytes()


def _fastest(runner: DecodeRunner) -> Callable[[bytes], np.ndarray] | None:
    """Return imagecodecs' decoder of greys, if it has one for the transfer syntax."""
    name = _FASTEST.get(runner.transfer_syntax)
    if imagecodecs is None or name is None or runner.samples_per_pixel != 1:
        return None
    return cast(Callable[[bytes], np.ndarray], getattr(imagecodecs, name))


def _by_pylibjpeg(frame: bytes, runner: DecodeRunner) -> bytes | bytearray:
    """Decode by pylibjpeg, and state the bits of its samples where it does not."""
    if runner.transfer_syntax in JPEGTransferSyntaxes:
        # ITU-T T.81 A.4: a decoder multiplies by two to the power of the point transform; libjpeg saturates.
        if bits := codestream.point_transform(frame):
            raise ValueError(f"its lossless JPEG leaves out {bits} low bits, which only imagecodecs reads right")
        precision = codestream.precision(frame) or runner.bits_allocated
        runner.set_option("bits_allocated", 8 if precision <= 8 else 16)
    return pylibjpeg._decode_frame(frame, runner)


def _with_colours_told(frame: bytes, decoded: bytes | bytearray, runner: DecodeRunner) -> bytes | bytearray:
    """Return the decoded colours as they are, and state whether they are RGB or YCbCr where the header errs.

    Where the header says RGB and the codestream nothing, a radiograph tells: it is grey, and so are the colours of
    YCbCr near the middle of their range. YCbCr taken for RGB loses two thirds of its contrast.
    """
    told = codestream.colours_by_markers(frame)
    if told is None and runner.photometric_interpretation == "RGB":
        colours = np.frombuffer(decoded, f"<u{runner.bits_allocated // 8}").reshape(-1, 3).astype(np.float32)
        as_rgb = np.abs(colours[:, 1:] - colours[:, :1]).mean()
        # ITU-T T.871 7: half of the range is no colour.
        as_ybr = np.abs(colours[:, 1:] - 2 ** (runner.bits_stored - 1)).mean()
        told = "YBR" if as_ybr < min(as_rgb, 2**runner.bits_stored / 32) else "RGB"
    if told == "YBR" and runner.photometric_interpretation == "RGB":
        runner.set_option("photometric_interpretation", "YBR_FULL")
    elif told == "RGB":
        runner.set_option("photometric_interpretation", "RGB")
    return decoded
