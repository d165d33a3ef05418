"""Many radiographs at once: the list, its rows, and the page Worklist."""

import base64
import csv
import io
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from starlette.formparsers import MultiPartParser
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.testing.v1 import AppTest

from dashboard.history.store import open_history
from dashboard.shared.formatting import escape_markdown
from dashboard.shared.resources import load_classifier
from dashboard.worklist import queue
from dashboard.worklist.queue import Entry, ReadingQueue, thumbnail
from dashboard.worklist.rows import Row, ordered, worklist_csv
from model import score
from model.io import radiograph
from model.network.classifier import Classifier
from model.network.finding import Finding
from model.network.policy import own_policy
from tests.dashboard.reports.examples import reading
from tests.dicoms import dataset, written
from tests.pictures import chest, png

APP = Path(__file__).resolve().parents[3] / "dashboard" / "app.py"
SECONDS = 60


def archive(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        for name, data in members.items():
            opened.writestr(name, data)
    return out.getvalue()


def finished(worklist: ReadingQueue) -> tuple[Entry, ...]:
    """Return the entries, once all are read."""
    until = time.monotonic() + SECONDS
    while worklist.progress().running:
        assert time.monotonic() < until, f"expected an end within {SECONDS} s; {worklist.progress()}"
        time.sleep(0.01)
    return worklist.progress().entries


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


FRAMES = written(dataset(np.stack([chest(240, 260, seed).astype(np.uint16) * 16 for seed in (1, 2)])))
ZIP = archive({"ward/a.png": png(chest(seed=3)), "ward/notes.txt": b"words", "two.dcm": FRAMES})


def test_files_archives_and_frames_are_rows_in_the_order_they_came() -> None:
    worklist = ReadingQueue(load_classifier())
    worklist.add([("one.png", png(chest())), ("all.zip", ZIP), ("bad.png", b"words")])
    entries = finished(worklist)
    assert [(entry.id, entry.source, entry.member, entry.name, entry.frame) for entry in entries] == [
        (0, 0, 0, "one.png", 1),
        (1, 1, 0, "all.zip/ward/a.png", 1),
        (2, 1, 1, "all.zip/ward/notes.txt", 1),
        (3, 1, 2, "all.zip/two.dcm", 1),
        (4, 1, 2, "all.zip/two.dcm", 2),
        (5, 2, 0, "bad.png", 1),
    ]
    assert (worklist.progress().done, worklist.progress().total) == (5, 5)
    assert [entry.problem[:35] for entry in entries if entry.reading is None] == [
        "all.zip/ward/notes.txt is not an im",
        "bad.png is not an image that can be",
    ]
    expected = [load_classifier().read(scan).probability for scan in radiograph.frames(FRAMES)]
    assert [entry.reading.probability for entry in entries[3:5] if entry.reading] == expected


def test_a_rows_file_is_found_again() -> None:
    worklist = ReadingQueue(load_classifier())
    worklist.add([("one.png", png(chest())), ("all.zip", ZIP)])
    one, a, _, _, frame = finished(worklist)
    assert worklist.file(one).data == png(chest())
    assert worklist.file(a).data == png(chest(seed=3))
    assert worklist.file(frame).data == FRAMES
    worklist.remove(a.source)
    with pytest.raises(KeyError):
        worklist.file(a)


def test_what_is_removed_is_read_no_further() -> None:
    gate = Gate()
    worklist = ReadingQueue(gate)
    worklist.add([("many.zip", archive({f"{number}.png": png(chest()) for number in range(5)}))])
    gate.asked.acquire(timeout=SECONDS)
    worklist.remove(0)
    worklist.add([("other.png", png(chest(seed=1)))])
    gate.let.release(2)
    (entry,) = finished(worklist)
    assert entry.name == "other.png"
    assert (worklist.progress().done, worklist.progress().total) == (1, 1)
    assert not gate.let.acquire(blocking=False), "expected one reading of each file"


def test_results_are_there_before_the_end_and_a_cleared_list_stops() -> None:
    gate = Gate()
    worklist = ReadingQueue(gate)
    worklist.add((f"{number}.png", png(chest())) for number in range(4))
    gate.let.release(2)
    for _ in range(3):
        assert gate.asked.acquire(timeout=SECONDS)
    progress = worklist.progress()
    assert (progress.done, progress.total, progress.running, len(progress.entries)) == (2, 4, True, 2)
    worklist.clear()
    gate.let.release()
    assert finished(worklist) == ()


def test_nobody_waits_nothing_is_read_and_it_goes_on_when_somebody_does() -> None:
    watched = [True]
    gate = Gate()
    worklist = ReadingQueue(gate, lambda: watched[0])
    worklist.add([("many.zip", archive({f"{number}.png": png(chest()) for number in range(4)}))])
    assert gate.asked.acquire(timeout=SECONDS)
    watched[0] = False
    gate.let.release(9)
    assert len(finished(worklist)) == 1
    watched[0] = True
    worklist.resume()
    assert [entry.member for entry in finished(worklist)] == [0, 1, 2, 3]


def test_a_failure_that_nobody_foresaw_takes_one_row() -> None:
    class Failing(Gate):
        def read(self, radiograph: Any) -> Any:
            if radiograph.name == "one.png":
                raise TypeError("odd")
            return super().read(radiograph)

    failing = Failing()
    failing.let.release()
    worklist = ReadingQueue(failing)
    worklist.add([("one.png", png(chest())), ("two.png", png(chest()))])
    one, two = finished(worklist)
    assert "one.png could not be read, for a reason that nobody foresaw (TypeError: odd)" in one.problem
    assert two.reading


def test_a_full_list_says_what_it_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "MAX_ROWS", 2)
    worklist = ReadingQueue(load_classifier())
    worklist.add([("all.zip", archive({f"{number}.png": png(chest()) for number in range(4)}))])
    assert [bool(entry.reading) for entry in finished(worklist)] == [True, True, False]
    assert "all.zip is left out, or what of it is not in the list" in worklist.progress().entries[2].problem
    monkeypatch.setattr(queue, "MAX_ROWS", 9)
    monkeypatch.setattr(queue, "MAX_BYTES", 100)
    worklist.add([("large.png", png(chest()))])
    assert "large.png is left out: with it the list would hold more" in finished(worklist)[3].problem


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


