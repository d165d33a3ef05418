"""The server starts as it is documented, or ends and says why."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from dashboard.access.door import ANYBODY, NOBODY, WITHOUT_LOGIN
from tests.browser.conftest import APP, free_port, own_environment, wait_for

ROOT = APP.parents[1]
MAKE_RUN = (str(Path(sys.executable).with_name("streamlit")), "run", str(APP), "--server.port", "PORT")
LUNGFIELD_RUN = (sys.executable, "-m", "dashboard", "run", "--port", "PORT")
SECONDS = 60
pytestmark = pytest.mark.slow


def start(command: Sequence[str], folder: Path, port: int, **variables: str) -> subprocess.Popen:
    """Start the dashboard in a folder, at a port that takes the place of ``PORT`` in the command."""
    environment = own_environment(folder) | {"PYTHONPATH": str(ROOT), "STREAMLIT_SERVER_HEADLESS": "true"}
    return subprocess.Popen(
        [str(port) if word == "PORT" else word for word in command],
        cwd=folder,
        env=environment | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(server: subprocess.Popen) -> tuple[int, str, str]:
    """Return the status of a server that ends, and what it wrote to its outputs."""
    try:
        output, errors = server.communicate(timeout=SECONDS)
    finally:
        server.kill()
    return server.returncode, output, errors


@pytest.mark.parametrize(
    ("command", "variables", "reason"),
    [
        ((*MAKE_RUN, "--server.address", "0.0.0.0"), {}, "it listens on 0.0.0.0 and none is configured"),
        (MAKE_RUN, {"STREAMLIT_SERVER_ADDRESS": "::"}, "it listens on :: and none is configured"),
        ((*LUNGFIELD_RUN, "--", "--server.address", "0.0.0.0"), {}, "it listens on 0.0.0.0"),
        (LUNGFIELD_RUN, {WITHOUT_LOGIN: NOBODY}, "it listens on 127.0.0.1 and none is configured"),
        (MAKE_RUN, {WITHOUT_LOGIN: NOBODY}, "it listens on 127.0.0.1 and none is configured"),
    ],
)
def test_a_server_that_would_show_nobody_anything_ends_and_says_why(
    command: Sequence[str], variables: dict[str, str], reason: str, tmp_path: Path
) -> None:
    status, output, errors = ended(start(command, tmp_path, free_port(), **variables))
    assert status == 1
    assert "The dashboard was not started. Expected a login where other machines can reach" in errors
    assert reason in errors and f"{WITHOUT_LOGIN}={ANYBODY}" in errors
    assert "Traceback" not in errors and not output, "expected why it was not started and nothing else"


@pytest.mark.parametrize(
    ("secrets", "reason"),
    [("[auth\n", "Expected TOML in"), ("[access]\nidle_minutes = 0\n", "idle_minutes = 0: expected")],
)
def test_settings_that_cannot_be_followed_end_it_too(secrets: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text(secrets)
    status, _, errors = ended(start(LUNGFIELD_RUN, tmp_path, free_port()))
    assert status == 1
    assert reason in errors and "Traceback" not in errors


@pytest.mark.parametrize(
    ("command", "variables"),
    [
        (MAKE_RUN, {}),
        (LUNGFIELD_RUN, {}),
        ((*MAKE_RUN, "--server.address", "0.0.0.0"), {WITHOUT_LOGIN: ANYBODY}),
    ],
    ids=["make run", "lungfield run", "without login"],
)
def test_every_documented_start_serves_and_ends_when_asked_to(
    command: Sequence[str], variables: dict[str, str], tmp_path: Path
) -> None:
    port = free_port()
    server = start(command, tmp_path, port, **variables)
    try:
        wait_for(f"http://127.0.0.1:{port}/_stcore/health", server)
    finally:
        server.terminate()
    _, output, errors = ended(server)
    assert f"Lungfield: http://{'localhost' if variables else '127.0.0.1'}:{port}" in output
    assert "Traceback" not in errors
