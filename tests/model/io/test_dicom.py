import io
import logging
import warnings
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom import uid

from model.io import dicom_checks, radiograph
from model.io.radiograph import Radiograph, UnreadableRadiograph
from model.network.classifier import Classifier
from tests.codestreams import ENCODED, codestream
from tests.dicoms import NATIVE, compressed, dataset, dicom, encapsulated, look_up_table, written
from tests.model.io.asserts import grey_values, refusal
from tests.radiographs import CHEST, EIGHT_BITS, LOSSLESS, LOSSY, stored


@pytest.fixture(scope="module")
def probability(classifier: Classifier) -> float:
    """Return the reading of the chest that was never compressed."""
    return classifier.read(radiograph.read(dicom(CHEST))).probability


def test_every_transfer_syntax_that_is_read_is_tested() -> None:
    files = [make() for make in LOSSLESS.values()] + [make() for make, _ in LOSSY.values()]
    syntaxes = {pydicom.dcmread(io.BytesIO(file)).file_meta.TransferSyntaxUID for file in files}
    assert syntaxes == dicom_checks.NATIVE | dicom_checks.COMPRESSED


@pytest.mark.parametrize("make", LOSSLESS.values(), ids=LOSSLESS)
def test_what_loses_nothing_gives_the_same_pixels_and_reading(
    make: Callable[[], bytes], classifier: Classifier, probability: float
) -> None:
    scan = radiograph.read(make(), "chest.dcm")
    assert (scan.format, scan.bits, scan.width, scan.height) == ("DICOM", 12, 96, 88)
    assert (scan.frame, scan.frames) == (1, 1)
    assert scan.pixels.dtype == np.float32
    assert np.array_equal(grey_values(scan), CHEST)
    assert scan.pixels == pytest.approx((CHEST - CHEST.min()) / np.ptp(CHEST), abs=1e-6)
    assert classifier.read(scan).probability == pytest.approx(probability, abs=1e-4)


@pytest.mark.parametrize(("make", "tolerance"), LOSSY.values(), ids=LOSSY)
def test_what_loses_a_little_gives_nearly_the_same(
    make: Callable[[], bytes], tolerance: float, classifier: Classifier, probability: float
) -> None:
    scan = radiograph.read(make(), "chest.dcm")
    expected = EIGHT_BITS if scan.bits == 8 else CHEST
    step = 16 if scan.bits == 8 else 1
    difference = np.abs(grey_values(scan).astype(float) - expected).mean() * step
    assert 0 < difference < tolerance
    assert classifier.read(scan).probability == pytest.approx(probability, abs=0.02)


@pytest.mark.parametrize("syntax", NATIVE)
def test_a_file_without_preamble_is_read(syntax: str) -> None:
    made = dataset(CHEST)
    if syntax == uid.ExplicitVRBigEndian:
        made.PixelData = CHEST.astype(">u2").tobytes()
    data = written(made, syntax, preamble=False)
    assert data[128:132] != b"DICM"
    assert np.array_equal(radiograph.read(data).pixels, radiograph.read(dicom(CHEST)).pixels)


def test_a_file_without_preamble_but_with_meta_information_is_read() -> None:
    for syntax in (uid.ExplicitVRLittleEndian, uid.DeflatedExplicitVRLittleEndian):
        data = dicom(CHEST, syntax)[132:]
        assert np.array_equal(radiograph.read(data).pixels, radiograph.read(dicom(CHEST)).pixels)


# Frames.


def cine() -> np.ndarray:
    return np.stack([CHEST, CHEST[::-1], CHEST[:, ::-1]])


@pytest.mark.parametrize(
    "data",
    [
        dicom(cine(), Modality="RF"),
        compressed(cine(), uid.RLELossless),
        compressed(cine(), uid.JPEG2000Lossless),
        dicom(cine(), uid.DeflatedExplicitVRLittleEndian),
    ],
    ids=["native", "RLE", "JPEG 2000", "deflated"],
)
def test_every_frame_is_a_radiograph(data: bytes) -> None:
    scans = list(radiograph.frames(data, "cine.dcm"))
    assert [(scan.frame, scan.frames, scan.name) for scan in scans] == [(n, 3, "cine.dcm") for n in (1, 2, 3)]
    assert all(np.array_equal(grey_values(scan), frame) for scan, frame in zip(scans, cine(), strict=True))
    first = radiograph.read(data)
    assert (first.frame, first.frames) == (1, 3)
    assert np.array_equal(first.pixels, scans[0].pixels)


def test_frames_are_found_among_codestreams() -> None:
    streams = [codestream("jpeg_ls_lossless"), codestream("jpeg_ls_near_lossless")]
    data = encapsulated(streams, np.stack([CHEST, CHEST]), uid.JPEGLSNearLossless)
    exact, near = list(radiograph.frames(data))
    assert np.array_equal(grey_values(exact), CHEST)
    assert not np.array_equal(grey_values(near), CHEST)


# Damage.


def deflate_bomb() -> bytes:
    data = dicom(CHEST, uid.DeflatedExplicitVRLittleEndian)
    start = 144 + int.from_bytes(data[140:144], "little")
    packing = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    return data[:start] + packing.compress(bytes(220_000_000)) + packing.flush()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: dicom(CHEST)[:-2000], "is a DICOM file that is damaged or cut off"),
        (deflate_bomb, "unpacks to more than 216 million bytes"),
        (
            lambda: dicom(CHEST, uid.DeflatedExplicitVRLittleEndian)[:-2000],
            "its deflated attributes end early",
        ),
        (lambda: bytes(128) + b"DICM", "is cut off: it ends after 132 bytes, before its picture"),
    ],
    ids=["cut pixels", "deflate bomb", "cut deflated", "prefix alone"],
)
def test_a_damaged_file_is_refused(make: Callable[[], bytes], message: str) -> None:
    assert message in refusal(make(), "scan.dcm")


