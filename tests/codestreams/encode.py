"""Compress the chest of the tests anew, with DCMTK and OpenJPH (in imagecodecs).

    apt install dcmtk; pip install imagecodecs
    python -m tests.codestreams.encode

Needed only to change the chest itself: the tests use what lies in this folder.
"""

import importlib
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pydicom
from pydicom.encaps import get_frame

from tests.codestreams import FOLDER, chest12
from tests.dicoms import dicom
from tests.pictures import chest, png

DCMTK = {
    "jpeg_extended": ("dcmcjpeg", "+ee", "+bt", "+q", "98", "+sr"),
    "jpeg_lossless": ("dcmcjpeg", "+el", "+sv", "6"),
    "jpeg_lossless_sv1": ("dcmcjpeg", "+e1"),
    "jpeg_ls_lossless": ("dcmcjpls", "+el"),
    "jpeg_ls_near_lossless": ("dcmcjpls", "+en", "+md", "2"),
}
RESOLUTIONS = 1
"""OpenJPH: a tile-part a resolution."""
OPENJPH: dict[str, dict[str, float]] = {
    "htj2k_lossless": {"reversible": 1},
    # The transfer syntax asks for RPCL progression and for tile-part lengths (PS3.5 A.4.4).
    "htj2k_lossless_rpcl": {"reversible": 1, "tlm": 1, "tilepart": RESOLUTIONS},
    "htj2k": {"reversible": 0, "level": 0.0001},
}


def main() -> None:
    # The mean of several is smooth, so that the codestreams are small.
    smooth = np.mean([chest(96, 88, seed) for seed in range(64)], axis=0)
    stretched = np.interp(smooth, (smooth.min(), smooth.max()), (50, 4050))
    (FOLDER / "chest.png").write_bytes(png(np.rint(stretched).astype(np.uint16)))
    for name, command in DCMTK.items():
        save(name, by_dcmtk(command))
    openjph = importlib.import_module("imagecodecs").htj2k_encode
    for name, options in OPENJPH.items():
        save(name, openjph(chest12(), **options))


def by_dcmtk(command: tuple[str, ...]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        plain, packed = Path(folder) / "plain.dcm", Path(folder) / "packed.dcm"
        plain.write_bytes(dicom(chest12()))
        subprocess.run([*command, str(plain), str(packed)], check=True)
        return get_frame(pydicom.dcmread(packed).PixelData, 0, number_of_frames=1)


def save(name: str, stream: bytes) -> None:
    (FOLDER / f"{name}.bin").write_bytes(stream)
    print(f"{name}: {len(stream):,} bytes")


if __name__ == "__main__":
    main()
