"""The way to a browser, walked with made-up programs on a made-up PATH."""

import os
import time
from pathlib import Path

import pytest

from tests.browser import chromium

RUNS = "echo Chromium 1.0"
LACKS_A_LIBRARY = "echo libnss3.so: cannot open shared object file; exit 127"


class Machine:
    """A folder that is the whole PATH, an empty one for Playwright's browsers, and a user."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.bin, self.monkeypatch = root / "bin", monkeypatch
        self.bin.mkdir()
        monkeypatch.setenv("PATH", str(self.bin))
        monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(root / "browsers"))
        monkeypatch.delenv(chromium.VARIABLE, raising=False)
        self.fetching("echo Error: no network; echo at the end of a long trace; exit 1")
        self.user(1000)

    def program(self, name: str, script: str) -> Path:
        file = self.bin / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)
        return file

    def user(self, number: int) -> None:
        self.monkeypatch.setattr(os, "geteuid", lambda: number)

    def fetching(self, script: str) -> None:
        self.monkeypatch.setattr(chromium, "FETCH", [str(self.program("fetch", script))])


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


def test_takes_the_browser_that_is_named(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.program("chromium", RUNS)
    named = machine.program("mine", RUNS)
    monkeypatch.setenv(chromium.VARIABLE, str(named))
    assert chromium.get() == named


def test_refuses_a_named_browser_that_does_not_run(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.program("chromium", RUNS)
    monkeypatch.setenv(chromium.VARIABLE, "/no/such/browser")
    with pytest.raises(chromium.NoBrowser, match=r"LUNGFIELD_CHROMIUM .*'/no/such/browser'.* unset it"):
        chromium.get()


def test_takes_the_systems_browser_without_fetching(machine: Machine, tmp_path: Path) -> None:
    machine.fetching(f"echo > {tmp_path}/fetched")
    installed = machine.program("google-chrome", RUNS)
    assert chromium.get() == installed
    assert not (tmp_path / "fetched").exists()


def test_passes_over_a_browser_that_lacks_a_library(machine: Machine) -> None:
    machine.program("chromium", LACKS_A_LIBRARY)
    whole = machine.program("google-chrome", RUNS)
    assert chromium.get() == whole


def test_root_gets_debians_package(machine: Machine, tmp_path: Path) -> None:
    machine.user(0)
    machine.program(
        "apt-get",
        f'echo "$@" >> {tmp_path}/asked\n'
        f"if [ $1 = install ]; then printf '#!/bin/sh\\n{RUNS}\\n' > {machine.bin}/chromium\n"
        f"/bin/chmod +x {machine.bin}/chromium; fi",
    )
    assert chromium.get() == machine.bin / "chromium"
    asked = (tmp_path / "asked").read_text().splitlines()
    assert asked == ["update", "install --yes --no-install-recommends chromium"]


def test_says_all_that_was_tried_and_what_to_do(machine: Machine) -> None:
    machine.program("chromium", LACKS_A_LIBRARY)
    with pytest.raises(chromium.NoBrowser) as refusal:
        chromium.get()
    lines = str(refusal.value).splitlines()
    assert [line.split(":")[0] for line in lines[1:-1]] == [
        "- Playwright's own browser",
        "- the system's browser",
        "- playwright install chromium",
        "- apt-get install chromium",
    ]
    assert "does not start (No such file or directory)" in lines[1]
    assert "libnss3.so" in lines[2]
    assert lines[3].endswith("said: Error: no network")
    assert lines[4].endswith("it takes root, and a system with apt-get")
    assert lines[5] == "Install Chromium or Chrome, or set LUNGFIELD_CHROMIUM to the path of one."


def test_gives_up_a_download_that_hangs_with_all_its_children(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chromium, "FETCH_SECONDS", 0.5)
    machine.fetching("/bin/sleep 60 & wait")
    began = time.monotonic()
    with pytest.raises(chromium.NoBrowser, match=r"fetch chromium did not end within 0\.5 s"):
        chromium.get()
    assert time.monotonic() - began < 30
