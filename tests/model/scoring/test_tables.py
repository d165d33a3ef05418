"""Tables grow row by row, are killed, and go on."""

import random
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from model.network.score_table import ScoreRow, score_row
from model.scoring import tables
from model.scoring.errors import ScoringFailed
from model.scoring.tables import ParquetTable, open_table

FILES: list[list[ScoreRow]] = [
    [score_row("a.png", "3", frame="1", probability="0.5000000", finding="review")],
    [score_row("b\nä,.dcm", "3", frame=str(frame), probability="0.1000000") for frame in (1, 2)]
    + [score_row("b\nä,.dcm", "3", error='damaged "here"')],
    [score_row("a.png", "3", error="is empty")],
    [score_row("a.png", "3", error="is empty")],
    [score_row("\udcff.png", "3", frame="1", probability="0.9000000", finding="pneumonia")],
]


def write_all(out: Path, form: str, files: list[list[ScoreRow]] = FILES, resume: bool = False) -> Counter[str]:
    """Write those files that a table has not, and return those that it had."""
    table = open_table(out, form, "3", resume)
    had = table.finished.files.copy()
    for rows in files:
        name = tables.as_written(rows[0]["file"])
        if table.finished.files[name]:
            table.finished.files[name] -= 1
        else:
            table.write(rows)
    table.close()
    return had


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_table_cut_anywhere_is_completed(form: str, tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    write_all(whole, form)
    data = whole.read_bytes()
    finished = []
    for length in range(len(data) + 1):
        cut.write_bytes(data[:length])
        finished.append(write_all(cut, form, resume=True).total())
        assert cut.read_bytes() == data
    # The last file is never sure to be whole.
    assert (finished[0], finished[-1]) == (0, len(FILES) - 1)
    assert finished == sorted(finished)


def test_parts_are_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "PART_ROWS", 2)
    table = open_table(tmp_path / "out", "parquet", "3", resume=False)
    for rows in FILES[:3]:
        table.write(rows)
    # Killed here: one row was not yet in a part, and of another part only the beginning was written.
    (tmp_path / "out" / ".part-000001.parquet").write_bytes(b"PAR1")
    had = write_all(tmp_path / "out", "parquet", resume=True)
    assert had == {"a.png": 1, "b\nä,.dcm": 1}
    found = pd.read_parquet(tmp_path / "out")
    assert found["file"].value_counts().to_dict() == {"a.png": 3, "b\nä,.dcm": 3, "\\udcff.png": 1}
    assert found["frame"].sum() == 5
    assert found["probability"].tolist()[:2] == [0.5, 0.1]
    assert found["probability"].isna().sum() == 3


def test_a_part_is_written_after_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "PART_SECONDS", 0)
    table = ParquetTable(tmp_path / "out", "3", resume=False)
    table.write(FILES[0])
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["part-000000.parquet"]


@pytest.mark.parametrize(("form", "begun"), [("csv", "name,age\nx,3\n"), ("jsonl", '{"name": "x"}\n')])
def test_another_table_is_not_gone_on_with(form: str, begun: str, tmp_path: Path) -> None:
    (tmp_path / "out").write_text(begun)
    with pytest.raises(
        ScoringFailed, match=r"is no table that this command began. Expected the columns file, frame"
    ):
        open_table(tmp_path / "out", form, "3", resume=True)
    assert (tmp_path / "out").read_text() == begun


@pytest.mark.parametrize("form", tables.FORMATS)
def test_readings_of_two_networks_are_not_mixed(form: str, tmp_path: Path) -> None:
    write_all(tmp_path / "out", form)
    with pytest.raises(ScoringFailed, match=r"was begun by network version 3. Expected 4, the one here"):
        open_table(tmp_path / "out", form, "4", resume=True)


def test_parts_of_before_are_neither_removed_nor_added_to(tmp_path: Path) -> None:
    write_all(tmp_path / "out", "parquet")
    with pytest.raises(ScoringFailed, match=r"holds 1 parts of a table\. Expected an empty folder"):
        open_table(tmp_path / "out", "parquet", "3", resume=False)


def test_what_cannot_be_done_without_a_file_is_said() -> None:
    with pytest.raises(ScoringFailed, match="Expected --out FOLDER"):
        open_table(None, "parquet", "3", resume=False)
    with pytest.raises(ScoringFailed, match="Expected --out with the table to go on with"):
        open_table(None, "csv", "3", resume=True)


def test_a_table_without_resume_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("name,age\n" * random.Random(0).randrange(9, 99))
    write_all(tmp_path / "out", "csv")
    assert (tmp_path / "out").read_text(encoding="utf-8").startswith("file,frame,")
