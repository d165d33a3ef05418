"""The page Worklist: files dropped, listed, opened, decided, downloaded and cleared."""

import csv
import io
from collections.abc import Callable

import numpy as np
import pytest
import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.testing.v1 import AppTest

from dashboard.history.store import open_history
from model.network.classifier import Classifier
from tests.dashboard.pages import html, press, read_as
from tests.dashboard.reports.examples import reading
from tests.dashboard.worklist.examples import drop, finished, open_row
from tests.dicoms import dataset, written
from tests.pictures import chest, png


def test_an_empty_list_says_how_to_begin(worklist: AppTest) -> None:
    assert not worklist.exception
    assert worklist.title[0].value == "Worklist"
    assert "No radiograph in the list" in html(worklist)
    assert [uploader.accept_directory for uploader in worklist.file_uploader] == [False, True]


@pytest.mark.slow
def test_rows_are_listed_opened_stepped_through_and_removed(worklist: AppTest) -> None:
    drop(worklist, ("one.png", png(chest())), ("two.png", png(chest(seed=1))), ("bad.png", b"words"))
    assert not worklist.exception
    assert "<b>1</b> file was not read and stands last." in html(worklist)
    assert 'data-testid="finding"' not in html(worklist)
    open_row(worklist, 0)
    assert not worklist.exception
    assert 'data-testid="finding"' in html(worklist)
    assert "one.png" in html(worklist)
    press(worklist, "Next")
    assert "two.png" in html(worklist)
    assert "one.png" not in html(worklist)
    press(worklist, "Remove from the list")
    assert [entry.name for entry in worklist.session_state["worklist"].progress().entries] == ["one.png", "bad.png"]
    assert 'data-testid="finding"' not in html(worklist)
    press(worklist, "Clear the list")
    assert "No radiograph in the list" in html(worklist)
    press(worklist, "Undo")
    assert [entry.name for entry in worklist.session_state["worklist"].progress().entries] == ["one.png", "bad.png"]
    assert "Undo" not in [button.label for button in worklist.button]


def test_files_that_are_told_of_twice_are_read_once(worklist: AppTest) -> None:
    worklist.file_uploader[0].set_value([("one.png", png(chest()), "image/png")])
    first = worklist.file_uploader[0]
    worklist.run()
    assert first.key != worklist.file_uploader[0].key, "expected an empty uploader for what comes next"
    assert len(finished(worklist.session_state["worklist"])) == 1
    drop(worklist, ("one.png", png(chest())))
    assert len(worklist.session_state["worklist"].progress().entries) == 2


