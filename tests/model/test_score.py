import csv
import io
import json
import os
import random
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from model import score
from model.io.archive import File
from model.io.radiograph import Radiograph
from model.network.classifier import Classifier, Reading
from model.network.score_table import COLUMNS
from model.scoring.scorer import score_file
from model.scoring.tables import FORMATS
from tests.codestreams import chest12
from tests.dicoms import dicom
from tests.object_store import s3_server
from tests.pictures import chest, coded, png, write_chests


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two radiographs, one of them in an archive, and a file that is none."""
    radiographs = tmp_path / "in"
    (radiographs / "deeper").mkdir(parents=True)
    (radiographs / "deeper" / "a.png").write_bytes(png(chest()))
    (radiographs / "words.png").write_text("no picture")
    with zipfile.ZipFile(radiographs / "more.zip", "w") as archive:
        archive.writestr("b/c.png", png(chest(seed=1)))
        archive.writestr("__MACOSX/b/._c.png", "a trace of a Mac")
    return radiographs


def test_folders_archives_and_errors_a_line_each(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert score.main([str(folder)]) == 0
    rows = {Path(row["file"]).name: row for row in csv.DictReader(io.StringIO(capsys.readouterr().out))}
    assert set(rows) == {"a.png", "words.png", "c.png"}
    assert tuple(rows["a.png"]) == COLUMNS
    assert 0 <= float(rows["a.png"]["probability"]) <= 1
    # A made-up chest is none, and the guard knows.
    assert (rows["c.png"]["finding"], rows["c.png"]["warnings"]) == ("review", "not_chest_radiograph")
    assert rows["words.png"]["finding"] == ""
    assert "not an image that can be read" in rows["words.png"]["error"]


def test_json_lines_and_heat_maps(folder: Path, tmp_path: Path) -> None:
    out, heat = tmp_path / "out.jsonl", tmp_path / "heat"
    assert (
        score.main([str(folder / "deeper"), "--format", "jsonl", "--out", str(out), "--heatmaps", str(heat)]) == 0
    )
    (row,) = map(json.loads, out.read_text().splitlines())
    (picture,) = heat.iterdir()
    assert row["sha256"][:8] in picture.name
    with Image.open(picture) as overlay:
        assert (overlay.mode, overlay.size) == ("RGBA", (256, 240))


def test_every_frame_has_its_line_and_its_heat_map(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, heat = tmp_path / "cine.dcm", tmp_path / "heat"
    file.write_bytes(dicom(np.stack([chest12(), chest12()[::-1]]), Modality="RF"))
    assert score.main([str(file), "--heatmaps", str(heat)]) == 0
    first, second = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (first["frame"], second["frame"]) == ("1", "2")
    assert first["sha256"] == second["sha256"]
    assert first["probability"] != second["probability"]
    assert sorted(picture.name[-6:] for picture in heat.iterdir()) == ["-1.png", "-2.png"]


@pytest.mark.parametrize("letter", ["a", "ä"])
def test_a_long_name_loses_no_heat_map(letter: str, tmp_path: Path) -> None:
    scan, heat = tmp_path / f"{letter * (244 // len(letter.encode()))}.png", tmp_path / "heat"
    scan.write_bytes(png(chest()))
    assert score.main([str(scan), "--heatmaps", str(heat), "--out", str(tmp_path / "out.csv")]) == 0
    (picture,) = heat.iterdir()
    assert picture.name.startswith(f"{letter * (200 // len(letter.encode()))}-")


def test_a_heat_map_that_cannot_be_written_is_not_lost_unheard(tmp_path: Path) -> None:
    file = File("scan.png", png(chest()))
    with pytest.raises(FileNotFoundError, match="removed"):
        list(score_file(Classifier.load(), file, tmp_path / "removed"))


def test_what_no_archive_should_hold_keeps_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.png", png(chest()))
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.writestr("inner.zip", inner.getvalue())
        archive.writestr("ct.dcm", dicom(chest12(), Modality="CT"))
    assert score.main([str(tmp_path / "outer.zip")]) == 1
    nested, ct = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert "an archive within an archive" in nested["error"]
    assert "outer.zip/ct.dcm is of modality CT, computed tomography" in ct["error"]
    assert (ct["frame"], ct["probability"]) == ("", "")


def test_colours_that_cannot_be_read_are_one_line_and_not_the_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.tif").write_bytes(coded(Image.new("LAB", (64, 64)), "TIFF"))
    (tmp_path / "b.png").write_bytes(png(chest()))
    assert score.main([str(tmp_path)]) == 0
    lab, grey = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert "colours of the kind LAB" in lab["error"]
    assert (grey["frame"], grey["error"]) == ("1", "")


def test_nothing_scored_is_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert score.main([str(tmp_path / "missing.png")]) == 1
    assert "missing.png is not there" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("form", "first", "last"),
    # A CSV spells out what is no letter; JSON gives the name itself back.
    [("csv", r"\udcff\udce4.png", r"\udcffwords.png"), ("jsonl", "\udcff\udce4.png", "\udcffwords.png")],
)
def test_a_name_that_is_no_utf_8_stops_nothing(form: str, first: str, last: str, tmp_path: Path) -> None:
    folder, out, heat = tmp_path / "in", tmp_path / "out", tmp_path / "heat"
    folder.mkdir()
    for name in (b"\xff\xe4.png", b"a.png", b"\xffwords.png"):
        (folder / os.fsdecode(name)).write_bytes(b"words" if b"words" in name else png(chest()))
    arguments = [str(folder), "--out", str(out), "--heatmaps", str(heat), "--format", form]
    assert score.main(arguments) == 0
    text = out.read_bytes().decode("utf-8")
    rows = list(map(json.loads, text.splitlines())) if form == "jsonl" else list(csv.DictReader(io.StringIO(text)))
    assert {Path(row["file"]).name: bool(row["probability"]) for row in rows} == {
        first: True,
        last: False,
        "a.png": True,
    }
    assert len(list(heat.iterdir())) == 2


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_a_terminal_of_few_letters_stops_nothing(
    encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("肺炎.png".encode(), b"\xff.png"):
        (tmp_path / os.fsdecode(name)).write_bytes(b"words")
    (tmp_path / "ä.png").write_bytes(png(chest()))
    terminal = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(terminal, encoding=encoding, newline=""))
    assert score.main([str(tmp_path)]) == 0
    sys.stdout.flush()
    rows = list(csv.DictReader(io.StringIO(terminal.getvalue().decode(encoding))))
    assert len(rows) == 3
    assert {Path(row["file"]).name for row in rows} >= {"\\udcff.png"}


def names(table: Path) -> list[str]:
    return [Path(row["file"]).name for row in csv.DictReader(table.open(newline=""))]


@pytest.fixture
def twenty(tmp_path: Path) -> Path:
    return write_chests(tmp_path / "twenty", 20)


def test_a_list_names_files_one_a_line(twenty: Path, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text(f"{twenty}/03.png\n\n{twenty}/missing.png\r\n")
    assert score.main(["--list", str(tmp_path / "list.txt"), "--out", str(tmp_path / "out.csv")]) == 0
    first, second = csv.DictReader((tmp_path / "out.csv").open(newline=""))
    assert (Path(first["file"]).name, first["frame"]) == ("03.png", "1")
    assert "missing.png is not there" in second["error"]


def test_a_sample_is_drawn_by_its_seed(twenty: Path, tmp_path: Path) -> None:
    drawn = []
    for seed in ("1", "1", "2"):
        out = tmp_path / "out.csv"
        assert score.main([str(twenty), "--sample", "4", "--seed", seed, "--out", str(out)]) == 0
        drawn.append(names(out))
    assert drawn[0] == drawn[1] == sorted(drawn[0])
    assert (len(drawn[2]), drawn[2] != drawn[0]) == (4, True)


def test_a_terminal_shows_how_far_it_is_and_nothing_else_does(
    twenty: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = [str(twenty), "--out", str(tmp_path / "out.csv")]
    assert score.main(arguments) == 0
    assert "files" not in capsys.readouterr().err
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stderr", terminal)
    assert score.main(arguments) == 0
    assert "100%" in terminal.getvalue()
    assert "20/20 [" in terminal.getvalue()
    assert "files/s]" in terminal.getvalue()


def test_what_a_table_has_is_not_scored_again(
    twenty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, whole = tmp_path / "out.csv", tmp_path / "whole.csv"
    assert score.main([str(twenty), "--out", str(whole)]) == 0
    (twenty / "00.png").rename(tmp_path / "later.png")
    assert score.main([str(twenty), "--out", str(out)]) == 0
    (tmp_path / "later.png").rename(twenty / "00.png")
    scored: list[str] = []
    read = Classifier.read

    def noted(self: Classifier, scan: Radiograph) -> Reading:
        scored.append(Path(scan.name).name)
        return read(self, scan)

    monkeypatch.setattr(Classifier, "read", noted)
    assert score.main([str(twenty), "--out", str(out), "--resume"]) == 0
    # A new file, and the last of before, of which frames might have been missing.
    assert scored == ["00.png", "19.png"]
    assert sorted(out.read_text().splitlines()) == sorted(whole.read_text().splitlines())


def test_a_file_named_twice_is_there_twice_after_resuming_too(twenty: Path, tmp_path: Path) -> None:
    file, out = str(twenty / "00.png"), tmp_path / "out.csv"
    assert score.main([file, file, file, "--out", str(out)]) == 0
    whole = out.read_bytes()
    out.write_bytes(whole[: len(whole) // 2])
    assert score.main([file, file, file, "--out", str(out), "--resume"]) == 0
    assert out.read_bytes() == whole


def test_an_archive_that_does_not_call_itself_one_is_completed(folder: Path, tmp_path: Path) -> None:
    hidden, out = tmp_path / "hidden", tmp_path / "out.csv"
    with zipfile.ZipFile(hidden, "w") as archive:
        for number in range(3):
            archive.writestr(f"{number}.png", png(chest(64, 64, number)))
    assert score.main([str(hidden), "--out", str(out)]) == 0
    whole = out.read_bytes()
    out.write_bytes(whole[: 2 * len(whole) // 3])
    assert score.main([str(hidden), "--out", str(out), "--resume"]) == 0
    assert out.read_bytes() == whole


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ([], "expected files, folders or archives, or --list; received none"),
        (["x.png", "--resume"], "Expected --out with the table to go on with"),
        (["x.png", "--workers", "0"], "expected a whole number from 1 on; received 0"),
        (["x.png", "--sample", "some"], "expected a whole number from 1 on; received some"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is(
    arguments: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        score.main(arguments)
    assert ended.value.code == 2
    assert problem in capsys.readouterr().err


def rows_of(table: Path, form: str) -> list[tuple[object, ...]]:
    if form == "parquet":
        found = pd.read_parquet(table)
    elif form == "jsonl":
        found = pd.read_json(table, lines=True, dtype=False)
    else:
        found = pd.read_csv(table, dtype=str)
    return list(found.fillna("").itertuples(index=False, name=None))


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMATS)
def test_killed_at_any_moment_and_resumed_it_is_the_table_of_one_run(form: str, tmp_path: Path) -> None:
    radiographs, out, whole = tmp_path / "in", tmp_path / "out", tmp_path / "whole"
    radiographs.mkdir()
    for number in range(160):
        (radiographs / f"{number:03}.png").write_bytes(png(chest(64, 64, number)))
    (radiographs / "050.png").write_text("words")
    (radiographs / "100.png").write_bytes(dicom(np.stack([chest12()] * 3), Modality="RF"))
    # Parts as small as that are many to be killed between.
    run = (
        "import sys; from model import score; from model.scoring import tables; tables.PART_ROWS = 20; score.main()"
    )
    command = [sys.executable, "-c", run, str(radiographs), "--format", form, "--workers", "2"]
    chance = random.Random(FORMATS.index(form))
    killed = 0
    while killed < 3:
        running = subprocess.Popen([*command, "--out", str(out), "--resume"], stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 100
        before = written(out)
        # Killed while it writes, not while it starts.
        while running.poll() is None and written(out) <= before and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.1))
        running.kill()
        running.wait()
        killed += 1
    assert subprocess.run([*command, "--out", str(out), "--resume"], check=False).returncode == 0
    assert subprocess.run([*command, "--out", str(whole)], check=False).returncode == 0
    assert rows_of(out, form) == rows_of(whole, form)
    assert len(rows_of(whole, form)) == 162


def written(table: Path) -> int:
    """Return how many bytes a table has; a folder may have parts that are begun."""
    files = table.iterdir() if table.is_dir() else [table]
    return sum(file.stat().st_size for file in files if file.exists())


@pytest.mark.slow
def test_a_bucket_is_scored_by_several_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    objects = {f"scans/{number}.png": png(chest(64, 64, number)) for number in range(6)}
    with s3_server(monkeypatch, objects | {"scans/words.txt": b"words"}) as bucket:
        out = tmp_path / "out.csv"
        assert score.main([f"{bucket}/scans", "--workers", "2", "--out", str(out)]) == 0
    rows = list(csv.DictReader(out.open(newline="")))
    assert [row["file"] for row in rows] == [f"{bucket}/{name}" for name in (*objects, "scans/words.txt")]
    assert [bool(row["error"]) for row in rows] == [False] * 6 + [True]
