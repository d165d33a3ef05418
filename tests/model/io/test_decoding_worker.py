"""Decoders run elsewhere, within limits; what they do there leaves this process as it is."""

import os
import time
from collections.abc import Iterator
from typing import Any

import imagecodecs
import numpy as np
import pytest
from pydicom import uid
from pydicom.pixels.decoders.base import DecodeRunner

from model.io import decoding_worker, dicom_decoders, radiograph
from model.io.decoding_worker import DecodingFailed, Worker
from tests.codestreams import chest12, codestream
from tests.dicoms import dataset, encapsulated
from tests.model.io.asserts import grey_values, refusal

CHEST = chest12()


def options(pixels: np.ndarray) -> dict[str, Any]:
    runner = DecodeRunner(uid.JPEG2000Lossless)
    runner._set_options_ds(dataset(pixels))
    return dict(runner.options)


def packed(pixels: np.ndarray) -> bytes:
    return bytes(imagecodecs.jpeg2k_encode(pixels, reversible=True, bitspersample=12, level=0, codecformat="j2k"))


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker()
    yield made
    made.stop()


def values(worker: Worker, pixels: np.ndarray) -> np.ndarray:
    buffer, _ = worker.decode(packed(pixels), options(pixels), None)
    return np.frombuffer(buffer, np.uint16).reshape(pixels.shape)


def test_one_process_serves_every_frame_and_is_replaced_when_it_ends(worker: Worker) -> None:
    assert np.array_equal(values(worker, CHEST), CHEST)
    first = worker._started()
    assert np.array_equal(values(worker, CHEST[::-1]), CHEST[::-1])
    assert worker._started() is first
    assert first.pid != os.getpid()
    first.kill()
    first.wait()
    assert np.array_equal(values(worker, CHEST), CHEST)


def test_a_failure_is_told_and_the_process_lives_on(worker: Worker) -> None:
    with pytest.raises(DecodingFailed, match=r"\w"):
        worker.decode(b"\xff\x4f\xff\x51 and no more", options(CHEST), None)
    first = worker._started()
    assert np.array_equal(values(worker, CHEST), CHEST)
    assert worker._started() is first


def test_a_frame_that_takes_too_long_is_given_up() -> None:
    hurried = Worker(seconds=0.01)
    with pytest.raises(DecodingFailed) as problem:
        values(hurried, CHEST)
    assert str(problem.value) == "more than 0.01 seconds or 1 GB for one picture"
    assert hurried._process is None


def test_a_frame_that_takes_too_much_memory_is_given_up() -> None:
    small = Worker(memory=2**22)
    large = np.zeros((2000, 2000), np.uint16)
    with pytest.raises(DecodingFailed, match=r"\w"):
        values(small, large)
    small.stop()


@pytest.mark.slow
def test_a_decoder_that_never_ends_is_ended() -> None:
    """OpenJPH looks without end for the first tile of a picture whose tiles begin below it."""
    stream = bytearray(codestream("htj2k_lossless_rpcl"))
    stream[39] = 16
    patient = Worker(seconds=2)
    started = time.monotonic()
    with pytest.raises(DecodingFailed, match="more than 2 seconds or 1 GB for one picture"):
        patient.decode(bytes(stream), options(CHEST), "htj2k_decode")
    assert time.monotonic() - started < 10


def test_what_is_given_up_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dicom_decoders, "_WORKER", Worker(seconds=0.01))
    message = refusal(encapsulated([codestream("jpeg_lossless")], CHEST, uid.JPEGLossless), "scan.dcm")
    assert "(its decoder: more than 0.01 seconds or 1 GB for one picture)" in message


def test_limits_are_five_seconds_and_a_gigabyte() -> None:
    assert (decoding_worker.SECONDS, decoding_worker.MEMORY) == (5, 2**30)
    scan = radiograph.read(encapsulated([codestream("jpeg_lossless")], CHEST, uid.JPEGLossless))
    assert np.array_equal(grey_values(scan), CHEST)
