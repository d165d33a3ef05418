"""Refuse a DICOM file that is no readable radiograph, before any pixel is decoded."""

from dataclasses import dataclass

from pydicom import Dataset, FileDataset
from pydicom.datadict import dictionary_description, tag_for_keyword
from pydicom.encaps import generate_frames
from pydicom.tag import Tag
from pydicom.uid import (
    JPEG2000MC,
    UID,
    DigitalXRayImageStorageForProcessing,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000MCLossless,
    JPEG2000TransferSyntaxes,
    JPEGLSTransferSyntaxes,
    JPEGTransferSyntaxes,
    MediaStorageDirectoryStorage,
    RLELossless,
    UncompressedTransferSyntaxes,
)

from model.io import codestream
from model.io.dicom_header import text_of
from model.io.errors import UnreadableRadiograph, check_size

# CR, DX and RF are radiography; DR and XR are what some makers write for DX. What films were scanned as and screens
# captured as (OT, RG, SC) shows in the picture alone, as with a PNG.
READ = ("CR", "DX", "DR", "XR", "RF", "OT", "RG", "SC")
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
"""Modalities (PS3.3 C.7.3.1.1.1) by the names that a refusal gives them; any other is refused without."""

NATIVE = set(UncompressedTransferSyntaxes)
COMPRESSED = {
    RLELossless,
    *JPEGTransferSyntaxes,
    *JPEGLSTransferSyntaxes,
    *JPEG2000TransferSyntaxes,
} - {JPEG2000MC, JPEG2000MCLossless}
"""The transfer syntaxes that are read (PS3.5 annex A); ``JPEG2000TransferSyntaxes`` holds HTJ2K as well."""

_INTENSITIES = {
    "LIN": "which are linear in the X-ray intensity",
    "LOG": "which are logarithmic in the X-ray intensity",
}
"""By Pixel Intensity Relationship (PS3.3 C.8.11.3.1.2)."""

MONOCHROME = {"MONOCHROME1", "MONOCHROME2"}
COLOURS = {"RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT"}
PALETTE = "PALETTE COLOR"
"""Photometric interpretations (PS3.3 C.7.6.3.1.2)."""

_ITEM = b"\xfe\xff\0\xe0"
_REQUIRED = (
    "Rows",
    "Columns",
    "BitsAllocated",
    "BitsStored",
    "PixelRepresentation",
    "PhotometricInterpretation",
)
_EXPECTED = (
    "Expected a chest radiograph of modality CR, DX or RF, or one captured or scanned from film (OT, RG, SC)."
)


@dataclass(frozen=True)
class PixelFormat:
    """Size, depth and coding of the pixels; ``bits`` are those stored."""

    width: int
    height: int
    frames: int
    bits: int
    photometric: str
    transfer_syntax: UID


def checked_format(dataset: FileDataset, name: str) -> PixelFormat:
    """Return the pixels' format; nothing is decoded.

    Raises:
        UnreadableRadiograph: no radiograph, a transfer syntax or a format that is not read, too large or too
            small.
        ValueError: the compressed frames are damaged.
    """
    _check_modality(dataset, name)
    _check_intent(dataset, name)
    _check_attributes(dataset, name)
    transfer_syntax = _transfer_syntax(dataset, name)
    pixel_format = PixelFormat(
        width=int(dataset.Columns),
        height=int(dataset.Rows),
        frames=int(dataset.get("NumberOfFrames") or 1),
        bits=int(dataset.BitsStored),
        photometric=text_of(dataset, "PhotometricInterpretation") or "",
        transfer_syntax=transfer_syntax,
    )
    _check_pixel_description(dataset, pixel_format, name)
    check_size(name, pixel_format.width, pixel_format.height, pixel_format.frames)
    if transfer_syntax in COMPRESSED:
        _check_codestreams(dataset, pixel_format)
    return pixel_format


