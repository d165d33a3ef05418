"""One made-up chest of 12 bits, compressed by encoders that the project does not install.

``chest.png`` holds its pixels, 96 wide and 88 high, 0 to 4095, 16 bits each. ``encode.py`` made the rest of them
from it, one codestream a transfer syntax; what an installed package can encode, the tests encode themselves.
"""

import io
from pathlib import Path

import numpy as np
from PIL import Image

FOLDER = Path(__file__).resolve().parent

ENCODED = {
    "jpeg_extended": "1.2.840.10008.1.2.4.51",
    "jpeg_lossless": "1.2.840.10008.1.2.4.57",
    "jpeg_lossless_sv1": "1.2.840.10008.1.2.4.70",
    "jpeg_ls_lossless": "1.2.840.10008.1.2.4.80",
    "jpeg_ls_near_lossless": "1.2.840.10008.1.2.4.81",
    "htj2k_lossless": "1.2.840.10008.1.2.4.201",
    "htj2k_lossless_rpcl": "1.2.840.10008.1.2.4.202",
    "htj2k": "1.2.840.10008.1.2.4.203",
}
"""A codestream's file, less its ending, and its transfer syntax."""


def chest12() -> np.ndarray:
    """Return the chest's pixels: uint16 of shape (88, 96), 0 to 4095."""
    return np.asarray(Image.open(io.BytesIO((FOLDER / "chest.png").read_bytes())), np.uint16)


def codestream(name: str) -> bytes:
    """Return one of ``ENCODED``, as a DICOM file's single frame holds it."""
    return (FOLDER / f"{name}.bin").read_bytes()
