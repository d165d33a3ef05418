import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from model import score
from tests.pictures import chest, png


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
    assert tuple(rows["a.png"]) == score.COLUMNS
    assert 0 <= float(rows["a.png"]["probability"]) <= 1
    assert rows["c.png"]["finding"] in {"pneumonia", "normal"}
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


def test_nothing_scored_is_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert score.main([str(tmp_path / "missing.png")]) == 1
    assert "missing.png is empty" in capsys.readouterr().out
