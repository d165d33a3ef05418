"""Read a file's bytes as radiographs: grey pixels at full depth, upright, 0 black to 1 white."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from model.io import dicom, image_file
from model.io.dicom_header import Header
from model.io.errors import EXPECTED, UnreadableRadiograph

__all__ = ["Radiograph", "UnreadableRadiograph", "frames", "read"]


@dataclass(frozen=True)
class Radiograph:
    """One radiograph.

    ``pixels`` is float32 of shape (height, width), 0 (black) to 1 (white), at the file's own
    resolution and depth. ``format`` is the file's, ``bits`` its depth, ``digest`` the SHA-256 of its bytes.
    It is number ``frame`` of ``frames`` in its file. A DICOM file alone has a ``header``, and ``values``: the
    greys before any window, in the units of the header's windows (uint8, uint16, int8, int16, int32 or float32 of
    the same shape), unless they were colours. ``pixel_aspect`` is the height of a pixel over its width.
    """

    name: str
    pixels: np.ndarray
    format: str
    bits: int
    digest: str
    header: Header | None = None
    frame: int = 1
    frames: int = 1
    values: np.ndarray | None = field(default=None, repr=False)
    pixel_aspect: float = 1.0

    def __post_init__(self) -> None:
        """Hold every reader to the contract, whatever damage brought about.

        Raises:
            UnreadableRadiograph: pixels that are not finite, or outside 0 to 1.
        """
        low, high = float(self.pixels.min()), float(self.pixels.max())
        if self.pixels.ndim != 2 or not 0 <= low <= high <= 1:
            raise UnreadableRadiograph(
                f"{self.name} is damaged: its pixels come out from {low:g} to {high:g}. "
                f"Expected 0, black, to 1, white. Copy or export it again."
            )

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])


def read(data: bytes, name: str = "radiograph") -> Radiograph:
    """Read the first frame of a file; no other is decoded.

    Raises:
        UnreadableRadiograph: empty, no image, of another format or modality, damaged, too large or too small, an
            image file of several pages.
    """
    return next(frames(data, name))


def frames(data: bytes, name: str = "radiograph") -> Iterator[Radiograph]:
    """Yield every frame of a file, each decoded as it is asked for; raises as ``read`` does, at any of them."""
    if not data:
        raise UnreadableRadiograph(f"{name} is empty. {EXPECTED} Export it again and drop it anew.")
    digest = hashlib.sha256(data).hexdigest()
    if not dicom.is_dicom(data):
        image = image_file.read_image(data, name)
        yield Radiograph(name, image.pixels, image.format, image.bits, digest, pixel_aspect=image.pixel_aspect)
        return
    for frame in dicom.frames(data, name):
        yield Radiograph(
            name,
            frame.pixels,
            "DICOM",
            frame.bits,
            digest,
            frame.header,
            frame.number,
            frame.count,
            frame.values,
            frame.header.pixel_aspect,
        )