def test_the_server_keeps_no_file_that_the_list_has_taken(
    worklist: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    managers, remove = [], MemoryUploadedFileManager.remove_file

    def noted(manager: MemoryUploadedFileManager, session: str, file: str) -> None:
        managers.append((manager, len(manager.get_files(session, [file]))))
        remove(manager, session, file)

    monkeypatch.setattr(MemoryUploadedFileManager, "remove_file", noted)
    drop(worklist, ("one.png", png(chest())), ("two.png", png(chest(seed=1))))
    (manager, held), (_, other) = managers
    assert held == other == 1
    assert not any(manager.file_storage.values())


@pytest.mark.slow
def test_with_the_reader_first_the_list_waits_for_each_word(worklist: AppTest, own_history: str) -> None:
    worklist.toggle(key="reader_first").set_value(True).run()
    drop(worklist, ("one.png", png(chest())), ("two.png", png(chest(seed=1))))
    assert "<b>2</b> wait for your reading" in html(worklist)
    open_row(worklist, 1)
    assert 'data-testid="finding"' not in html(worklist)
    press(worklist, "Save and show the result")
    assert "Choose what you see first" in worklist.warning[0].value
    assert 'data-testid="finding"' not in html(worklist)
    press(worklist, "Normal")
    press(worklist, "Save and show the result")
    assert 'data-testid="finding"' in html(worklist)
    assert "<b>1</b> waits for your reading" in html(worklist)
    (row,) = open_history(own_history).readings()
    assert (row.reader_finding, row.reader_first) == ("normal", 1)


@pytest.mark.slow
def test_a_result_shown_in_the_list_is_no_secret_any_more(worklist: AppTest) -> None:
    drop(worklist, ("one.png", png(chest())))
    worklist.toggle(key="reader_first").set_value(True).run()
    assert "for your reading" not in html(worklist)
    open_row(worklist, 0)
    assert 'data-testid="finding"' in html(worklist)


def test_the_file_is_decided_by_the_threshold_in_force(worklist: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Callable[[], bytes]] = []
    monkeypatch.setattr(Classifier, "_image_warnings", lambda *_: ())
    monkeypatch.setattr(st, "download_button", lambda _, data, *__, **___: made.append(data))
    worklist.session_state["threshold"] = 0.0
    drop(worklist, ("one.png", png(chest())))
    assert "Alarm from 0 % (set by hand)." in html(worklist)
    # Here as when it is asked for: without a session.
    (line,) = csv.DictReader(io.StringIO(made[-1]().decode("utf-8-sig")))
    assert (line["finding"], line["file"]) == ("pneumonia", "one.png")


def test_a_likely_pneumonia_below_the_threshold_is_no_normal_in_the_file(
    worklist: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Callable[[], bytes]] = []
    monkeypatch.setattr(Classifier, "read", lambda _, scan: reading(0.7, digest=scan.digest))
    monkeypatch.setattr(st, "download_button", lambda _, data, *__, **___: made.append(data))
    worklist.session_state["threshold"] = 0.9
    drop(worklist, ("one.png", png(chest())))
    (line,) = csv.DictReader(io.StringIO(made[-1]().decode("utf-8-sig")))
    assert line["finding"] == "doubtful"


def test_a_probability_just_below_the_threshold_is_not_written_like_it(
    worklist: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[list[dict]] = []
    monkeypatch.setattr("dashboard.worklist.table.worklist_table", lambda rows, *_, **__: told.append(rows))
    monkeypatch.setattr(Classifier, "read", lambda _, scan: reading(0.9677, digest=scan.digest))
    worklist.session_state["threshold"] = 0.9684
    drop(worklist, ("one.png", png(chest())))
    assert told[-1][0]["probability"] == "96.77 %"
    assert "Alarm from 96.84 %" in html(worklist)


def test_a_row_that_is_not_to_be_trusted_says_why(worklist: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[list[dict]] = []
    monkeypatch.setattr("dashboard.worklist.table.worklist_table", lambda rows, *_, **__: told.append(rows))
    monkeypatch.setattr(Classifier, "_image_warnings", lambda *_: ("inverted",))
    monkeypatch.setattr(Classifier, "_file_warnings", lambda *_: ("resolution",))
    drop(worklist, ("one.png", png(chest())))
    assert not worklist.exception
    (row,) = told[-1]
    assert (row["group"], row["finding"]) == ("review", "Not to be trusted")
    assert row["note"] == "Black and white are exchanged. Too small to read"
    assert (row["probability"], row["share"]) == ("", None), "expected no figure that is not to be trusted"


@pytest.mark.slow
def test_rows_are_new_then_opened_then_saved_by_their_reader(
    worklist: AppTest, own_history: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[list[dict]] = []
    monkeypatch.setattr("dashboard.worklist.table.worklist_table", lambda rows, *_, **__: told.append(rows))
    drop(worklist, ("one.png", png(chest())), ("two.png", png(chest(seed=1))))
    press(worklist, "Read from the top")
    first, second = (row["id"] for row in told[-1])
    assert [row["status"] for row in told[-1]] == ["Opened", "New"]
    press(worklist, "Pneumonia")
    worklist.text_input(key=f"worklist-reader-{first}").set_value("AK")
    worklist.text_input(key=f"worklist-comment-{first}").set_value("left base")
    press(worklist, "Save and next")
    assert worklist.session_state["worklist_opened"] == second
    assert [row["status"] for row in told[-1]] == ["Saved: pneumonia", "Opened"]
    (row,) = open_history(own_history).readings()
    assert (row.reader_finding, row.reader, row.comment, row.reader_first) == ("pneumonia", "AK", "left base", 0)
    assert told[-1][0]["status_detail"] == f"AK {row.time:%Y-%m-%d}"
    assert "2 of 2, 1 saved" in html(worklist)
    # The last has no next.
    press(worklist, "Unsure")
    press(worklist, "Save")
    assert [row["status"] for row in told[-1]] == ["Saved: pneumonia", "Saved: unsure"]
    assert "Saved as number 2. Your reading: unsure." in html(worklist)


def test_a_comment_that_is_not_saved_is_still_there_after_another_row(worklist: AppTest) -> None:
    drop(worklist, ("one.png", png(chest())), ("two.png", png(chest(seed=1))))
    press(worklist, "Read from the top")
    first = worklist.session_state["worklist_opened"]
    worklist.text_input(key=f"worklist-comment-{first}").set_value("left base").run()
    press(worklist, "Next")
    press(worklist, "Previous")
    assert worklist.text_input(key=f"worklist-comment-{first}").value == "left base"


def test_a_history_that_cannot_be_read_is_said_and_the_list_stands(
    worklist: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUNGFIELD_DATABASE", "sqlite://")
    drop(worklist, ("one.png", png(chest())))
    assert not worklist.exception
    assert "received one in memory" in worklist.warning[0].value
    assert "Alarm from" in html(worklist)


@pytest.mark.slow
def test_another_of_the_patient_is_put_beside(worklist: AppTest) -> None:
    picture = chest(seed=2).astype(np.uint16)
    patient = {"PatientName": "Zwetschge^Aurelia", "PatientID": "PID-77215", "PatientBirthDate": "20220319"}
    drop(
        worklist,
        ("now.dcm", written(dataset(picture, 12, StudyDate="20260103", **patient))),
        ("before.dcm", written(dataset(picture + 1, 12, StudyDate="20251102", **patient))),
    )
    open_row(worklist, 0)
    assert "1 other radiograph of this patient in the list" in html(worklist)
    press(worklist, "Side by side")
    assert not worklist.exception
    assert html(worklist).count('data-testid="beside"') == 2
    assert "<h2>Earlier</h2>" in html(worklist)
    assert html(worklist).count("Zwetschge, Aurelia, PID-77215, born 2022-03-19") == 2
    press(worklist, "One alone")
    assert 'data-testid="beside"' not in html(worklist)


@pytest.mark.slow
def test_of_a_row_that_was_open_nothing_is_kept_beside_the_list(worklist: AppTest) -> None:
    for label in ("Clear the list", "Remove from the list", "Close"):
        drop(worklist, ("one.png", png(chest())))
        open_row(worklist, worklist.session_state["worklist"].progress().entries[0].id)
        assert "worklist_scan" in worklist.session_state
        press(worklist, label)
        assert "worklist_scan" not in worklist.session_state, label


@pytest.mark.slow
def test_files_without_an_age_are_refused_together_where_the_reader_says_they_are_of_others(
    worklist: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_as(monkeypatch, 0.3)
    of_a_child = written(dataset(chest(seed=1).astype(np.uint16), 12, PatientAge="003Y"))
    drop(worklist, ("known.dcm", of_a_child))
    assert not worklist.segmented_control
    drop(worklist, ("unknown.png", png(chest(seed=2))))
    (question,) = worklist.segmented_control
    assert question.label.startswith("Some files give no age. Are all of these children of 1 to 5 years?")
    question.set_value("No").run()
    assert not worklist.exception
    open_row(worklist, 1)
    assert "Not of an age it knows" in html(worklist)
    open_row(worklist, 0)
    assert "Not of an age it knows" not in html(worklist)
    worklist.segmented_control[0].set_value("Yes").run()
    open_row(worklist, 1)
    assert "Not of an age it knows" not in html(worklist)
