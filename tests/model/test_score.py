import csv
import io
import json
import os
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from model import score
from model.io.archive import File
from model.network.classifier import Classifier
from model.network.score_table import COLUMNS
from tests.codestreams import chest12
from tests.dicoms import dicom
from tests.pictures import chest, coded, png


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
        list(score.score_file(Classifier.load(), file, tmp_path / "removed"))


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
