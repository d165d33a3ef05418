"""Make DICOM files for the tests."""

import io
from typing import Any

import numpy as np
from pydicom import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.filewriter import dcmwrite
from pydicom.uid import (
    UID,
    DigitalXRayImageStorageForPresentation,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

STUDY, SERIES, INSTANCE = "1.2.826.0.1.3680043.10.1.1", "1.2.826.0.1.3680043.10.1.2", "1.2.826.0.1.3680043.10.1.3"


def dataset(pixels: np.ndarray, bits: int = 12, **attributes: Any) -> Dataset:
    """Make a digital radiograph's data set.

    ``pixels`` are (u)int8 or (u)int16 of shape (height, width) or (frames, height, width), or uint8 of shape
    (height, width, 3) for colours. ``attributes`` by keyword are added, replaced, or, where ``None``, left out.
    """
    made = Dataset()
    made.SOPClassUID, made.SOPInstanceUID = DigitalXRayImageStorageForPresentation, INSTANCE
    made.StudyInstanceUID, made.SeriesInstanceUID = STUDY, SERIES
    made.Modality = "DX"
    colours = pixels.ndim == 3 and pixels.shape[-1] == 3
    rows, columns = pixels.shape[:2] if colours else pixels.shape[-2:]
    made.Rows, made.Columns = rows, columns
    if pixels.ndim == 3 and not colours:
        made.NumberOfFrames = len(pixels)
    made.SamplesPerPixel = 3 if colours else 1
    made.PhotometricInterpretation = "RGB" if colours else "MONOCHROME2"
    if colours:
        made.PlanarConfiguration = 0
    allocated = 8 * pixels.dtype.itemsize
    made.BitsAllocated, made.BitsStored, made.HighBit = allocated, min(bits, allocated), min(bits, allocated) - 1
    made.PixelRepresentation = int(pixels.dtype.kind == "i")
    made.PixelData = pixels.tobytes()
    made["PixelData"].VR = "OW" if allocated == 16 else "OB"
    for keyword, value in attributes.items():
        if value is None:
            delattr(made, keyword)
        else:
            setattr(made, keyword, value)
    return made


def written(made: Dataset, syntax: str = ExplicitVRLittleEndian, *, preamble: bool = True) -> bytes:
    """Write a data set as a file's bytes; without ``preamble`` also without file meta information."""
    uid, out = UID(syntax), io.BytesIO()
    if not preamble:
        dcmwrite(out, made, implicit_vr=uid.is_implicit_VR, little_endian=uid.is_little_endian)
        return out.getvalue()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = uid
    made.file_meta.MediaStorageSOPClassUID = made.get("SOPClassUID", DigitalXRayImageStorageForPresentation)
    made.file_meta.MediaStorageSOPInstanceUID = made.get("SOPInstanceUID", INSTANCE)
    dcmwrite(out, made, enforce_file_format=True)
    return out.getvalue()


def dicom(pixels: np.ndarray, syntax: str = ExplicitVRLittleEndian, bits: int = 12, **attributes: Any) -> bytes:
    """Make a radiograph in a transfer syntax that does not compress."""
    if syntax == ExplicitVRBigEndian and pixels.dtype.itemsize == 2:
        made = dataset(pixels, bits, **attributes)
        made.PixelData = pixels.astype(pixels.dtype.newbyteorder(">")).tobytes()
        return written(made, syntax)
    return written(dataset(pixels, bits, **attributes), syntax)


def encapsulated(streams: list[bytes], pixels: np.ndarray, syntax: str, bits: int = 12, **attributes: Any) -> bytes:
    """Make a radiograph whose frames are codestreams of ``pixels``, compressed beforehand."""
    made = dataset(pixels, bits, **attributes)
    made.PixelData = encapsulate(streams)
    made["PixelData"].VR = "OB"
    made["PixelData"].is_undefined_length = True
    return written(made, syntax)


def compressed(pixels: np.ndarray, syntax: str, bits: int = 12, **options: Any) -> bytes:
    """Make a radiograph, compressed by an encoder of pydicom's."""
    made = dataset(pixels, bits)
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.compress(syntax, generate_instance_uid=False, **options)
    return written(made, syntax)


def look_up_table(entries: np.ndarray, first: int, bits: int, words: type = list) -> Dataset:
    """Make the item of a look-up table, its data as numbers (``list``) or as ``bytes``."""
    item = Dataset()
    item.add_new("LUTDescriptor", "SS" if first < 0 else "US", [len(entries), first, bits])
    raw = entries.astype(np.uint16)
    item.add_new("LUTData", *(("US", raw.tolist()) if words is list else ("OW", raw.tobytes())))
    return item


NATIVE = (ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian)
