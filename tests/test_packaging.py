"""The package that pip installs: what it brings, what it needs, and its command."""

import re
import tomllib
from pathlib import Path

import pytest

from dashboard import __main__ as command

ROOT = Path(__file__).resolve().parent.parent
EXTRAS = ("node", "login", "cluster")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
SOURCES = {".py", ".pyc"}


def requirements(file: str) -> list[str]:
    """Return the requirements that a file lists, those of the files that it includes among them."""
    found: list[str] = []
    for line in (ROOT / file).read_text().splitlines():
        if included := re.fullmatch(r"-r (\S+)", line):
            found += requirements(included[1])
        elif line and not line.startswith("#"):
            found.append(line)
    return found


def dynamic(*keys: str) -> list[str]:
    """Return the requirements that a dynamic field of pyproject.toml reads."""
    field = PYPROJECT["tool"]["setuptools"]["dynamic"]
    for key in keys:
        field = field[key]
    return [line for file in field["file"] for line in requirements(file)]


def test_requirements_and_package_agree() -> None:
    training = dynamic("optional-dependencies", "training")
    assert sorted(requirements("requirements.txt")) == sorted(dynamic("dependencies") + training)
    development = dynamic("optional-dependencies", "development")
    extras = [requirements(f"requirements-{extra}.txt") for extra in EXTRAS]
    assert [dynamic("optional-dependencies", extra) for extra in EXTRAS] == extras
    assert sorted(development) == sorted(
        training + [line for extra in extras for line in extra] + requirements("requirements-dev.txt")
    )


def test_what_the_user_asked_for_is_required() -> None:
    names = {re.split(r"[<>=;\s]", line)[0] for line in requirements("requirements.txt")}
    assert {"streamlit", "tensorflow", "numpy", "pillow", "plotly", "scikit-learn"} <= names
    assert "opencv-python-headless" in names


def test_the_dashboard_installs_without_tensorflow() -> None:
    assert not {
        name for line in dynamic("dependencies") for name in ("tensorflow", "keras") if line.startswith(name)
    }


@pytest.mark.parametrize("package", ["model", "dashboard", "assets", "data"])
def test_every_file_of_a_package_is_installed(package: str) -> None:
    patterns = PYPROJECT["tool"]["setuptools"]["package-data"][package]
    installed = {file for pattern in patterns for file in (ROOT / package).glob(pattern)}
    tracked = {
        file
        for file in (ROOT / package).rglob("*")
        if file.is_file() and file.suffix not in SOURCES and (package != "data" or file.suffix == ".csv")
    }
    assert tracked - installed == set()


def test_the_command_is_the_packages_own() -> None:
    assert PYPROJECT["project"]["scripts"] == {"lungfield": "dashboard.__main__:main"}


def test_score_passes_its_options_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "note.txt").write_text("no radiograph")
    assert command.main(["score", str(tmp_path / "note.txt"), "--format", "csv"]) == 1
    assert capsys.readouterr().out.startswith(
        "file,frame,probability,finding,warnings,error,sha256,model_version\n"
    )


def test_run_serves_the_app_on_the_port(monkeypatch: pytest.MonkeyPatch) -> None:
    from streamlit.web import cli

    served: list[list[str]] = []
    monkeypatch.setattr(cli, "main", lambda arguments, standalone_mode: served.append(arguments))
    assert command.main(["run", "--port", "8600", "--", "--server.headless", "true"]) == 0
    app = str(ROOT / "dashboard" / "app.py")
    assert command.main(["run", "--", "--server.headless", "true"]) == 0
    assert served == [["run", app, "--server.port", port, "--server.headless", "true"] for port in ("8600", "8501")]


def test_an_unknown_command_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["reed"])
    assert "invalid choice: 'reed' (choose from 'run', 'score', 'node')" in capsys.readouterr().err