# Rows: order, silence, CSV.


def entries(*probabilities: float | None) -> list[Entry]:
    """Return an entry for each; without a probability, unreadable."""
    return [
        Entry(number, number, 0, f"{number}.png", problem="bad")
        if probability is None
        else Entry(number, number, 0, f"{number}.png", reading=reading(probability, digest=f"{number:064x}"))
        for number, probability in enumerate(probabilities)
    ]


def rows(given: list[Entry], is_hidden: Callable[[Any, int], bool] = lambda *_: False) -> list[Row]:
    return ordered(given, own_policy(0.5).finding, is_hidden)


def test_rows_fall_by_probability_and_those_apart_stand_below() -> None:
    given = entries(0.2, None, 0.9, 0.99, 0.4, 0.6)
    for number, probability in ((3, 0.99), (5, 0.6)):
        given[number] = replace(given[number], reading=reading(probability, warnings=("age",)))
    assert [(row.entry.id, row.group) for row in rows(given)] == [
        (2, "pneumonia"),
        (4, "normal"),
        (0, "normal"),
        (3, "review"),
        (5, "review"),
        (1, "unreadable"),
    ]


def test_what_waits_for_a_word_stands_first_as_it_came_and_says_nothing() -> None:
    given = entries(0.2, 0.9, 0.4, 0.99)
    found = rows(given, lambda one, _: one.probability < 0.95)
    assert [(row.entry.id, row.group) for row in found] == [
        (0, "hidden"),
        (1, "hidden"),
        (2, "hidden"),
        (3, "pneumonia"),
    ]
    assert [row.shown is None for row in found] == [True, True, True, False]
    lines = list(csv.DictReader(io.StringIO(worklist_csv(found, "1.0.0").decode("utf-8-sig"))))
    assert [line["probability"] for line in lines] == ["", "", "", "0.9900000"]
    assert {line["finding"] + line["warnings"] + line["sha256"] for line in lines[:3]} == {""}


def test_the_csv_is_in_the_command_lines_columns_and_calls_rows_as_the_page_does() -> None:
    given = entries(0.6, None)
    given[0] = replace(given[0], name="=one.png", frame=2)
    text = worklist_csv(ordered(given, lambda _: Finding.DOUBTFUL, lambda *_: False), "1.0.0").decode("utf-8-sig")
    line, bad = csv.DictReader(io.StringIO(text))
    assert tuple(line) == score.COLUMNS
    assert line == {
        "file": "'=one.png",
        "frame": "2",
        "probability": "0.6000000",
        "finding": "doubtful",
        "warnings": "",
        "error": "",
        "sha256": f"{0:064x}",
        "model_version": "1.0.0",
    }
    assert (bad["file"], bad["error"], bad["finding"]) == ("1.png", "bad", "")


# The page.


@pytest.fixture
def app() -> Iterator[AppTest]:
    before = list(sys.path)
    yield AppTest.from_file(str(APP), default_timeout=60).run().switch_page("worklist/page.py").run()
    sys.path[:] = before