COMPRESSED = {
    "RLE": lambda: compressed(CHEST, uid.RLELossless),
    "JPEG 2000": lambda: compressed(CHEST, uid.JPEG2000Lossless),
    **{name: stored(name) for name in ("jpeg_extended", "jpeg_lossless", "jpeg_ls_lossless", "htj2k_lossless")},
}


@pytest.mark.parametrize("make", COMPRESSED.values(), ids=COMPRESSED)
def test_a_cut_in_compressed_pixels_is_called_one(make: Callable[[], bytes]) -> None:
    whole = make()
    start = whole.index(b"\xe0\x7f\x10\0OB")
    for end in np.linspace(start + 40, len(whole) - 10, 9).astype(int):
        assert "its compressed picture ends early" in refusal(whole[:end], "scan.dcm")
    for end in np.linspace(132, start - 1, 20).astype(int):
        message = refusal(whole[:end], "scan.dcm")
        assert "is cut off" in message
        assert "modality (0008,0060)" not in message


@pytest.mark.parametrize("make", COMPRESSED.values(), ids=COMPRESSED)
@pytest.mark.parametrize("missing", [1, 4, 8])
def test_whole_compressed_pixels_are_read_without_their_last_delimiter(
    make: Callable[[], bytes], missing: int
) -> None:
    """PS3.5 A.4: each item tells its length; the delimiter tells nothing more."""
    whole = make()
    assert whole.endswith(b"\xfe\xff\xdd\xe0\0\0\0\0")
    assert np.array_equal(radiograph.read(whole[:-missing]).pixels, radiograph.read(whole).pixels)


@pytest.mark.parametrize("name", ["jpeg_extended", "jpeg_lossless", "jpeg_ls_lossless", "htj2k_lossless"])
def test_a_codestream_that_ends_early_is_refused_and_not_filled_up(name: str) -> None:
    stream = codestream(name)
    data = encapsulated([stream[: len(stream) // 2]], CHEST, ENCODED[name])
    assert "the compressed picture of frame 1 ends early, after" in refusal(data, "scan.dcm")


def readable(data: bytes) -> list[Radiograph]:
    """Return the radiographs, if any; any error but ``UnreadableRadiograph`` fails the test."""
    try:
        return list(radiograph.frames(data, "scan.dcm"))
    except UnreadableRadiograph:
        return []


DAMAGED = {
    "native": lambda: dicom(CHEST, PatientAge="003Y", WindowCenter=2000, WindowWidth=3000),
    "implicit": lambda: dicom(
        CHEST, uid.ImplicitVRLittleEndian, VOILUTSequence=[look_up_table(np.arange(4096), 0, 12)]
    ),
    "deflated": LOSSLESS["deflated"],
    "RLE": LOSSLESS["RLE"],
    "JPEG 2000": LOSSLESS["JPEG 2000 lossless"],
    "JPEG baseline": LOSSY["JPEG baseline"][0],
    **{name: stored(name) for name in ("jpeg_extended", "jpeg_lossless", "jpeg_ls_lossless", "htj2k")},
}


@pytest.mark.parametrize("make", DAMAGED.values(), ids=DAMAGED)
def test_a_file_cut_anywhere_gives_a_message_or_a_radiograph(make: Callable[[], bytes]) -> None:
    whole = make()
    assert len(readable(whole)) == 1
    ends = np.linspace(1, len(whole) - 1, 50).astype(int)
    outcomes = [readable(whole[:end]) for end in ends]
    assert not outcomes[0]
    assert any(not outcome for outcome in outcomes[25:])


@pytest.mark.parametrize("make", DAMAGED.values(), ids=DAMAGED)
def test_a_file_with_a_broken_byte_gives_a_message_or_a_radiograph(make: Callable[[], bytes]) -> None:
    whole, chance = make(), np.random.default_rng(0)
    # Half of them where the attributes are: damage there does more than within the pixels.
    places = [*chance.integers(128, 1000, 50), *chance.integers(1000, len(whole), 50)]
    for place in places:
        damaged = bytearray(whole)
        damaged[place] ^= int(chance.integers(1, 256))
        for scan in readable(bytes(damaged)):
            assert np.isfinite(scan.pixels).all()
            assert 0 <= scan.pixels.min() <= scan.pixels.max() <= 1


def noisy() -> list[bytes]:
    """Return files that make pydicom warn."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        invalid: dict[str, Any] = {
            "PatientAge": "aged",
            "PatientBirthDate": "yesterday",
            "BodyPartExamined": "a chest, upright",
        }
        holed = bytearray(stored("jpeg_lossless")())
        holed[-4000:-3000] = bytes(1000)
        return [
            dicom(CHEST, **invalid),
            dicom(CHEST, PixelData=CHEST.tobytes() + bytes(64)),
            bytes(holed),
            dicom(CHEST)[:-2000],
        ]


def test_damage_gives_no_warning_no_log_and_no_output(
    recwarn: pytest.WarningsRecorder, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    outcomes = [len(readable(data)) for data in noisy()]
    assert outcomes[:2] == [1, 1]
    assert outcomes[-1] == 0
    assert [str(warning.message) for warning in recwarn] == []
    assert caplog.messages == []
    assert capfd.readouterr() == ("", "")
