"""The queue: files, archives and frames, read one after another behind the page."""

import base64
import threading
import time
from typing import Any

import cv2
import numpy as np
import pytest

from dashboard.shared.resources import load_classifier
from dashboard.worklist.queue import ReadingQueue, thumbnail
from model.io import radiograph
from model.network.classifier import Classifier
from tests.dashboard.reports.examples import IDENTITY
from tests.dashboard.worklist.examples import FRAMES, SECONDS, ZIP, archive, finished
from tests.dicoms import dataset, written
from tests.pictures import chest, png


class Gate(Classifier):
    """The shipped network, which reads a radiograph only when it is let."""

    def __init__(self) -> None:
        shipped = load_classifier()
        super().__init__(shipped.card, shipped._network, shipped._guard)
        self.asked, self.let = threading.Semaphore(0), threading.Semaphore(0)

    def read(self, radiograph: Any) -> Any:
        self.asked.release()
        assert self.let.acquire(timeout=SECONDS)
        return super().read(radiograph)


def test_files_archives_and_frames_are_rows_in_the_order_they_came() -> None:
    queue = ReadingQueue(load_classifier())
    queue.add([("one.png", png(chest())), ("all.zip", ZIP), ("bad.png", b"words")])
    entries = finished(queue)
    assert [(entry.id, entry.source, entry.member, entry.name, entry.frame) for entry in entries] == [
        (0, 0, 0, "one.png", 1),
        (1, 1, 0, "all.zip/ward/a.png", 1),
        (2, 1, 1, "all.zip/ward/notes.txt", 1),
        (3, 1, 2, "all.zip/two.dcm", 1),
        (4, 1, 2, "all.zip/two.dcm", 2),
        (5, 2, 0, "bad.png", 1),
    ]
    assert (queue.progress().done, queue.progress().total) == (5, 5)
    assert [entry.problem[:35] for entry in entries if entry.reading is None] == [
        "all.zip/ward/notes.txt is not an im",
        "bad.png is not an image that can be",
    ]
    expected = [load_classifier().read(scan).probability for scan in radiograph.frames(FRAMES)]
    assert [entry.reading.probability for entry in entries[3:5] if entry.reading] == expected


def test_a_rows_file_is_found_again() -> None:
    queue = ReadingQueue(load_classifier())
    queue.add([("one.png", png(chest())), ("all.zip", ZIP)])
    one, a, _, _, frame = finished(queue)
    assert queue.file(one).data == png(chest())
    assert queue.file(a).data == png(chest(seed=3))
    assert queue.file(frame).data == FRAMES
    queue.remove(a.source)
    with pytest.raises(KeyError):
        queue.file(a)


def test_what_is_removed_is_read_no_further() -> None:
    gate = Gate()
    queue = ReadingQueue(gate)
    queue.add([("many.zip", archive({f"{number}.png": png(chest()) for number in range(5)}))])
    gate.asked.acquire(timeout=SECONDS)
    queue.remove(0)
    queue.add([("other.png", png(chest(seed=1)))])
    gate.let.release(2)
    (entry,) = finished(queue)
    assert entry.name == "other.png"
    assert (queue.progress().done, queue.progress().total) == (1, 1)
    assert not gate.let.acquire(blocking=False), "expected one reading of each file"


def test_results_are_there_before_the_end_and_a_cleared_list_stops() -> None:
    gate = Gate()
    queue = ReadingQueue(gate)
    queue.add((f"{number}.png", png(chest())) for number in range(4))
    gate.let.release(2)
    for _ in range(3):
        assert gate.asked.acquire(timeout=SECONDS)
    progress = queue.progress()
    assert (progress.done, progress.total, progress.running, len(progress.entries)) == (2, 4, True, 2)
    queue.clear()
    gate.let.release()
    assert finished(queue) == ()


def test_nobody_waits_nothing_is_read_and_it_goes_on_when_somebody_does() -> None:
    watched = [True]
    gate = Gate()
    queue = ReadingQueue(gate, lambda: watched[0])
    queue.add([("many.zip", archive({f"{number}.png": png(chest()) for number in range(4)}))])
    assert gate.asked.acquire(timeout=SECONDS)
    watched[0] = False
    gate.let.release(9)
    assert len(finished(queue)) == 1
    watched[0] = True
    queue.resume()
    assert [entry.member for entry in finished(queue)] == [0, 1, 2, 3]