def html(app: AppTest) -> str:
    return "".join(element.proto.body for element in app.get("html"))


def drop(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    """Files on the page, and the page as it is once they are read."""
    app.file_uploader[0].set_value([(name, data, "application/octet-stream") for name, data in files]).run()
    finished(app.session_state["worklist"])
    return app.run()


def open_row(app: AppTest, id: int) -> AppTest:
    app.session_state["worklist_opened"], app.session_state["worklist_order"] = id, [0, 1]
    return app.run()


def press(app: AppTest, label: str) -> AppTest:
    (button,) = [button for button in app.button if button.label == label]
    return button.click().run()


def test_an_empty_list_says_how_to_begin(app: AppTest) -> None:
    assert not app.exception
    assert app.title[0].value == "Worklist"
    assert "No radiograph in the list" in html(app)
    assert [uploader.accept_directory for uploader in app.file_uploader] == [False, True]


def test_rows_are_listed_opened_stepped_through_and_removed(app: AppTest) -> None:
    drop(app, ("one.png", png(chest())), ("two.png", png(chest(seed=1))), ("bad.png", b"words"))
    assert not app.exception
    assert "3 rows. Decided at" in html(app)
    assert 'data-testid="probability"' not in html(app)
    open_row(app, 0)
    assert not app.exception
    assert 'data-testid="probability"' in html(app)
    assert "one.png" in html(app)
    press(app, "Next")
    assert "two.png" in html(app)
    assert "one.png" not in html(app)
    press(app, "Remove from the list")
    assert "2 rows." in html(app)
    assert 'data-testid="probability"' not in html(app)
    press(app, "Clear the list")
    assert "No radiograph in the list" in html(app)


def test_files_that_are_told_of_twice_are_read_once(app: AppTest) -> None:
    app.file_uploader[0].set_value([("one.png", png(chest()), "image/png")])
    first = app.file_uploader[0]
    app.run()
    assert first.key != app.file_uploader[0].key, "expected an empty uploader for what comes next"
    assert len(finished(app.session_state["worklist"])) == 1
    drop(app, ("one.png", png(chest())))
    assert len(app.session_state["worklist"].progress().entries) == 2


def test_the_server_keeps_no_file_that_the_list_has_taken(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    managers, remove = [], MemoryUploadedFileManager.remove_file

    def noted(manager: MemoryUploadedFileManager, session: str, file: str) -> None:
        managers.append((manager, len(manager.get_files(session, [file]))))
        remove(manager, session, file)

    monkeypatch.setattr(MemoryUploadedFileManager, "remove_file", noted)
    drop(app, ("one.png", png(chest())), ("two.png", png(chest(seed=1))))
    (manager, held), (_, other) = managers
    assert held == other == 1
    assert not any(manager.file_storage.values())


def test_with_the_reader_first_the_list_waits_for_each_word(app: AppTest, own_history: str) -> None:
    app.toggle(key="reader_first").set_value(True).run()
    drop(app, ("one.png", png(chest())), ("two.png", png(chest(seed=1))))
    assert "<b>2</b> wait for your word" in html(app)
    open_row(app, 1)
    assert 'data-testid="probability"' not in html(app)
    app.segmented_control[0].set_value("normal")
    press(app, "Commit and show the model's result")
    assert 'data-testid="probability"' in html(app)
    assert "<b>1</b> waits for your word" in html(app)
    (row,) = open_history(own_history).readings()
    assert (row.reader_finding, row.reader_first) == ("normal", 1)


def test_a_result_shown_in_the_list_is_no_secret_any_more(app: AppTest) -> None:
    drop(app, ("one.png", png(chest())))
    app.toggle(key="reader_first").set_value(True).run()
    assert "for your word" not in html(app)
    open_row(app, 0)
    assert 'data-testid="probability"' in html(app)


def test_the_file_is_decided_by_the_threshold_in_force(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    import streamlit as st

    made: list[Callable[[], bytes]] = []
    monkeypatch.setattr(Classifier, "_seen", lambda *_: ())
    monkeypatch.setattr(st, "download_button", lambda _, data, *__, **___: made.append(data))
    app.session_state["threshold"] = 0.0
    drop(app, ("one.png", png(chest())))
    assert "Decided at <b>0 %</b>: Own threshold." in html(app)
    # Here as when it is asked for: without a session.
    (line,) = csv.DictReader(io.StringIO(made[-1]().decode("utf-8-sig")))
    assert (line["finding"], line["file"]) == ("pneumonia", "one.png")


def test_a_likely_pneumonia_below_the_threshold_is_no_normal_in_the_file(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    import streamlit as st

    made: list[Callable[[], bytes]] = []
    monkeypatch.setattr(Classifier, "read", lambda _, scan: reading(0.7, digest=scan.digest))
    monkeypatch.setattr(st, "download_button", lambda _, data, *__, **___: made.append(data))
    app.session_state["threshold"] = 0.9
    drop(app, ("one.png", png(chest())))
    (line,) = csv.DictReader(io.StringIO(made[-1]().decode("utf-8-sig")))
    assert line["finding"] == "doubtful"


def test_a_probability_just_below_the_threshold_is_not_written_like_it(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[list[dict]] = []
    monkeypatch.setattr("dashboard.worklist.table.worklist_table", lambda rows, *_, **__: told.append(rows))
    monkeypatch.setattr(Classifier, "read", lambda _, scan: reading(0.9677, digest=scan.digest))
    app.session_state["threshold"] = 0.9684
    drop(app, ("one.png", png(chest())))
    assert told[-1][0]["probability"] == "96.77 %"
    assert "Decided at <b>96.84 %</b>" in html(app)


def test_a_row_that_is_not_to_be_trusted_says_why(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[list[dict]] = []
    monkeypatch.setattr("dashboard.worklist.table.worklist_table", lambda rows, *_, **__: told.append(rows))
    monkeypatch.setattr(Classifier, "_seen", lambda *_: ("inverted",))
    monkeypatch.setattr(Classifier, "_told", lambda *_: ("resolution",))
    drop(app, ("one.png", png(chest())))
    assert not app.exception
    (row,) = told[-1]
    assert (row["group"], row["finding"]) == ("review", "Not to be trusted")
    assert row["note"].startswith("Expected bones light and air dark")
    assert "It is smaller than the 224 pixels" in row["note"]


def test_on_the_page_read_an_archive_is_unpacked_and_of_many_the_first_are_read(app: AppTest) -> None:
    app.switch_page("reading/page.py").run()
    app.file_uploader[0].set_value([("all.zip", ZIP, "application/zip")]).run()
    assert not app.exception
    assert html(app).count('data-testid="probability"') == 3
    assert escape_markdown("all.zip/ward/notes.txt is not an image") in app.error[0].value
    crowd = archive({f"{number}.png": b"words" for number in range(11)})
    app.file_uploader[0].set_value([("one.png", png(chest()), "image/png"), ("crowd.zip", crowd, "")]).run()
    assert "<b>12 files.</b> The first 8 are read below" in html(app)
    assert len(app.error) == 7


def test_on_the_page_read_of_many_frames_the_first_are_read(app: AppTest) -> None:
    app.switch_page("reading/page.py").run()
    frames = np.stack([chest(240, 260, seed).astype(np.uint16) * 16 for seed in range(11)])
    files = [
        ("one.png", png(chest()), ""),
        ("many.dcm", written(dataset(frames)), ""),
        ("two.png", png(chest()), ""),
    ]
    app.file_uploader[0].set_value(files).run()
    assert not app.exception
    assert html(app).count('data-testid="probability"') == 8
    assert "frame 7 of 11" in html(app)
    assert "<b>13 radiographs.</b> The first 8 are read below" in html(app)
    press(app, "Read all in the worklist")
    assert app.title[0].value == "Worklist"
    assert len(finished(app.session_state["worklist"])) == 13


def test_what_the_page_read_hands_over_is_in_the_list_alone(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[int] = []
    remove = MemoryUploadedFileManager.remove_file

    def noted(manager: MemoryUploadedFileManager, session: str, file: str) -> None:
        remove(manager, session, file)
        held.append(sum(map(len, manager.file_storage.values())))

    monkeypatch.setattr(MemoryUploadedFileManager, "remove_file", noted)
    app.switch_page("reading/page.py").run()
    app.file_uploader[0].set_value([(f"{number}.png", png(chest()), "image/png") for number in range(9)]).run()
    press(app, "Read all in the worklist")
    assert held == list(range(9))[::-1]
    app.switch_page("reading/page.py").run()
    assert not app.exception
    assert not app.file_uploader[0].value


def test_of_a_row_that_was_open_nothing_is_kept_beside_the_list(app: AppTest) -> None:
    for label in ("Clear the list", "Remove from the list", "Close"):
        drop(app, ("one.png", png(chest())))
        open_row(app, app.session_state["worklist"].progress().entries[0].id)
        assert "worklist_scan" in app.session_state
        press(app, label)
        assert "worklist_scan" not in app.session_state, label


def test_uploads_stay_in_memory(app: AppTest) -> None:
    assert not app.exception
    assert MultiPartParser.spool_max_size > 500_000_000
