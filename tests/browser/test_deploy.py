"""The files of docs/deploy.md, with the real nginx before the dashboard."""

import shutil
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from dashboard.access.door import NOBODY, WITHOUT_LOGIN
from tests.browser.conftest import free_port
from tests.debian import program

DEPLOY = Path(__file__).resolve().parents[2] / "docs" / "deploy"
SECONDS = 30_000
LIMIT = "client_max_body_size 510m"
OTHERS = ssl.create_default_context()
"""Takes a certificate that nobody vouches for."""
OTHERS.check_hostname, OTHERS.verify_mode = False, ssl.CERT_NONE


@pytest.fixture
def secure_url(dashboard_url: str, tmp_path: Path) -> Iterator[str]:
    """Where nginx serves the dashboard by ``nginx.conf``, with names of this machine and a limit of 1 MB."""
    port = free_port()
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    request = f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout {key} -out {certificate}"
    subprocess.run([program("openssl"), *request.split()], check=True, capture_output=True)
    site = (DEPLOY / "nginx.conf").read_text()
    for written, here in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("lungs.hospital.example", "localhost"),
        ("/etc/lungfield/certificate.pem", str(certificate)),
        ("/etc/lungfield/key.pem", str(key)),
        ("http://127.0.0.1:8501", dashboard_url.replace("localhost", "127.0.0.1")),
        (LIMIT, "client_max_body_size 1m"),
    ):
        assert written in site, f"expected {written!r} in nginx.conf"
        site = site.replace(written, here)
    folders = " ".join(
        f"{name}_temp_path {tmp_path}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; pid {tmp_path}/nginx.pid; error_log {tmp_path}/error.log;\n"
        f"events {{}}\nhttp {{ access_log off; {folders}\n{site}\n}}\n"
    )
    server = subprocess.Popen([program("nginx"), "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")])
    url = f"https://localhost:{port}"
    try:
        wait_for(f"{url}/_stcore/health", server)
        yield url
    finally:
        server.terminate()
        server.wait(20)


def wait_for(url: str, server: subprocess.Popen | None = None) -> None:
    """Wait until an address answers."""
    for _ in range(100):
        try:
            with urllib.request.urlopen(url, context=OTHERS, timeout=5):
                return
        except OSError:
            assert server is None or server.poll() is None, "expected nginx to run; it ended"
            time.sleep(0.1)
    pytest.fail(f"expected {url} to answer")


def test_the_dashboard_opens_over_tls_and_its_websocket(browser: Browser, secure_url: str) -> None:
    context = browser.new_context(ignore_https_errors=True)
    page = context.new_page()
    sockets: list[str] = []
    page.on("websocket", lambda channel: sockets.append(channel.url))
    page.goto(secure_url)
    expect(page.locator("input[type=file]")).to_be_attached(timeout=SECONDS)
    assert sockets and all(address.startswith("wss://") for address in sockets)
    context.close()


def test_an_upload_over_the_limit_is_refused(secure_url: str) -> None:
    request = urllib.request.Request(f"{secure_url}/_stcore/upload_file/a/b", b"x" * 2_000_000, method="PUT")
    with pytest.raises(urllib.error.HTTPError, match="413"):
        urllib.request.urlopen(request, context=OTHERS, timeout=20)


def test_readiness_is_told_through_the_proxy_and_metrics_are_not(secure_url: str, dashboard_url: str) -> None:
    wait_for(f"{secure_url}/ready")
    for path in ("/metrics", "/_stcore/metrics"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{secure_url}{path}", context=OTHERS, timeout=20)
        with urllib.request.urlopen(f"{dashboard_url}{path}", timeout=20) as answer:
            assert b"sessions" in answer.read()


def test_the_limit_leaves_room_for_the_largest_upload() -> None:
    config = (DEPLOY.parents[1] / ".streamlit" / "config.toml").read_text()
    assert "maxUploadSize = 500" in config and LIMIT in (DEPLOY / "nginx.conf").read_text()


def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    text = (DEPLOY / "lungfield.service").read_text()
    assert "NoNewPrivileges=yes" in text and "ProtectSystem=strict" in text
    assert f"{WITHOUT_LOGIN}={NOBODY}" in text, (
        "expected the proxied dashboard to be shut where no login is configured"
    )
    unit = tmp_path / "lungfield.service"
    unit.write_text(text.replace("/opt/lungfield/bin/lungfield", shutil.which("true") or "/bin/true"))
    found = subprocess.run([program("systemd-analyze"), "verify", str(unit)], capture_output=True, text=True)
    assert "lungfield.service" not in found.stderr, found.stderr
