"""From a DICOM file's bytes to its frames: grey pixels as the file wants them shown, and its header's facts."""

import io
import logging
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
import pydicom
from pydicom import Dataset, FileDataset
from pydicom.datadict import dictionary_description, tag_for_keyword
from pydicom.encaps import generate_frames
from pydicom.filereader import data_element_generator
from pydicom.pixels import apply_color_lut, get_decoder
from pydicom.tag import Tag
from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    MediaStorageDirectoryStorage,
    RLELossless,
)
from pydicom.valuerep import VR

from model.io import codestream, dicom_header
from model.io.dicom_header import Header
from model.io.errors import MAX_PIXELS, UnreadableRadiograph, check_size
from model.io.greyscale import LookUp, full_range, rescaled, windowed

# What it logs about damage is told to whoever dropped the file, in a message of ours.
logging.getLogger("pydicom").setLevel(logging.CRITICAL + 1)

READ = {
    "CR": "computed radiography",
    "DX": "digital radiography",
    "RF": "radiofluoroscopy",
    # Films that were scanned and pictures that were captured bear these; what the picture is of shows in
    # the picture alone, as with a PNG.
    "OT": "other",
    "RG": "conventional film",
    "SC": "secondary capture",
}
REFUSED = {
    "CT": "computed tomography",
    "MR": "magnetic resonance",
    "US": "ultrasound",
    "NM": "nuclear medicine",
    "PT": "positron emission tomography",
    "MG": "mammography",
    "XA": "angiography",
    "IO": "intra-oral radiography",
    "PX": "panoramic X-ray",
    "BMD": "bone densitometry",
    "XC": "photography",
    "ES": "endoscopy",
    "SR": "structured report",
    "PR": "presentation state",
    "KO": "key object selection",
    "SEG": "segmentation",
    "DOC": "document",
}
NATIVE = {
    ImplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    DeflatedExplicitVRLittleEndian,
}
COMPRESSED = {
    RLELossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    JPEG2000Lossless,
    JPEG2000,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    HTJ2K,
}
GREYS = {"MONOCHROME1", "MONOCHROME2"}
COLOURS = {"RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT"}
PALETTE = "PALETTE COLOR"