def _check_modality(dataset: FileDataset, name: str) -> None:
    # PS3.3 F.3: a DICOMDIR has directory records.
    if "DirectoryRecordSequence" in dataset or _sop_class(dataset) == MediaStorageDirectoryStorage:
        raise UnreadableRadiograph(
            f"{name} is a DICOMDIR, the index of a disc, and holds no picture. "
            f"{_EXPECTED} Drop the files that it lists instead."
        )
    modality = (text_of(dataset, "Modality") or "").upper()
    if not modality and _has_pixels(dataset):
        raise UnreadableRadiograph(
            f"{name} does not say its modality (0008,0060). {_EXPECTED} Export it again from the archive."
        )
    if modality and modality not in READ:
        known = f", {REFUSED[modality]}" if modality in REFUSED else ""
        raise UnreadableRadiograph(
            f"{name} is of modality {modality}{known}. {_EXPECTED} Choose the radiograph of the study."
        )
    if not _has_pixels(dataset):
        sop_class = _sop_class(dataset)
        received = f": it is a {sop_class.name}" if sop_class.is_valid else ""
        raise UnreadableRadiograph(
            f"{name} holds no pixel data{received}, or is cut off before them. {_EXPECTED} "
            f"Copy or export the picture itself."
        )


def _has_pixels(dataset: FileDataset) -> bool:
    # Unparsed: what their bytes are depends on Bits Allocated, which is not checked yet.
    pixels = dataset.get_item("PixelData")
    return pixels is not None and bool(pixels.value)


def _check_intent(dataset: FileDataset, name: str) -> None:
    """Refuse the detector's own values, which are measured and not meant to be seen (PS3.3 C.8.11.1, A.26).

    They lack their maker's processing; a logarithm by Pixel Intensity Relationship would not replace it.
    """
    intent = (text_of(dataset, "PresentationIntentType") or "").upper()
    if intent != "FOR PROCESSING" and _sop_class(dataset) != DigitalXRayImageStorageForProcessing:
        return
    relationship = (text_of(dataset, "PixelIntensityRelationship") or "").upper()
    measured = _INTENSITIES.get(relationship, "before any processing")
    raise UnreadableRadiograph(
        f"{name} holds the detector's own values, For Processing (0008,0068), {measured}. Expected the radiograph "
        f"For Presentation, as it is shown to be read. Choose that one of the study, or export it from the archive."
    )


def _sop_class(dataset: FileDataset) -> UID:
    meta = getattr(dataset, "file_meta", None) or Dataset()
    return UID(text_of(dataset, "SOPClassUID") or text_of(meta, "MediaStorageSOPClassUID") or "")


def _transfer_syntax(dataset: FileDataset, name: str) -> UID:
    """Return the stated transfer syntax (PS3.10 7.1), or the one that uncompressed attributes are written in."""
    meta = getattr(dataset, "file_meta", None)
    stated = text_of(meta, "TransferSyntaxUID") if meta else None
    # PS3.5 A.4: compressed pixel data, and they alone, have an undefined length.
    if not stated and not dataset["PixelData"].is_undefined_length:
        implicit, little_endian = dataset.original_encoding
        explicit = ExplicitVRLittleEndian if little_endian else ExplicitVRBigEndian
        stated = ImplicitVRLittleEndian if implicit else explicit
    if not stated:
        raise UnreadableRadiograph(
            f"{name} does not say its transfer syntax (0002,0010), and its pixels are compressed. "
            f"Expected a whole DICOM file. Export it again from the archive."
        )
    syntax = UID(stated)
    if syntax not in NATIVE | COMPRESSED:
        known = f"{syntax.name}, {syntax}" if syntax.name != syntax else syntax
        raise UnreadableRadiograph(
            f"{name} is written in a transfer syntax that is not read: {known}. Expected uncompressed pixels, RLE, "
            f"JPEG, JPEG-LS, JPEG 2000 or HTJ2K. Export it again without compression."
        )
    return syntax


