"""Read a DICOM file's bytes as frames: grey pixels as the file wants them shown, with the header's facts."""

import io
import logging
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import pydicom
from pydicom import FileDataset
from pydicom.dataelem import RawDataElement
from pydicom.filereader import data_element_generator
from pydicom.tag import Tag
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian
from pydicom.valuerep import VR

from model.io.dicom_checks import checked_format
from model.io.dicom_pixels import Frame, decoded_frames, displayed_frame
from model.io.errors import MAX_PIXELS, UnreadableRadiograph
from model.io.wording import reason

# Damage is reported in the message of UnreadableRadiograph alone.
logging.getLogger("pydicom").setLevel(logging.CRITICAL + 1)

_PREFIX = slice(128, 132)
_SEQUENCE_DELIMITER = b"\xfe\xff\xdd\xe0\0\0\0\0"
_MAX_INFLATED = 2 * MAX_PIXELS + 2**24
"""Bytes: the largest radiograph at 16 bits a pixel, and 16 MiB for its attributes."""


def is_dicom(data: bytes) -> bool:
    """Return whether bytes are a DICOM file: by its prefix (PS3.10 7.1), or by a plausible first attribute."""
    if data[_PREFIX] == b"DICM":
        return True
    # PS3.5 7.1: an attribute of group 2 or 8, with a value representation or a length that fits.
    group = data[:2]
    if len(data) < 12 or group not in (b"\x02\0", b"\x08\0", b"\0\x08"):
        return False
    explicit = data[4:6].decode("latin-1") in set(VR)
    return explicit or (group == b"\x08\0" and int.from_bytes(data[4:8], "little") < len(data))


def frames(data: bytes, name: str) -> Iterator[Frame]:
    """Yield every frame of a DICOM file, each decoded as it is asked for.

    The order of PS3.3 C.11 and PS3.4 N.2: modality LUT or rescale, VOI LUT or else the first window or else the
    full range of the valid pixels, padding to black, ``MONOCHROME1`` inverted last.

    Raises:
        UnreadableRadiograph: damaged, cut off, of another modality, in a transfer syntax that is not read, without
            pixels or an attribute that describes them, too large or too small.
    """
    dataset = parse(data, name)
    with as_unreadable(name):
        pixel_format = checked_format(dataset, name)
        decoded = decoded_frames(dataset, pixel_format)
    for index in range(pixel_format.frames):
        with as_unreadable(name):
            frame = displayed_frame(dataset, next(decoded), pixel_format, index)
        yield frame


def parse(data: bytes, name: str) -> FileDataset:
    """Parse a DICOM file's attributes, with or without preamble and file meta information.

    A file whose compressed pixels lack their last delimiter is parsed as if it were there (PS3.5 A.4): whether
    they are whole, their own lengths tell.

    Raises:
        UnreadableRadiograph: damaged or cut off.
    """
    with as_unreadable(name):
        try:
            dataset = _parsed(_inflated(data, name))
        except struct.error:
            # The header of an attribute is shorter than it can be.
            dataset = FileDataset("", {})
        if "PixelData" not in dataset and _ends_within_attribute(dataset):
            raise UnreadableRadiograph(
                f"{name} is cut off: it ends after {len(data):,} bytes, before its picture. "
                f"Expected a whole DICOM file. Copy or export it again."
            )
        return dataset


def _parsed(data: bytes) -> FileDataset:
    dataset = pydicom.dcmread(io.BytesIO(data), force=True)
    if "PixelData" in dataset:
        return dataset
    delimited = pydicom.dcmread(io.BytesIO(data + _SEQUENCE_DELIMITER), force=True)
    return delimited if "PixelData" in delimited else dataset


def _ends_within_attribute(dataset: FileDataset) -> bool:
    """Return whether the last attribute is shorter than the length that it states, or none is there at all."""
    if not len(dataset):
        return True
    last = dataset.get_item(max(dataset.keys()))
    return isinstance(last, RawDataElement) and last.length != 0xFFFFFFFF and len(last.value or b"") < last.length


@contextmanager
def as_unreadable(name: str) -> Iterator[None]:
    """Turn every error into ``UnreadableRadiograph`` and silence every warning.

    A damaged file can fail anywhere within pydicom and its decoders, in as many ways as there are exceptions.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except UnreadableRadiograph:
        raise
    except BaseException as problem:
        # The RLE decoder is written in Rust, whose panics are no Exception.
        if isinstance(problem, Exception) or type(problem).__name__ == "PanicException":
            raise UnreadableRadiograph(
                f"{name} is a DICOM file that is damaged or cut off ({reason(problem)}). "
                f"Expected a whole file. Copy or export it again."
            ) from problem
        raise


def _inflated(data: bytes, name: str) -> bytes:
    """Inflate a deflated file (PS3.5 A.5) under a limit, which pydicom lacks; return any other as it is.

    Raises:
        UnreadableRadiograph: it unpacks to more than any radiograph holds.
        ValueError: the deflated data end early.
    """
    stream = io.BytesIO(data)
    stream.seek(_PREFIX.stop if data[_PREFIX] == b"DICM" else 0)
    if data[stream.tell() : stream.tell() + 2] != b"\x02\0":
        return data
    # Reads the file meta information, group 2, and leaves the stream where the data set begins.
    elements = data_element_generator(stream, False, True, stop_when=lambda tag, *_: tag >> 16 != 2)
    meta = {element.tag: element.value for element in elements}
    deflated = DeflatedExplicitVRLittleEndian.encode()
    if (meta.get(Tag("TransferSyntaxUID")) or b"").strip(b"\0 ") != deflated:
        return data
    start = stream.tell()
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    inflated = inflater.decompress(data[start:], _MAX_INFLATED)
    if inflater.unconsumed_tail:
        raise UnreadableRadiograph(
            f"{name} unpacks to more than {_MAX_INFLATED // 10**6} million bytes. Expected at most the pixels of a "
            f"radiograph. Export it again without compression."
        )
    if not inflater.eof:
        raise ValueError("its deflated attributes end early")
    explicit = ExplicitVRLittleEndian.encode().ljust(len(deflated), b"\0")
    return data[:start].replace(deflated, explicit) + inflated