_NEEDED = ("Rows", "Columns", "BitsAllocated", "BitsStored", "PixelRepresentation", "PhotometricInterpretation")
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""ITU-R BT.601, the weights that Pillow turns colours to grey with."""
_EXPECTED = (
    "Expected a chest radiograph of modality CR, DX or RF, or one captured or scanned from film (OT, RG, SC)."
)
_PREFIX = slice(128, 132)


@dataclass(frozen=True)
class Frame:
    """One frame, number ``number`` ``of`` so many in its file.

    ``pixels`` is float32 of shape (height, width), 0 (black) to 1 (white), through every transformation that
    the file asks for. ``values`` is uint8, uint16, int8, int16, int32 or float32 of the same shape, the modality
    LUT's output, which windows are in units of, padding as the darkest of the others; ``None`` for colours.
    ``bits`` are those stored.
    """

    pixels: np.ndarray
    values: np.ndarray | None
    bits: int
    number: int
    of: int
    header: Header


@dataclass(frozen=True)
class _Format:
    """What has to be known of the pixels before they are decoded."""

    width: int
    height: int
    frames: int
    bits: int
    photometric: str
    transfer_syntax: UID


def recognised(data: bytes) -> bool:
    """Whether bytes are a DICOM file: by its prefix, or, without one, by a plausible first attribute."""
    return data[_PREFIX] == b"DICM" or _begins_with_an_attribute(data)


def _begins_with_an_attribute(data: bytes) -> bool:
    """Group 2 or 8 in either byte order, with a value representation, or a length that fits the file."""
    group = data[:2]
    if len(data) < 12 or group not in (b"\x02\0", b"\x08\0", b"\0\x08"):
        return False
    explicit = data[4:6].decode("latin-1") in set(VR)
    return explicit or (group == b"\x08\0" and int.from_bytes(data[4:8], "little") < len(data))


def frames(data: bytes, name: str) -> Iterator[Frame]:
    """Every frame of a DICOM file, decoded as it is asked for.

    The order of PS3.3 C.11 and PS3.4 N.2: modality LUT or rescale, VOI LUT or else the first window or else the
    full range of the valid pixels, padding to black, ``MONOCHROME1`` inverted last.

    Raises:
        UnreadableRadiograph: damaged, cut off, of another modality, in a transfer syntax that is not read, without
            pixels or an attribute that describes them, too large or too small.
    """
    dataset = parse(data, name)
    with _told(name):
        form = _examined(dataset, name)
        decoded = _decoded(dataset, form)
    for index in range(form.frames):
        with _told(name):
            stored = next(decoded)
            frame = _shown(dataset, stored, form, index, name)
        yield frame


def parse(data: bytes, name: str) -> FileDataset:
    """A DICOM file's attributes, with or without preamble and file meta information.

    Raises:
        UnreadableRadiograph: damaged or cut off.
    """
    with _told(name):
        return pydicom.dcmread(io.BytesIO(_inflated(data, name)), force=True)


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Nothing but ``UnreadableRadiograph`` comes out, and no warning.

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
            raise UnreadableRadiograph(_damaged(name, _reason(problem))) from problem
        raise


def _reason(problem: BaseException) -> str:
    """An exception in one short line: pydicom's tell a paragraph, and every plugin's story."""
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    said = lines[-1] if lines else type(problem).__name__
    return said if len(said) <= 160 else said[:157] + "..."


def _damaged(name: str, reason: str) -> str:
    return (
        f"{name} is a DICOM file that is damaged or cut off ({reason}). "
        f"Expected a whole file. Copy or export it again."
    )


def _inflated(data: bytes, name: str) -> bytes:
    """A deflated file unpacked, under a limit that pydicom does not know; any other as it is.

    Raises:
        UnreadableRadiograph: it unpacks to more than any radiograph holds.
    """
    stream = io.BytesIO(data)
    stream.seek(_PREFIX.stop if data[_PREFIX] == b"DICM" else 0)
    if data[stream.tell() : stream.tell() + 2] != b"\x02\0":
        return data
    meta = {element.tag: element.value for element in _meta(stream)}
    deflated = DeflatedExplicitVRLittleEndian.encode()
    if (meta.get(Tag("TransferSyntaxUID")) or b"").strip(b"\0 ") != deflated:
        return data
    start, limit = stream.tell(), 2 * MAX_PIXELS + 2**24
    unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
    unpacked = unpacking.decompress(data[start:], limit)
    if unpacking.unconsumed_tail:
        raise UnreadableRadiograph(
            f"{name} unpacks to more than {limit // 10**6} million bytes. Expected at most the pixels of a "
            f"radiograph. Export it again without compression."
        )
    if not unpacking.eof:
        raise UnreadableRadiograph(_damaged(name, "its deflated attributes end early"))
    plain = ExplicitVRLittleEndian.encode().ljust(len(deflated), b"\0")
    return data[:start].replace(deflated, plain) + unpacked


def _meta(stream: io.BytesIO) -> Iterator:
    """The file meta information's elements; leaves the stream where the data set begins."""
    return data_element_generator(stream, False, True, stop_when=lambda tag, *_: tag >> 16 != 2)


def _examined(dataset: FileDataset, name: str) -> _Format:
    """The pixels' format, where it is one that is read; nothing has been decoded yet."""
    _check_kind(dataset, name)
    syntax = _transfer_syntax(dataset, name)
    _check_attributes(dataset, name)
    form = _Format(
        width=int(dataset.Columns),
        height=int(dataset.Rows),
        frames=int(dataset.get("NumberOfFrames") or 1),
        bits=int(dataset.BitsStored),
        photometric=str(dataset.PhotometricInterpretation),
        transfer_syntax=syntax,
    )
    _check_format(dataset, form, name)
    check_size(name, form.width, form.height, form.frames)
    if syntax in COMPRESSED:
        _check_codestreams(dataset, form, name)
    return form


