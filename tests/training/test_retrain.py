"""``make retrain`` in a copy of the project, on made-up images: every command of it, in order."""

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from model.network.card import CARD_FILE, KERAS_FILE
from tests.training import small_scale
from tests.training.conftest import PATIENTS
from training.dataset import ROOT
from training.export import VERSION

SMALL_PYTHON = f"""#!{sys.executable}
import os, runpy, sys
sys.path.insert(0, os.getcwd())
import pytest, small_scale
small_scale.shrink(pytest.MonkeyPatch())
flag, module, *arguments = sys.argv[1:]
assert flag == "-m", flag
sys.argv = [module, *arguments]
runpy.run_module(module, run_name="__main__", alter_sys=True)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return what retraining needs of the project, without what it makes."""
    copy = tmp_path / "project"
    for folder in ("model", "training"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("artifact", "__pycache__"))
    (copy / "docs").mkdir()
    for file in ("Makefile", "README.md", "docs/training.md"):
        shutil.copy(ROOT / file, copy / file)
    (copy / "data").mkdir()
    return copy


@pytest.fixture
def small_python(tmp_path: Path) -> Path:
    """Return a ``python`` that runs a module at small scale."""
    (tmp_path / "bin").mkdir()
    shutil.copy(small_scale.__file__, tmp_path / "bin")
    python = tmp_path / "bin" / "python"
    python.write_text(SMALL_PYTHON)
    python.chmod(0o755)
    return python


@pytest.mark.slow
def test_from_images_to_artefact_and_readme(
    project: Path, small_python: Path, data: Path, drawn: Path, backbone: Path
) -> None:
    finished = subprocess.run(
        [
            "make",
            "retrain",
            f"DATA={data}",
            f"BACKBONE={backbone}",
            f"MASKS={drawn}",
            f"ORIGINALS={data / 'train'}",
            "SET=size=32 batch=4 head_epochs=0 epochs=1",
            "SET_LUNGS=size=64 batch=4 epochs=1 precision=float32",
            "SET_READER=size=64 small_size=32 batch=4 small_epochs=1 epochs=1 polish_epochs=1 hiding_epochs=2 "
            "erased_by=4 precision=float32",
            f"BIN={small_python.parent}",
            "INSTALLED_TRAINING=",
        ],
        cwd=project,
        capture_output=True,
        text=True,
    )
    assert finished.returncode == 0, finished.stderr[-3000:]

    card = json.loads((project / "model" / "artifact" / CARD_FILE).read_text())
    assert card["version"] == VERSION and card["input_size"] == 64
    assert card["training"]["recipe"]["epochs"] == 1
    assert card["metrics"]["test"]["images"] == 3 * PATIENTS["test"]
    assert card["data"]["splits"]["fit"]["images"] < 3 * PATIENTS["train"]
    looks = list(csv.DictReader((project / "data" / "test_looks.csv").open()))
    assert [look["artifact_sha256"] for look in looks] == [card["files"][KERAS_FILE]]
    assert f"{3 * PATIENTS['test']} images, {3 * PATIENTS['test']} patients" in (project / "README.md").read_text()
