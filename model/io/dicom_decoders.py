"""Decode compressed pixels with the decoder that was measured exact and fast for each transfer syntax.

pydicom calls ``_decode_frame`` as a decoding plugin. imagecodecs' decoders of lossless JPEG and of JPEG-LS,
libjpeg-turbo and CharLS, are exact, three to nine times faster than pylibjpeg's, and CharLS refuses damage that the
other fills up. pylibjpeg's decode all else, and everything where imagecodecs is missing; never what imagecodecs has
refused. OpenJPH is faster with HTJ2K, but its binding passes over errors and gives pixels that were never decoded.
GDCM is none of them: where a header contradicts its codestream it ends the whole process.
"""

from typing import Any

import numpy as np
from pydicom.pixels import get_decoder
from pydicom.pixels.decoders import pylibjpeg
from pydicom.pixels.decoders.base import DecodeRunner
from pydicom.uid import (
    UID,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    JPEGTransferSyntaxes,
)

from model.io import codestream
from model.io.decoding_worker import Worker
from model.io.dicom_checks import COMPRESSED

try:
    import imagecodecs
except ImportError:
    # Without a wheel for the platform, pylibjpeg decodes everything.
    imagecodecs = None  # type: ignore[assignment]

PLUGIN = "its decoder"
"""The plugin's name among pydicom's, with which its errors begin."""

# Pictures that lost detail by JPEG stay with the decoder whose rounding was measured.
_LOSSY_JPEG = {JPEGBaseline8Bit, JPEGExtended12Bit}
_FASTEST = {
    JPEGLossless: "jpeg8_decode",
    JPEGLosslessSV1: "jpeg8_decode",
    JPEGLSLossless: "jpegls_decode",
    JPEGLSNearLossless: "jpegls_decode",
}

_WORKER = Worker()

# What pydicom asks of a plugin's module.
DECODER_DEPENDENCIES: dict[str, tuple[str, ...]] = {}


def is_available(syntax: str) -> bool:
    """Return whether the plugin decodes a transfer syntax: all that pylibjpeg does."""
    return pylibjpeg.is_available(syntax)


def decoding_plugin(syntax: UID) -> str:
    """Return the name of the plugin to decode a transfer syntax with; empty for one that does not compress."""
    return PLUGIN if syntax in COMPRESSED else ""


def _decode_frame(frame: bytes, runner: DecodeRunner) -> bytes:
    """Decode one codestream, as pydicom asks it of a plugin: in the worker, for decoders know no limits.

    Raises:
        DecodingFailed: damaged, or beyond what a frame may take.
    """
    greys = imagecodecs is not None and runner.samples_per_pixel == 1
    fastest = _FASTEST.get(runner.transfer_syntax) if greys else None
    buffer, changes = _WORKER.decode(frame, dict(runner.options), fastest)
    runner.set_options(**changes)
    return buffer


def decoded(frame: bytes, options: dict[str, Any], fastest: str | None) -> tuple[bytes, dict[str, Any]]:
    """Decode one codestream here.

    Args:
        frame: the codestream.
        options: those of pydicom's runner.
        fastest: the name of imagecodecs' decoder to decode with, if any.

    Returns:
        the values as pydicom takes them from a plugin, and the options that describe them where they changed.

    Raises:
        Exception: the decoders', which have no common one.
    """
    runner = DecodeRunner(options["transfer_syntax_uid"])
    runner.set_options(**options)
    if runner.transfer_syntax in JPEGTransferSyntaxes:
        frame = codestream.with_valid_scan(frame)
    values = _by_imagecodecs(frame, runner, fastest) if fastest else _by_pylibjpeg(frame, runner)
    if runner.transfer_syntax in _LOSSY_JPEG and runner.samples_per_pixel == 3:
        _tell_colours(frame, values, runner)
    changes = {name: value for name, value in dict(runner.options).items() if options.get(name) != value}
    return bytes(values), changes


def _by_imagecodecs(frame: bytes, runner: DecodeRunner, decoder: str) -> bytes | bytearray:
    """Decode greys by one of imagecodecs' decoders, and state the bits of its samples."""
    greys: np.ndarray = getattr(imagecodecs, decoder)(frame)
    runner.set_option("bits_allocated", 8 * greys.dtype.itemsize)
    return greys.tobytes()


def _by_pylibjpeg(frame: bytes, runner: DecodeRunner) -> bytes | bytearray:
    """Decode by pylibjpeg, and state the bits of its samples where it does not."""
    if runner.transfer_syntax in JPEGTransferSyntaxes:
        # ITU-T T.81 A.4: a decoder multiplies by two to the power of the point transform; libjpeg saturates.
        if bits := codestream.point_transform(frame):
            raise ValueError(f"the lossless JPEG leaves out {bits} low bits, which only imagecodecs reads right")
        precision = codestream.precision(frame) or runner.bits_allocated
        runner.set_option("bits_allocated", 8 if precision <= 8 else 16)
    return pylibjpeg._decode_frame(frame, runner)


def _tell_colours(frame: bytes, values: bytes | bytearray, runner: DecodeRunner) -> None:
    """State whether the decoded colours are RGB or YCbCr where the header errs.

    Where the header says RGB and the codestream nothing, a radiograph tells: it is grey, and so are the colours of
    YCbCr near the middle of their range. YCbCr taken for RGB loses two thirds of its contrast.
    """
    told = codestream.colours_by_markers(frame)
    if told is None and runner.photometric_interpretation == "RGB":
        colours = np.frombuffer(values, f"<u{runner.bits_allocated // 8}").reshape(-1, 3).astype(np.float32)
        as_rgb = np.abs(colours[:, 1:] - colours[:, :1]).mean()
        # ITU-T T.871 7: half of the range is no colour.
        as_ybr = np.abs(colours[:, 1:] - 2 ** (runner.bits_stored - 1)).mean()
        told = "YBR" if as_ybr < min(as_rgb, 2**runner.bits_stored / 32) else "RGB"
    if told == "YBR" and runner.photometric_interpretation == "RGB":
        runner.set_option("photometric_interpretation", "YBR_FULL")
    elif told == "RGB":
        runner.set_option("photometric_interpretation", "RGB")


for _syntax in COMPRESSED:
    get_decoder(_syntax).add_plugin(PLUGIN, (__name__, "_decode_frame"))
