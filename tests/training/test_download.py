"""The download, from a made-up publisher on this machine with a made-up archive."""

import hashlib
import io
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from training import download

PICTURES = {
    "chest_xray/train/NORMAL/IM-0115-0001.jpeg": b"n" * 3000,
    "chest_xray/train/PNEUMONIA/person1_bacteria_1.jpeg": b"b" * 4000,
    "chest_xray/test/NORMAL/IM-0001-0001.jpeg": b"t" * 2000,
    "chest_xray/test/PNEUMONIA/person1_virus_6.jpeg": b"v" * 1000,
}
OTHERS = {
    "__MACOSX/chest_xray/train/NORMAL/._IM-0115-0001.jpeg": b"twin",
    "chest_xray/train/NORMAL/._IM-0115-0001.jpeg": b"twin",
    "chest_xray/train/.DS_Store": b"store",
    "chest_xray/train/NORMAL/.DS_Store": b"store",
    "chest_xray/val/NORMAL/IM-0002-0001.jpeg": b"no part of ours",
}
ESCAPES = {
    "chest_xray/train/NORMAL/../../../escaped.jpeg": b"out",
    "chest_xray/train/../escaped/NORMAL/IM-1-1.jpeg": b"out",
    "/chest_xray/train/NORMAL/escaped.jpeg": b"out",
    "chest_xray/train/NORMAL/..\\..\\escaped.jpeg": b"out",
}


def archive_of(entries: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return packed.getvalue()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Publisher(ThreadingHTTPServer):
    """Serves ``content``; cuts an answer off after ``cut`` bytes; knows ranges unless told otherwise."""

    def __init__(self, content: bytes) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.content, self.etag = content, '"first"'
        self.cut: int | None = None
        self.ranges, self.shift, self.status = True, 0, 200
        self.asked: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/file_downloaded"


class Answer(BaseHTTPRequestHandler):
    server: Publisher

    def do_GET(self) -> None:
        here, wanted = self.server, self.headers["Range"]
        here.asked.append(wanted)
        if here.status != 200:
            return self.send_error(here.status)
        same = self.headers["If-Range"] in {None, here.etag}
        start = int(wanted[6:-1]) if wanted and here.ranges and same else 0
        if start and start >= len(here.content):
            return self.send_error(416)
        self.send_response(206 if start else 200)
        if start:
            start += here.shift
            self.send_header("Content-Range", f"bytes {start}-{len(here.content) - 1}/{len(here.content)}")
        self.send_header("Content-Length", str(len(here.content) - start))
        self.send_header("ETag", here.etag)
        self.end_headers()
        self.wfile.write(here.content[start : start + here.cut if here.cut else None])
        return None

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    monkeypatch.setattr(download, "PUBLISHED", dict.fromkeys(download.PUBLISHED, 1))
    with Publisher(archive_of(PICTURES | OTHERS)) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.shutdown()


def fetch(publisher: Publisher, data: Path) -> None:
    download.fetch(data, publisher.url, sha256(publisher.content))


def files(folder: Path) -> dict[str, bytes]:
    return {
        f"chest_xray/{file.relative_to(folder).as_posix()}": file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_unpacks_the_radiographs_and_nothing_else(publisher: Publisher, tmp_path: Path) -> None:
    fetch(publisher, tmp_path / "data")
    assert files(tmp_path / "data") == PICTURES


def test_asks_nobody_for_what_is_there(
    publisher: Publisher, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fetch(publisher, tmp_path)
    fetch(publisher, tmp_path)
    assert publisher.asked == [None]
    assert capsys.readouterr().out == f"{tmp_path} has train and test already: nothing to do.\n"


def test_takes_an_archive_saved_by_hand(publisher: Publisher, tmp_path: Path) -> None:
    (tmp_path / download.ARCHIVE).write_bytes(publisher.content)
    fetch(publisher, tmp_path)
    assert publisher.asked == []
    assert files(tmp_path) == PICTURES


def break_off(publisher: Publisher, data: Path) -> None:
    """Leave the first 5,000 bytes in ``data``."""
    publisher.cut = 5000
    with pytest.raises(download.DownloadFailed, match=r"expected .* bytes.* broke off after 5,000.* goes on"):
        fetch(publisher, data)
    publisher.cut = None


def test_goes_on_where_it_was_broken_off(publisher: Publisher, tmp_path: Path) -> None:
    break_off(publisher, tmp_path)
    assert not (tmp_path / "train").exists()
    fetch(publisher, tmp_path)
    assert publisher.asked == [None, "bytes=5000-"]
    assert files(tmp_path) == PICTURES


def test_begins_anew_where_the_server_knows_no_ranges(publisher: Publisher, tmp_path: Path) -> None:
    break_off(publisher, tmp_path)
    publisher.ranges = False
    fetch(publisher, tmp_path)
    assert files(tmp_path) == PICTURES


def test_begins_anew_where_the_file_has_changed(publisher: Publisher, tmp_path: Path) -> None:
    break_off(publisher, tmp_path)
    publisher.etag = '"second"'
    publisher.content = archive_of(OTHERS | PICTURES)
    fetch(publisher, tmp_path)
    assert files(tmp_path) == PICTURES


def test_begins_anew_where_more_is_here_than_there(publisher: Publisher, tmp_path: Path) -> None:
    (tmp_path / f"{download.ARCHIVE}.part").write_bytes(bytes(len(publisher.content)))
    fetch(publisher, tmp_path)
    assert publisher.asked == [f"bytes={len(publisher.content)}-", None]
    assert files(tmp_path) == PICTURES


def test_refuses_a_part_from_another_place(publisher: Publisher, tmp_path: Path) -> None:
    break_off(publisher, tmp_path)
    publisher.shift = 7
    with pytest.raises(download.DownloadFailed, match=r"bytes from 5,007 on, which nobody asked for"):
        fetch(publisher, tmp_path)


def test_says_what_the_server_refused(publisher: Publisher, tmp_path: Path) -> None:
    publisher.status = 403
    with pytest.raises(download.DownloadFailed, match=r"received 0 bytes .* 403.* or save ChestXRay2017\.zip from"):
        fetch(publisher, tmp_path)


def test_refuses_and_removes_another_archive(publisher: Publisher, tmp_path: Path) -> None:
    received, expected = sha256(publisher.content), "0" * 64
    with pytest.raises(download.DownloadFailed, match=f"expected .* {expected}; received .* {received}.* removed"):
        download.fetch(tmp_path, publisher.url, expected)
    assert list(tmp_path.iterdir()) == []


def test_writes_nothing_outside_its_folder(publisher: Publisher, tmp_path: Path) -> None:
    publisher.content = archive_of(PICTURES | ESCAPES)
    fetch(publisher, tmp_path / "deep" / "data")
    assert files(tmp_path / "deep" / "data") == PICTURES
    assert [entry.name for entry in tmp_path.rglob("*escaped*")] == []


def test_refuses_an_archive_that_lacks_radiographs(publisher: Publisher, tmp_path: Path) -> None:
    publisher.content = archive_of(dict(list(PICTURES.items())[1:]))
    with pytest.raises(download.DownloadFailed, match=r"expected the published .*'train/NORMAL': 1.* received"):
        fetch(publisher, tmp_path)
    assert not (tmp_path / "train").exists()


def test_the_command_ends_with_the_message_alone(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / download.ARCHIVE).write_bytes(b"something else")
    with pytest.raises(SystemExit, match=r"^Download failed: expected ChestXRay2017\.zip with SHA-256 13efc0556"):
        download.main(["--data", str(tmp_path)])
