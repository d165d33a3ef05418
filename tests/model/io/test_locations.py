"""Files are listed before they are read; what they hold is ``test_archive``'s."""

import io
import pickle
import zipfile
from pathlib import Path
from typing import IO, Any

import pytest

from model.io.archive import File
from model.io.locations import Loader, Location, gather, locate


def archived(file: Path, members: dict[str, bytes]) -> Path:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        for name, data in members.items():
            opened.writestr(name, data)
    file.write_bytes(out.getvalue())
    return file


def loaded(loader: Loader, location: Location) -> list[File]:
    return list(loader.load(location))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "b.png").write_bytes(b"b")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "1.png").write_bytes(b"1")
    archived(tmp_path / "c.zip", {"x.png": b"x", "y.png": b"y"})
    archived(tmp_path / "d", {"z.png": b"z", ".w.png": b"w"})
    (tmp_path / "e.zip").write_bytes(b"a picture by another name")
    return tmp_path


def test_members_are_listed_and_what_only_turns_out_to_be_an_archive_is_one_place(folder: Path) -> None:
    found = [(location.name, location.member) for location in locate([folder])]
    assert found == [
        (f"{folder}/a/1.png", -1),
        (f"{folder}/b.png", -1),
        (f"{folder}/c.zip/x.png", 0),
        (f"{folder}/c.zip/y.png", 1),
        (f"{folder}/d", -1),
        (f"{folder}/e.zip", -1),
    ]


def test_a_location_is_loaded_elsewhere_and_in_any_order(folder: Path) -> None:
    sent = pickle.loads(pickle.dumps(list(locate([folder]))))
    loader = Loader()
    backwards = [file for location in reversed(sent) for file in reversed(loaded(loader, location))]
    assert backwards == list(reversed(list(gather([folder]))))


def test_listing_opens_no_file_but_archives(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    whole = Path.open

    def noted(self: Path, mode: str) -> IO[Any]:
        opened.append(self.name)
        return whole(self, mode)

    monkeypatch.setattr(Path, "open", noted)
    list(locate([folder]))
    assert opened == ["c.zip", "e.zip"]


def test_what_changed_since_it_was_listed_has_a_line_that_says_so(folder: Path) -> None:
    _, b, x, y, *_ = locate([folder])
    (folder / "b.png").unlink()
    archived(folder / "c.zip", {"x.png": b"x", "other.png": b"o"})
    loader = Loader()
    (missing,), (kept,), (changed,) = (loaded(loader, location) for location in (b, x, y))
    assert missing.problem == (
        f"{folder}/b.png is not there. Expected a file, a folder or an archive. Check its name."
    )
    assert kept.data == b"x"
    assert changed.problem == (
        f"{folder}/c.zip/y.png is no longer in its archive. Expected the one listed. Score it again."
    )
    (folder / "c.zip").unlink()
    assert [file.problem for file in Loader().load(y)] == [
        f"{folder}/c.zip/y.png is not there. Expected a file, a folder or an archive. Check its name."
    ]


def test_the_same_folder_has_one_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert [location.name for location in locate(["./a/", "a"])] == ["a/1.png", "a/1.png"]
