"""Several processes score as one does; one that is killed takes no other file along."""

import os
import signal
from pathlib import Path

import pytest

from model.io.locations import Location, locate
from model.scoring import processes
from model.scoring.errors import ScoringFailed
from model.scoring.scorer import Scorer
from tests.pictures import write_chests


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    radiographs = write_chests(tmp_path / "in", 6)
    (radiographs / "words.png").write_text("words")
    return radiographs


def test_few_files_start_no_process(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "Processes", None)
    ((number, rows),) = processes.scored(locate([folder]), None, None)
    assert number == len(rows) == 7


@pytest.mark.slow
def test_processes_score_as_one_does(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "CHUNK", 2)
    alone = [rows for _, files in processes.scored(locate([folder]), 1, None) for rows in files]
    many = [rows for _, files in processes.scored(locate([folder]), 2, None) for rows in files]
    assert many == alone


class Deadly(Scorer):
    """Ends its process by a signal, as a decoder may, where a file is called so."""

    def _begun(self, location: Location) -> object:  # type: ignore[override]
        if location.name.endswith("3.png"):
            os.kill(os.getpid(), signal.SIGKILL)
        return super()._begun(location)


def begin_deadly(heatmaps: Path | None) -> None:
    processes._begin(heatmaps)
    processes._scorer = Deadly(1, heatmaps)


@pytest.mark.slow
def test_a_file_that_ends_its_process_has_a_row_and_the_others_theirs(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "CHUNK", 4)
    expected = [rows for _, files in processes.scored(locate([folder]), 1, None) for rows in files]
    monkeypatch.setattr(processes, "_begin", begin_deadly)
    found = [rows for _, files in processes.scored(locate([folder]), 2, None) for rows in files]
    (ended,) = found[3]
    assert ended["error"] == (
        f"{folder}/3.png ended the process that read it, by its size or by its damage. Expected a file that fits "
        f"this machine's memory. Export it again, or leave it out."
    )
    assert found[:3] + found[4:] == expected[:3] + expected[4:]


def begin_in_vain(heatmaps: Path | None) -> None:
    os._exit(1)


@pytest.mark.slow
def test_a_process_that_ends_as_it_begins_is_no_files_fault(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_begin", begin_in_vain)
    with pytest.raises(ScoringFailed, match="it ended as it began"):
        list(processes.scored(locate([folder]), 2, None))