def _check_attributes(dataset: FileDataset, name: str) -> None:
    for keyword in _REQUIRED:
        # PS3.3 C.7.6.3: each has one value.
        if "\\" in (text_of(dataset, keyword) or "\\"):
            tag = Tag(tag_for_keyword(keyword) or 0)
            raise UnreadableRadiograph(
                f"{name} lacks the attribute {dictionary_description(tag)} {tag}, or it makes no sense. "
                f"Expected a whole DICOM file. Export it again from the archive."
            )


def _check_pixel_description(dataset: FileDataset, pixel_format: PixelFormat, name: str) -> None:
    """Check the Image Pixel module's attributes against each other (PS3.3 C.7.6.3, PS3.5 8.1.1)."""
    photometric, bits = pixel_format.photometric, pixel_format.bits
    if photometric not in MONOCHROME | COLOURS | {PALETTE}:
        raise UnreadableRadiograph(
            f"{name} has the photometric interpretation {photometric}. Expected MONOCHROME1, MONOCHROME2, "
            f"RGB, YBR_FULL or PALETTE COLOR. Export it again as a grey picture."
        )
    # PS3.3 C.7.6.3.1.2: colours run from 0, no intensity, to full intensity.
    if photometric in COLOURS and int(dataset.PixelRepresentation):
        raise UnreadableRadiograph(
            f"{name} holds colours that can be negative (Pixel Representation 1). Expected colours from 0 up. "
            f"Export it again as a grey picture."
        )
    allocated = int(dataset.BitsAllocated)
    if allocated not in (8, 16) or not 2 <= bits <= allocated:
        raise UnreadableRadiograph(
            f"{name} stores {bits} bits in {allocated} a pixel. Expected 2 to 16 bits, "
            f"stored in 8 or 16. Export it again from the archive."
        )
    high_bit = int(text_of(dataset, "HighBit") or bits - 1)
    if high_bit != bits - 1:
        raise UnreadableRadiograph(
            f"{name} gives High Bit (0028,0102) as {high_bit} where {bits} bits are stored. Expected "
            f"{bits - 1}, one less than Bits Stored. Export it again from the archive."
        )
    samples = int(dataset.get("SamplesPerPixel") or 1)
    if samples != (3 if photometric in COLOURS else 1):
        raise UnreadableRadiograph(
            f"{name} gives {samples} samples a pixel to {photometric}. Expected 3 for colours and 1 for "
            f"greys. Export it again from the archive."
        )


def _check_codestreams(dataset: FileDataset, pixel_format: PixelFormat) -> None:
    """Check that every encapsulated frame (PS3.5 A.4) is there and is of the header's size.

    A small codestream may unpack to any size: its own header is read before the decoder gets it.
    """
    _check_fragments(dataset.PixelData)
    found = 0
    for frame in generate_frames(dataset.PixelData, number_of_frames=pixel_format.frames):
        found += 1
        size = codestream.size(frame)
        # An RLE frame has no size of its own (PS3.5 annex G): it is decoded to the header's.
        if pixel_format.transfer_syntax != RLELossless and size != (pixel_format.width, pixel_format.height):
            received = "is none that can be read" if size is None else f"measures {size[0]:,} x {size[1]:,}"
            raise ValueError(
                f"its header says {pixel_format.width} x {pixel_format.height} pixels, "
                f"the compressed picture inside {received}"
            )
        if pixel_format.transfer_syntax != RLELossless and not codestream.is_whole(frame):
            raise ValueError(f"the compressed picture of frame {found} ends early, after {len(frame):,} bytes")
    if found < pixel_format.frames:
        raise ValueError(f"{found} of its {pixel_format.frames} frames are there")


def _check_fragments(encapsulated: bytes) -> None:
    """Check that the last item of the compressed pixels is as long as it says (PS3.5 A.4)."""
    at = 0
    while encapsulated.startswith(_ITEM, at):
        length = int.from_bytes(encapsulated[at + 4 : at + 8], "little")
        at += 8 + length
    if at > len(encapsulated):
        here = len(encapsulated) - at + length
        raise ValueError(f"its compressed picture ends early: {here:,} of {length:,} bytes are there")
