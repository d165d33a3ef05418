"""One contract over every format and syntax: the viewer opens with the picture that the network reads."""

from collections.abc import Callable

import numpy as np
import pytest

from dashboard.reading.viewer.encoding import LONGEST_SIDE, pack
from dashboard.reading.viewer_arguments import viewer_arguments
from dashboard.shared.images import shrink
from model.io import radiograph
from model.io.radiograph import Radiograph
from model.network.preprocessing import network_input
from tests.dashboard.reading.viewer.test_encoding import unpacked
from tests.radiographs import DICOM, FILES, IMAGES

SIDE = 224
"""Of the network's square."""


def opened(scan: Radiograph) -> np.ndarray:
    """Return the greys, 0 to 255, that the browser draws of what it is sent, before it rounds them."""
    header, codes, _, _ = unpacked(pack(viewer_arguments(scan, None)))
    _, centre, width = header["presets"][0]
    span, top = header["high"] - header["low"], np.iinfo(codes.dtype).max
    # As plain.js and gpu.js window a code, the centre and the width in shares of all codes.
    share = np.clip((codes / top - (centre - header["low"]) / span) / (width / span) + 0.5, 0, 1)
    return 255 * (1 - share if header["negative"] else share)


@pytest.mark.parametrize("make", FILES.values(), ids=FILES)
def test_the_network_gets_the_picture_that_the_viewer_opens_with(make: Callable[[], bytes]) -> None:
    for scan in radiograph.frames(make(), "scan"):
        picture = opened(scan)
        square_pixels = shrink(scan.pixels, LONGEST_SIDE, scan.pixel_aspect)
        np.testing.assert_allclose(picture, 255 * square_pixels, rtol=0, atol=1)
        seen = network_input((picture / 255).astype(np.float32), SIDE)
        np.testing.assert_allclose(seen, network_input(square_pixels, SIDE), rtol=0, atol=1)


@pytest.mark.parametrize("make", FILES.values(), ids=FILES)
def test_every_radiograph_keeps_its_contract(make: Callable[[], bytes]) -> None:
    scans = list(radiograph.frames(make(), "scan"))
    assert [scan.frame for scan in scans] == list(range(1, scans[0].frames + 1))
    for scan in scans:
        pixels = scan.pixels
        assert (pixels.dtype, pixels.ndim, pixels.shape) == (np.float32, 2, (scan.height, scan.width))
        assert np.isfinite(pixels).all()
        assert 0 <= pixels.min() <= pixels.max() <= 1
        assert 1 <= scan.bits <= 16
        assert scan.pixel_aspect > 0
        assert scan.values is None or scan.values.shape == pixels.shape


def test_there_are_files_of_every_kind() -> None:
    assert len(IMAGES) >= 40
    assert len(DICOM) >= 100
    scans = [next(radiograph.frames(make(), name)) for name, make in FILES.items()]
    assert {scan.format for scan in scans} == {"PNG", "JPEG", "BMP", "TIFF", "WEBP", "DICOM"}
