"""The container's recipe: linted, without privileges, and of files that there are."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard import __main__ as command

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docs" / "deploy" / "Containerfile"


def instructions() -> list[tuple[str, str]]:
    """Return each instruction's name and what follows it, on one line."""
    lines = [line for line in FILE.read_text().splitlines() if line and not line.startswith("#")]
    joined = re.sub(r"\s*\\\n\s*", " ", "\n".join(lines)).splitlines()
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in joined)]


def of(name: str) -> list[str]:
    return [rest for found, rest in instructions() if found == name]


def test_the_linter_finds_nothing() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    found = subprocess.run([hadolint, "--no-color", FILE], capture_output=True, text=True)
    assert found.returncode == 0, found.stdout


def test_it_runs_without_privileges_and_writes_to_the_volume_alone() -> None:
    names = [name for name, _ in instructions()]
    (user,) = of("USER")
    assert user.isdecimal() and int(user) >= 1000
    assert not {"RUN", "COPY", "ADD"} & set(names[names.index("USER") :]), "expected nothing to be made after it"
    assert of("VOLUME") == ["/data"]
    assert "LUNGFIELD_DATABASE=sqlite:////data/" in of("ENV")[0]


def test_what_it_copies_is_there_and_brings_the_package() -> None:
    copied = {source for rest in of("COPY") if "--from" not in rest for source in rest.split()[:-1]}
    for source in copied:
        assert list(ROOT.glob(source)), f"expected {source} in the checkout"
    assert {"pyproject.toml", "assets", "model", "dashboard", ".streamlit/config.toml", "data/*.csv"} <= copied
    assert ".streamlit" not in copied, "expected no secrets of a checkout in the image"


def test_it_starts_as_the_command_does_and_asks_for_readiness(monkeypatch: pytest.MonkeyPatch) -> None:
    from streamlit.web import cli

    served: list[list[str]] = []
    monkeypatch.setattr(cli, "main", lambda arguments, standalone_mode: served.append(arguments))
    _, *arguments = json.loads(of("ENTRYPOINT")[0])
    assert command.main(arguments) == 0
    (given,) = served
    assert given[2:] == ["--server.port", "8501", "--server.address", "0.0.0.0", "--server.headless", "true"]
    assert of("EXPOSE") == ["8501"] and "127.0.0.1:8501/ready" in of("HEALTHCHECK")[0]