def _check_kind(dataset: FileDataset, name: str) -> None:
    """Refuse what is no radiograph."""
    if "DirectoryRecordSequence" in dataset or _sop_class(dataset) == MediaStorageDirectoryStorage:
        raise UnreadableRadiograph(
            f"{name} is a DICOMDIR, the index of a disc, and holds no picture. "
            f"{_EXPECTED} Drop the files that it lists instead."
        )
    modality = (dicom_header.text(dataset, "Modality") or "").upper()
    if not modality:
        raise UnreadableRadiograph(
            f"{name} does not say its modality (0008,0060). {_EXPECTED} Export it again from the archive."
        )
    if modality not in READ:
        known = f", {REFUSED[modality]}" if modality in REFUSED else ""
        raise UnreadableRadiograph(
            f"{name} is of modality {modality}{known}. {_EXPECTED} Choose the radiograph of the study."
        )
    if not dataset.get("PixelData"):
        kind = _sop_class(dataset)
        what = f": it is a {kind.name}" if kind else ""
        raise UnreadableRadiograph(
            f"{name} holds no pixel data{what}. {_EXPECTED} Copy or export the picture itself."
        )


def _sop_class(dataset: FileDataset) -> UID:
    meta = getattr(dataset, "file_meta", None) or Dataset()
    return UID(
        dicom_header.text(dataset, "SOPClassUID") or dicom_header.text(meta, "MediaStorageSOPClassUID") or "",
    )


def _transfer_syntax(dataset: FileDataset, name: str) -> UID:
    """What the file says, or, for pixels that are not compressed, how its attributes turned out to be written."""
    meta = getattr(dataset, "file_meta", None)
    said = dicom_header.text(meta, "TransferSyntaxUID") if meta else None
    if not said and not dataset["PixelData"].is_undefined_length:
        implicit, little = dataset.original_encoding
        big_or_little = ExplicitVRLittleEndian if little else ExplicitVRBigEndian
        said = ImplicitVRLittleEndian if implicit else big_or_little
    if not said:
        raise UnreadableRadiograph(
            f"{name} does not say its transfer syntax (0002,0010), and its pixels are compressed. "
            f"Expected a whole DICOM file. Export it again from the archive."
        )
    syntax = UID(said)
    if syntax not in NATIVE | COMPRESSED:
        known = f"{syntax.name}, {syntax}" if syntax.name != syntax else syntax
        raise UnreadableRadiograph(
            f"{name} is written in a transfer syntax that is not read: {known}. Expected uncompressed pixels, RLE, "
            f"JPEG, JPEG-LS, JPEG 2000 or HTJ2K. Export it again without compression."
        )
    return syntax


def _check_attributes(dataset: FileDataset, name: str) -> None:
    for keyword in _NEEDED:
        if dicom_header.text(dataset, keyword) is None:
            tag = Tag(tag_for_keyword(keyword) or 0)
            raise UnreadableRadiograph(
                f"{name} lacks the attribute {dictionary_description(tag)} {tag}, or it makes no sense. "
                f"Expected a whole DICOM file. Export it again from the archive."
            )


