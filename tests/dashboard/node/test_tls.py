import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.node import configuration
from dashboard.node.configuration import InvalidConfiguration, Listen, Tls
from dashboard.node.delivery import archive
from dashboard.node.receiver import Receiver
from dashboard.node.spool import Spool
from dashboard.node.tls import client_context, server_context
from tests.dashboard.node.examples import radiograph, send
from tests.dashboard.reports.examples import capture, source
from tests.debian import program

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    """Make a certificate of this machine's, which vouches for itself."""
    return certificate(tmp_path_factory.mktemp("tls"))


def certificate(folder: Path) -> Tls:
    made = Tls(folder / "node.pem", folder / "node.key", folder / "node.pem")
    subprocess.run(
        [
            *(program("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"),
            *("-keyout", made.key, "-out", made.certificate),
        ],
        check=True,
        capture_output=True,
    )
    return made


@pytest.fixture
def port(tls: Tls, tmp_path: Path) -> Iterator[int]:
    receiver = Receiver(Listen(port=0, tls=tls), Spool(tmp_path / "spool", "1.0.0"), lambda: None)
    yield receiver.start()
    receiver.stop()


def test_a_radiograph_comes_in_over_tls(tls: Tls, port: int) -> None:
    assert send(port, radiograph(), tls=(client_context(tls), "127.0.0.1")) == [0]


def test_without_tls_nobody_comes_in(port: int) -> None:
    with pytest.raises(ConnectionError):
        send(port, radiograph())


def test_without_a_certificate_nobody_comes_in(tls: Tls, port: int) -> None:
    nobody = ssl.create_default_context(cafile=tls.authority)
    with pytest.raises(ConnectionError):
        send(port, radiograph(), tls=(nobody, "127.0.0.1"))


def test_a_strangers_certificate_is_refused(tls: Tls, port: int, tmp_path: Path) -> None:
    stranger = certificate(tmp_path)
    context = client_context(Tls(stranger.certificate, stranger.key, tls.authority))
    with pytest.raises(ConnectionError):
        send(port, radiograph(), tls=(context, "127.0.0.1"))


def test_who_connects_and_says_nothing_keeps_nobody_out(tls: Tls, port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)):
        assert send(port, radiograph(), tls=(client_context(tls), "127.0.0.1")) == [0]


def test_answers_go_out_over_tls(tls: Tls, port: int) -> None:
    settings = configuration.ArchiveSettings(host="127.0.0.1", port=port, ae_title="LUNGFIELD", tls=tls)
    # The node itself stands for an archive: it takes pictures, and of its own it makes nothing.
    archive(settings, "LUNGFIELD").store([capture(source())])


def test_old_protocols_are_off(tls: Tls) -> None:
    for context in (server_context(tls), client_context(tls)):
        assert context.minimum_version == ssl.TLSVersion.TLSv1_2
        assert context.verify_mode == ssl.CERT_REQUIRED
        names = {cipher["name"] for cipher in context.get_ciphers() if cipher["protocol"] == "TLSv1.2"}
        assert names
        assert all(name.startswith("ECDHE-") and ("GCM" in name or "CHACHA20" in name) for name in names)


def test_files_that_are_none_are_named(tmp_path: Path) -> None:
    missing = Tls(tmp_path / "a.pem", tmp_path / "a.key", tmp_path / "ca.pem")
    with pytest.raises(InvalidConfiguration, match=r"tls: expected certificate, key and authority .*a\.pem"):
        server_context(missing)
