"""Object stores: fsspec's in memory, and one that speaks S3 on this machine."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from model.io.locations import gather, locate
from model.io.stores import Disk, Kind, ObjectStore, store_of
from tests.object_store import s3_server


@pytest.fixture
def memory() -> Iterator[str]:
    files = fsspec.filesystem("memory")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        opened.writestr("in.png", b"in")
    files.pipe({"/scans/b.png": b"b", "/scans/a/1.png": b"1", "/scans/c.zip": out.getvalue(), "/scans/.h": b"h"})
    yield "memory://scans"
    files.rm("/scans", recursive=True)


def test_a_store_is_listed_and_read_as_a_folder_is(memory: str) -> None:
    found = list(gather([memory]))
    assert [(file.name, file.data) for file in found] == [
        ("memory:///scans/.h", b""),
        ("memory:///scans/a/1.png", b"1"),
        ("memory:///scans/b.png", b"b"),
        ("memory:///scans/c.zip/in.png", b"in"),
    ]
    assert "is hidden" in found[0].problem


def test_a_path_is_on_disk_and_an_address_in_a_store(memory: str, tmp_path: Path) -> None:
    assert isinstance(store_of(str(tmp_path)), Disk)
    store = store_of(memory)
    assert isinstance(store, ObjectStore)
    assert [store.kind(f"{memory}/{name}") for name in ("a", "b.png", "z")] == [
        Kind.FOLDER,
        Kind.FILE,
        Kind.MISSING,
    ]
    assert store.read(f"{memory}/b.png", 10) == b"b"


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("memory://nowhere", "memory://nowhere is not there. Expected a file, a folder or an archive."),
        (
            "nothing://a",
            "nothing://a cannot be opened (Protocol not known: nothing). Expected one that may be read.",
        ),
    ],
)
def test_what_a_store_cannot_give_is_said(address: str, problem: str) -> None:
    (file,) = gather([address])
    assert file.problem.startswith(problem)


def test_a_client_that_fails_is_told_of_and_the_rest_is_read(memory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    files = fsspec.filesystem("memory")
    read = type(files).cat_file

    def fails(self: object, path: str, **options: int) -> bytes:
        if path.endswith("b.png"):
            raise RuntimeError("the token has expired")
        return read(self, path, **options)

    monkeypatch.setattr(type(files), "cat_file", fails)
    _, one, two, three = gather([memory])
    assert (one.data, three.data) == (b"1", b"in")
    assert two.problem == (
        "memory:///scans/b.png cannot be opened (the token has expired). Expected one that may be read. Check who "
        "may read it."
    )


@pytest.mark.slow
def test_a_bucket_is_listed_and_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with s3_server(monkeypatch, {"scans/b.png": b"b", "scans/a/1.png": b"1", "other/c.png": b"c"}) as bucket:
        assert [(file.name, file.data) for file in gather([f"{bucket}/scans"])] == [
            (f"{bucket}/scans/a/1.png", b"1"),
            (f"{bucket}/scans/b.png", b"b"),
        ]
        (missing,) = locate([f"{bucket}/missing"])
        assert "is not there" in missing.problem
