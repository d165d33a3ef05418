import socket
import sys
from pathlib import Path

import pytest

import dashboard.node
from dashboard import __main__ as command
from dashboard.node.configuration import VARIABLE
from dashboard.node.spool import ArchiveOutage, Spool
from tests.dashboard.node.test_spool import begun

TEXT = 'spool = "spool"\n[listen]\nport = {port}\n[archive]\nurl = "http://127.0.0.1:9/dicom-web"\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "node.toml"
    made.write_text(TEXT.format(port=0))
    return made


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", "1.0.0")


def test_a_configuration_is_expected(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(SystemExit):
        command.main(["node"])
    assert "expected the configuration: --config FILE, or the environment variable LUNGFIELD_NODE" in (
        capsys.readouterr().err
    )


def test_without_pynetdicom_what_to_install_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    for name in [name for name in sys.modules if name.startswith("dashboard.node")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr(dashboard.node, "command")
    monkeypatch.setitem(sys.modules, "pynetdicom", None)
    assert command.main(["node", "status"]) == 1
    assert "pip install -r requirements-node.txt" in capsys.readouterr().err


def test_a_mistake_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    (tmp_path / "node.toml").write_text("spool = 1")
    assert command.main(["node", "--config", str(tmp_path / "node.toml")]) == 1
    assert capsys.readouterr().err.endswith("node.toml: spool: expected a path; received 1.\n")


def test_an_unknown_policy_is_named_before_anything_starts(file: Path, capsys: pytest.CaptureFixture) -> None:
    file.write_text(file.read_text() + '[reading]\npolicy = "boldest"\n')
    assert command.main(["node", "--config", str(file)]) == 1
    assert "reading.policy: expected one of default" in capsys.readouterr().err
    assert not (file.parent / "spool").exists()


def test_a_port_that_is_taken_is_named(file: Path, capsys: pytest.CaptureFixture) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        file.write_text(TEXT.format(port=port))
        assert command.main(["node", "--config", str(file)]) == 1
    assert f"listen: 127.0.0.1:{port} cannot be listened to: " in capsys.readouterr().err


def test_a_spool_in_use_is_named(file: Path, spool: Spool, capsys: pytest.CaptureFixture) -> None:
    assert command.main(["node", "--config", str(file)]) == 1
    assert "belongs to another node that is running" in capsys.readouterr().err


def test_the_status_is_told_while_the_node_runs(
    file: Path, spool: Spool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setenv(VARIABLE, str(file))
    spool.receive("1", b"bytes")
    spool.problem(begun(spool), "It is damaged.", failed=True)
    spool.receive("2", b"bytes")
    spool.archive_outage(ArchiveOutage("PACS does not answer.", 1.0, 3, 9.0))
    assert command.main(["node", "status"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "waiting 1, failed 1, answered in the last 24 hours 0",
        "3 attempts to reach the archive: PACS does not answer.",
        "1 radiograph: It is damaged.",
    ]


def test_what_failed_is_tried_again_or_removed(file: Path, spool: Spool, capsys: pytest.CaptureFixture) -> None:
    spool.receive("1", b"bytes")
    spool.problem(begun(spool), "It is damaged.", failed=True)
    assert command.main(["node", "retry", "--config", str(file)]) == 0
    assert spool.data(begun(spool)) == b"bytes"
    assert command.main(["node", "discard", "--config", str(file)]) == 0
    assert capsys.readouterr().out == "1 radiograph will be tried again\n0 radiographs removed, unanswered\n"


def test_no_spool_is_told(file: Path, capsys: pytest.CaptureFixture) -> None:
    assert command.main(["node", "status", "--config", str(file)]) == 1
    assert "There is no spool in" in capsys.readouterr().err
