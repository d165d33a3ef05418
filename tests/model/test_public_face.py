"""``from model import ...``: what it gives, and that nothing is loaded before it is asked for."""

import subprocess
import sys
from pathlib import Path

import pytest

import model
from model import Classifier, Radiograph, Reading, read
from model.io import radiograph
from model.io.errors import UnreadableRadiograph
from tests.pictures import chest, png


def test_importing_a_part_loads_neither_network_nor_runtime() -> None:
    script = "import sys, model.io; assert not {'numpy', 'cv2', 'model.network'} & sys.modules.keys()"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_a_file_is_read_as_the_classifier_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "scan.png"
    file.write_bytes(png(chest()))
    reading = read(file)
    scan = radiograph.read(file.read_bytes(), "scan.png")
    assert isinstance(scan, Radiograph) and isinstance(reading, Reading)
    assert reading.probability == Classifier.load().read(scan).probability == read(file.read_bytes()).probability
    assert reading.digest == scan.digest


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "words.png").write_text("no picture")
    with pytest.raises(UnreadableRadiograph, match=r"^words\.png is not an image"):
        read(tmp_path / "words.png")
    with pytest.raises(UnreadableRadiograph, match=r"^upload is not an image"):
        read(b"no picture", name="upload")


def test_another_name_is_none_of_the_packages() -> None:
    with pytest.raises(AttributeError, match="module 'model' has no attribute 'write'"):
        _ = model.write
