import contextlib
import io
import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.uid import (
    DigitalXRayImageStorageForProcessing,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    RLELossless,
    SecondaryCaptureImageStorage,
)
from pynetdicom import AE, Association

from dashboard.node.configuration import Listen
from dashboard.node.receiver import (
    CANNOT_UNDERSTAND,
    MISMATCH,
    OUT_OF_RESOURCES,
    STORAGE_CLASSES,
    TRANSFER_SYNTAXES,
    Receiver,
    RefusedRadiograph,
    checked,
    status,
)
from dashboard.node.spool import Spool, UnusableSpool
from model.io import radiograph as reader
from model.io.dicom_checks import COMPRESSED, NATIVE
from tests.dashboard.node.examples import echo, parsed, radiograph, send, uid
from tests.dashboard.node.test_spool import begun, files
from tests.dicoms import encapsulated
from tests.pictures import chest, coded

Started = Callable[..., int]


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", "1.0.0")


@pytest.fixture
def start(spool: Spool) -> Iterator[Started]:
    """Return what starts a receiver on a free port of this machine, and returns the port."""
    receivers: list[Receiver] = []

    def started(**settings: Any) -> int:
        receivers.append(Receiver(Listen(port=0, **settings), spool, lambda: None))
        return receivers[-1].start()

    yield started
    for receiver in receivers:
        receiver.stop()


def test_it_answers_an_echo(start: Started) -> None:
    port = start()
    assert echo(port)
    assert not echo(port, called="ANOTHER")


def test_what_is_stored_lies_in_the_spool_as_it_was_sent(start: Started, spool: Spool) -> None:
    sent = radiograph()
    assert send(start(), sent) == [0]
    kept = spool.data(begun(spool))
    assert parsed(kept) == parsed(sent)
    assert np.array_equal(reader.read(kept).pixels, reader.read(sent).pixels)


def test_the_worker_is_told_once_for_each_new_one(spool: Spool) -> None:
    told: list[None] = []
    receiver = Receiver(Listen(port=0), spool, lambda: told.append(None))
    port = receiver.start()
    assert send(port, radiograph(1), radiograph(2), radiograph(1)) == [0, 0, 0]
    receiver.stop()
    assert len(told) == 2
    assert len(files(spool.folder)) == 2


def test_every_class_and_syntax_that_is_read_is_accepted(start: Started) -> None:
    assert set(TRANSFER_SYNTAXES) == NATIVE | COMPRESSED
    port = start()
    for storage_class in STORAGE_CLASSES:
        entity = AE("SCANNER")
        # A context for each: a node accepts one syntax of a context's.
        for syntax in TRANSFER_SYNTAXES:
            entity.add_requested_context(storage_class, syntax)
        association = entity.associate("127.0.0.1", port, ae_title="LUNGFIELD")
        accepted = {context.transfer_syntax[0] for context in association.accepted_contexts}
        association.release()
        assert accepted == NATIVE | COMPRESSED


def test_what_is_not_read_is_not_accepted(start: Started) -> None:
    entity = AE("SCANNER")
    entity.add_requested_context(DigitalXRayImageStorageForProcessing)
    association = entity.associate("127.0.0.1", start(), ae_title="LUNGFIELD")
    assert not association.accepted_contexts


@pytest.mark.parametrize("syntax", [RLELossless, JPEG2000Lossless])
def test_compressed_pixels_stay_as_they_are(start: Started, spool: Spool, syntax: str) -> None:
    made = parsed(radiograph())
    made.compress(syntax, generate_instance_uid=False)
    out = io.BytesIO()
    made.save_as(out, enforce_file_format=True)
    assert send(start(), out.getvalue()) == [0]
    kept = parsed(spool.data(begun(spool)))
    assert kept.file_meta.TransferSyntaxUID == syntax
    assert kept.PixelData == made.PixelData


@pytest.mark.parametrize(
    ("changes", "code", "reason"),
    [
        ({"Modality": "MG"}, CANNOT_UNDERSTAND, "is of modality MG, mammography"),
        ({"PresentationIntentType": "FOR PROCESSING"}, CANNOT_UNDERSTAND, "detector's own values"),
        ({"BitsStored": 17}, CANNOT_UNDERSTAND, "stores 17 bits"),
        ({"StudyInstanceUID": None}, MISMATCH, "Expected one value of StudyInstanceUID"),
    ],
)
def test_what_will_not_be_read_is_refused_with_why(
    start: Started, spool: Spool, changes: dict[str, Any], code: int, reason: str
) -> None:
    file = radiograph(**changes)
    with pytest.raises(RefusedRadiograph, match=reason) as refused:
        checked(file, uid(1))
    assert refused.value.status == code
    assert send(start(), file) == [code]
    assert files(spool.folder) == []