def _check_format(dataset: FileDataset, form: _Format, name: str) -> None:
    if form.photometric not in GREYS | COLOURS | {PALETTE}:
        raise UnreadableRadiograph(
            f"{name} has the photometric interpretation {form.photometric}. Expected MONOCHROME1, MONOCHROME2, "
            f"RGB, YBR_FULL or PALETTE COLOR. Export it again as a grey picture."
        )
    if int(dataset.BitsAllocated) not in (8, 16) or not 2 <= form.bits <= int(dataset.BitsAllocated):
        raise UnreadableRadiograph(
            f"{name} stores {form.bits} bits in {int(dataset.BitsAllocated)} a pixel. Expected 2 to 16 bits, "
            f"stored in 8 or 16. Export it again from the archive."
        )
    high = int(dicom_header.text(dataset, "HighBit") or form.bits - 1)
    if high != form.bits - 1:
        raise UnreadableRadiograph(
            f"{name} gives High Bit (0028,0102) as {high} where {form.bits} bits are stored. Expected "
            f"{form.bits - 1}, one less than Bits Stored. Export it again from the archive."
        )
    samples = int(dataset.get("SamplesPerPixel") or 1)
    if samples != (3 if form.photometric in COLOURS else 1):
        raise UnreadableRadiograph(
            f"{name} gives {samples} samples a pixel to {form.photometric}. Expected 3 for colours and 1 for "
            f"greys. Export it again from the archive."
        )


def _check_codestreams(dataset: FileDataset, form: _Format, name: str) -> None:
    """Refuse frames that are missing, or that unpack to another size than the header's, however large."""
    held = 0
    for frame in generate_frames(dataset.PixelData, number_of_frames=form.frames):
        held += 1
        size = codestream.size(frame)
        if form.transfer_syntax != RLELossless and size != (form.width, form.height):
            inside = "is none that can be read" if size is None else f"measures {size[0]:,} x {size[1]:,}"
            raise UnreadableRadiograph(
                _damaged(
                    name,
                    f"its header says {form.width} x {form.height} pixels, the compressed picture inside {inside}",
                )
            )
    if held < form.frames:
        raise UnreadableRadiograph(_damaged(name, f"{held} of its {form.frames} frames are there"))


def _decoded(dataset: FileDataset, form: _Format) -> Iterator[np.ndarray]:
    """Stored values, frame by frame; colours as RGB, of shape (height, width, 3)."""
    dataset.file_meta.TransferSyntaxUID = form.transfer_syntax
    # The same decoder everywhere, whatever else happens to be installed beside it.
    plugin = "pylibjpeg" if form.transfer_syntax in COMPRESSED else ""
    decoder = get_decoder(form.transfer_syntax)
    pairs = decoder.iter_array(dataset, decoding_plugin=plugin, allow_excess_frames=False)
    return (stored for stored, _ in islice(pairs, form.frames))


def _shown(dataset: FileDataset, stored: np.ndarray, form: _Format, index: int, name: str) -> Frame:
    facts = dicom_header.read(dataset, index)
    if form.photometric in GREYS:
        padding = _padding(dataset, stored)
        values = _modality(dataset, stored, index, name)
        pixels = _voi(dataset, values, facts, index, ~padding, name)
        pixels = 1 - pixels if facts.inverted else pixels
        pixels[padding] = 0
        return Frame(pixels, _padded(values, padding, facts), form.bits, index + 1, form.frames, facts)
    colours, bits = _coloured(dataset, stored) if form.photometric == PALETTE else (stored, form.bits)
    pixels = colours[..., :3].astype(np.float32) @ _LUMA / np.float32(2**bits - 1)
    return Frame(np.minimum(pixels, np.float32(1)), None, form.bits, index + 1, form.frames, facts)


def _padding(dataset: FileDataset, stored: np.ndarray) -> np.ndarray:
    """Where pixels were added to fill the picture's rectangle (PS3.3 C.7.5.1.1.2); bool of the same shape."""
    value = dicom_header.text(dataset, "PixelPaddingValue")
    if value is None:
        return np.zeros(stored.shape, bool)
    ends = (
        _wrapped(int(value), stored),
        _wrapped(int(dicom_header.text(dataset, "PixelPaddingRangeLimit") or value), stored),
    )
    return (stored >= min(ends)) & (stored <= max(ends))