def test_a_failure_that_nobody_foresaw_takes_one_row() -> None:
    class Failing(Gate):
        def read(self, radiograph: Any) -> Any:
            if radiograph.name == "one.png":
                raise TypeError("odd")
            return super().read(radiograph)

    failing = Failing()
    failing.let.release()
    queue = ReadingQueue(failing)
    queue.add([("one.png", png(chest())), ("two.png", png(chest()))])
    one, two = finished(queue)
    assert "one.png could not be read, for a reason that nobody foresaw (TypeError: odd)" in one.problem
    assert two.reading


def test_a_full_list_says_what_it_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.worklist.queue.MAX_ROWS", 2)
    queue = ReadingQueue(load_classifier())
    queue.add([("all.zip", archive({f"{number}.png": png(chest()) for number in range(4)}))])
    assert [bool(entry.reading) for entry in finished(queue)] == [True, True, False]
    assert "all.zip is left out, or what of it is not in the list" in queue.progress().entries[2].problem
    monkeypatch.setattr("dashboard.worklist.queue.MAX_ROWS", 9)
    monkeypatch.setattr("dashboard.worklist.queue.MAX_BYTES", 100)
    queue.add([("large.png", png(chest()))])
    assert "large.png is left out: with it the list would hold more" in finished(queue)[3].problem


def test_a_thumbnail_is_small_and_shows_the_radiograph() -> None:
    head, _, data = thumbnail(radiograph.read(png(chest(900, 700)))).partition(",")
    assert head == "data:image/jpeg;base64"
    assert len(data) < 6000
    small = cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert small is not None
    assert small.shape == (87, 112)
    assert (
        np.abs(small - cv2.resize(chest(900, 700), (112, 87), interpolation=cv2.INTER_AREA).astype(float)).mean()
        < 4
    )


def test_what_was_cleared_comes_back_as_it_was_and_is_read_to_its_end() -> None:
    gate = Gate()
    queue = ReadingQueue(gate)
    queue.add([("two.dcm", FRAMES), ("one.png", png(chest()))])
    gate.let.release()
    for _ in range(2):
        assert gate.asked.acquire(timeout=SECONDS)
    queue.clear()
    assert (queue.removed(), queue.progress().entries) == (1, ())
    queue.undo()
    # Of the file that was being read nothing is left: it is read anew, and no frame twice.
    gate.let.release(9)
    assert [(entry.name, entry.frame) for entry in finished(queue)] == [
        ("two.dcm", 1),
        ("two.dcm", 2),
        ("one.png", 1),
    ]
    ids = [entry.id for entry in queue.progress().entries]
    queue.remove(0)
    queue.undo()
    assert [entry.id for entry in queue.progress().entries] == ids
    assert queue.removed() == 0


def test_what_was_removed_is_gone_after_a_while_or_with_the_next_file(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = ReadingQueue(load_classifier())
    queue.add([("one.png", b"words")])
    finished(queue)
    queue.clear()
    queue.add([("two.png", b"words")])
    assert queue.removed() == 0
    finished(queue)
    monkeypatch.setattr("dashboard.worklist.queue.UNDO_SECONDS", 0.05)
    queue.clear()
    until = time.monotonic() + SECONDS
    while queue.removed():
        assert time.monotonic() < until
        time.sleep(0.01)
    queue.undo()
    assert queue.progress().entries == ()


def test_a_dicom_file_names_its_patient_in_the_list_and_nowhere_in_its_text() -> None:
    data = written(dataset(chest().astype(np.uint16), 12, **IDENTITY))
    queue = ReadingQueue(load_classifier())
    queue.add([("one.dcm", data), ("two.png", png(chest()))])
    dicom, picture = finished(queue)
    assert dicom.patient
    assert dicom.patient.who == "Zwetschge, Aurelia"
    assert picture.patient is None
    assert "Zwetschge" not in repr(dicom)
    assert "Zwetschge" not in str(queue.progress())