def test_another_instance_than_the_announced_one_is_refused() -> None:
    with pytest.raises(RefusedRadiograph, match="differs from the announced one") as refused:
        checked(radiograph(1), uid(2))
    assert refused.value.status == MISMATCH


def test_a_reason_fits_the_field_that_carries_it() -> None:
    assert status(CANNOT_UNDERSTAND, "ö" * 80).ErrorComment == "?" * 64


def test_its_own_answers_are_not_read(start: Started, spool: Spool) -> None:
    """An archive that forwards all it gets would else have pictures of pictures read without an end."""
    assert send(start(), radiograph(Manufacturer="Lungfield")) == [0]
    assert files(spool.folder) == []


def test_a_spool_that_keeps_nothing_has_it_sent_again(
    start: Started, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise UnusableSpool("The spool is on a disk that is full.")

    monkeypatch.setattr(spool, "receive", full)
    assert send(start(), radiograph()) == [OUT_OF_RESOURCES]


def test_callers_can_be_listed(start: Started) -> None:
    port = start(calling_ae_titles=("SCANNER", "PACS"))
    assert echo(port, caller="PACS")
    assert not echo(port, caller="STRANGER")


def test_addresses_can_be_listed(start: Started) -> None:
    assert echo(start(calling_addresses=("10.0.0.0/8", "127.0.0.1")))
    assert not echo(start(calling_addresses=("10.0.0.0/8",)))


def test_associations_are_bounded(start: Started) -> None:
    port = start(associations=1)
    entity = AE("SCANNER")
    entity.add_requested_context(STORAGE_CLASSES[0])
    first = entity.associate("127.0.0.1", port, ae_title="LUNGFIELD")
    assert first.is_established
    assert entity.associate("127.0.0.1", port, ae_title="LUNGFIELD").is_rejected
    first.release()
    # The receiver's thread ends a moment after the release was confirmed.
    until = time.monotonic() + 10
    while not (accepted := echo(port)) and time.monotonic() < until:
        time.sleep(0.05)
    assert accepted


def test_associations_at_once_are_all_received(start: Started, spool: Spool) -> None:
    port = start(associations=4)
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda at=at: statuses.extend(send(port, radiograph(at), radiograph(10 + at))))
        for at in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [0] * 8
    assert len(files(spool.folder)) == 8


def test_a_lossy_colour_picture_of_a_screen_is_received(start: Started) -> None:
    pixels = np.repeat(chest()[..., None], 3, axis=2)
    file = encapsulated(
        [coded(Image.fromarray(pixels), "JPEG")],
        pixels,
        JPEGBaseline8Bit,
        8,
        Modality="OT",
        SOPClassUID=SecondaryCaptureImageStorage,
        PhotometricInterpretation="YBR_FULL_422",
    )
    assert send(start(), file) == [0]


def test_pydicom_reads_what_the_spool_holds(start: Started, spool: Spool) -> None:
    send(start(), radiograph())
    (file,) = files(spool.folder)
    assert pydicom.dcmread(spool.folder / file).SOPInstanceUID == uid(1)


def test_an_object_that_is_too_large_is_refused_and_what_follows_is_received(start: Started, spool: Spool) -> None:
    large = radiograph(1, PixelData=b"\0" * 2**21, Rows=1024, Columns=1024)
    assert send(start(max_object_mib=1), large, radiograph(2)) == [OUT_OF_RESOURCES, 0]
    assert len(files(spool.folder)) == 1


@pytest.mark.parametrize("header", [0, 1], ids=["data set", "command set"])
def test_an_object_without_an_end_is_aborted(start: Started, spool: Spool, header: int) -> None:
    """Fragments (PS3.8 9.3.5), none of which says that it is the last."""
    port = start(max_object_mib=1)
    item = struct.pack(">LBB", 2**16 + 2, 1, header) + bytes(2**16)
    unit = struct.pack(">BBL", 4, 0, len(item)) + item
    association, connection = connected(port)
    sent = 0
    with contextlib.suppress(OSError):
        while sent < 2**29:
            connection.sendall(unit)
            sent += 2**16
    assert sent < 2**29
    wait_until(lambda: not association.is_established and echo(port))
    assert files(spool.folder) == []


def test_a_unit_that_is_longer_than_was_offered_ends_the_connection(start: Started) -> None:
    association, connection = connected(start())
    connection.sendall(struct.pack(">BBL", 4, 0, 2**31))
    wait_until(lambda: not association.is_established)


def connected(port: int) -> tuple[Association, Any]:
    """Return an association and the connection beneath it."""
    entity = AE("SCANNER")
    entity.add_requested_context(STORAGE_CLASSES[0])
    association = entity.associate("127.0.0.1", port, ae_title="LUNGFIELD")
    assert association.is_established
    socket: Any = association.dul.socket
    return association, socket.socket


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)