def _padded(values: np.ndarray, padding: np.ndarray, facts: Header) -> np.ndarray:
    """The values, those of padding as dark as the darkest of the others: it stands for nothing."""
    if padding.all() or not padding.any():
        return values
    valid = values[~padding]
    return np.where(padding, valid.max() if facts.inverted else valid.min(), values)


def _wrapped(value: int, stored: np.ndarray) -> int:
    """A padding value that was written with the other sign than its pixels': -2000 as 63536."""
    bounds, turn = np.iinfo(stored.dtype), 1 << 16
    if value > bounds.max:
        return value - turn
    return value + turn if value < bounds.min else value


def _modality(dataset: FileDataset, stored: np.ndarray, index: int, name: str) -> np.ndarray:
    """Through the modality LUT or the rescale (PS3.3 C.11.1), if there is either.

    The LUT of a radiofluoroscopy leads back to the beam's intensity and is not for display (PS3.4 N.2.5).
    """
    fluoroscopy = (dicom_header.text(dataset, "Modality") or "").upper() == "RF"
    table = None if fluoroscopy else _look_up(dataset, dataset, "ModalityLUTSequence", name)
    if table:
        return table(stored)
    macro = dicom_header.group(dataset, index, "PixelValueTransformationSequence")
    slope, intercept = (
        float(dicom_header.text(macro, keyword) or default)
        for keyword, default in (("RescaleSlope", 1), ("RescaleIntercept", 0))
    )
    if not np.isfinite([slope, intercept]).all() or slope == 0:
        raise UnreadableRadiograph(_damaged(name, f"it rescales its greys by {slope:g} and {intercept:g}"))
    return rescaled(stored, slope, intercept)


def _voi(
    dataset: FileDataset, values: np.ndarray, facts: Header, index: int, valid: np.ndarray, name: str
) -> np.ndarray:
    """Through the VOI LUT, else the first window (PS3.3 C.11.2), else from the least to the greatest value."""
    table = _look_up(dataset, dicom_header.voi(dataset, index), "VOILUTSequence", name)
    if table:
        # The first value has the sign of the values (PS3.3 C.11.2.1.1); pydicom gives it that of the pixels.
        wrapped = table.first >= 1 << 15 and values.min() < 0
        return (replace(table, first=table.first - (1 << 16)) if wrapped else table).shown(values)
    if facts.windows:
        _, centre, width = facts.windows[0]
        return windowed(values, centre, width, facts.window_function)
    return full_range(values, valid)


def _look_up(root: FileDataset, holder: Dataset, sequence: str, name: str) -> LookUp | None:
    """A sequence's first table that is there; LUT data are words in the file's byte order, or bytes."""
    item = dicom_header.look_up(holder, sequence)
    if item is None:
        return None
    descriptor = dicom_header.several(item, "LUTDescriptor")
    entries, first, bits = int(descriptor[0]) or 2**16, int(descriptor[1]), int(descriptor[2])
    table = _entries(item.LUTData, entries, bits, little=bool(root.original_encoding[1]))
    if len(table) < entries or not 1 <= bits <= 16:
        raise UnreadableRadiograph(
            _damaged(name, f"a look-up table of {entries} entries of {bits} bits holds {len(table)}")
        )
    return LookUp(table[:entries].astype(np.uint16), first, bits)


def _entries(data: bytes | int | list[int], entries: int, bits: int, little: bool) -> np.ndarray:
    if not isinstance(data, bytes):
        return np.atleast_1d(np.asarray(data))
    if bits <= 8 and len(data) < 2 * entries:
        return np.frombuffer(data, np.uint8)
    return np.frombuffer(data[: len(data) // 2 * 2], "<u2" if little else ">u2")


def _coloured(dataset: FileDataset, stored: np.ndarray) -> tuple[np.ndarray, int]:
    """A palette's colours, and their bits."""
    return apply_color_lut(stored, dataset), int(dataset.RedPaletteColorLookupTableDescriptor[2])
