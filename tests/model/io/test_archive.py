import io
import os
import tracemalloc
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from model.io import archive
from model.io.archive import File, count, member, unpack
from model.io.locations import gather


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as opened:
        for name, data in members.items():
            opened.writestr(name, data)
    return out.getvalue()


def problems(data: bytes) -> list[str]:
    return [file.problem for file in unpack("all.zip", data)]


def test_files_folders_and_archives_are_one_sequence(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "a.png").write_bytes(b"a")
    (tmp_path / "deep" / ".hidden").write_bytes(b"h")
    (tmp_path / "scans").write_bytes(zipped({"x/y/b.dcm": b"b", "x/": b"", "x/.c": b"c", "__MACOSX/d": b"d"}))
    found = list(gather([tmp_path]))
    assert [(file.name, file.data) for file in found] == [
        (f"{tmp_path}/deep/.hidden", b""),
        (f"{tmp_path}/deep/er/a.png", b"a"),
        (f"{tmp_path}/scans/x/y/b.dcm", b"b"),
        (f"{tmp_path}/scans/x/.c", b""),
    ]


def test_a_hidden_file_has_a_line_that_says_so(tmp_path: Path) -> None:
    (tmp_path / ".scans").mkdir()
    (tmp_path / ".scans" / "a.png").write_bytes(b"a")
    reason = (
        "is hidden, for its name begins with a dot, and is not read. Expected a file that is shown. Rename it if "
        "it is a radiograph."
    )
    assert list(gather([tmp_path])) == [File(f"{tmp_path}/.scans", b"", f"{tmp_path}/.scans {reason}")]
    assert [file.data for file in gather([tmp_path / ".scans"])] == [b"a"]
    assert list(unpack("all.zip", zipped({".a.dcm": b"a"}))) == [
        File("all.zip/.a.dcm", b"", f"all.zip/.a.dcm {reason}")
    ]


def test_what_file_managers_leave_behind_has_no_line(tmp_path: Path) -> None:
    for name in (".DS_Store", "._a.png", "a.png"):
        (tmp_path / name).write_bytes(b"a")
    assert [file.name for file in gather([tmp_path])] == [f"{tmp_path}/a.png"]
    left = zipped({"x/.DS_Store": b"s", "x/._a.png": b"s", "__MACOSX/x/._a.png": b"s", "x/a.png": b"a"})
    assert [file.name for file in unpack("all.zip", left)] == ["all.zip/x/a.png"]


def packed_by(page: str, names: list[str]) -> bytes:
    """Make an archive as a packer of old does: names in a code page, and nothing that says so."""
    codes = [name.encode(page) for name in names]
    fillers = ["ABCDEFGH"[number] * len(code) for number, code in enumerate(codes)]
    data = zipped({filler: name.encode() for filler, name in zip(fillers, names, strict=True)})
    for filler, code in zip(fillers, codes, strict=True):
        data = data.replace(filler.encode(), code)
    return data


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("cp932", ["胸部/ソ連.png", "胸部/表.dcm", "能力_十.png", "ソ.png"]),
        ("cp932", ["山田\uff08\uff11\uff09・正面.png", "予定表　PA像.dcm"]),
        ("gbk", ["正常/胸部_张三.png", "肺炎/李四.dcm"]),
        ("gbk", ["正常/昞昞.png"]),
        ("big5", ["正常/許功蓋.png", "肺炎/淚珊.dcm"]),
        ("cp949", ["정상/가나다.png", "폐렴/흉부.dcm"]),
        ("utf-8", ["胸部/ソ \u2013 表.png", "Röntgen/für Müller.png"]),
        ("cp437", ["Röntgen/für Müller.png", "tórax/año.png", "Zähne ä.png"]),
    ],
)
def test_names_in_an_old_code_page_are_whole_and_no_file_is_lost(page: str, names: list[str]) -> None:
    files = list(unpack("all.zip", packed_by(page, names)))
    assert [file.data.decode() for file in files] == names
    assert [file.name for file in files] == [f"all.zip/{name}" for name in names]


@pytest.mark.parametrize("code", [b"\x83\\.png", b"\xff\\.a.png", b"f\x81\\r\x81.png", b"\x83\\..\\..\\etc"])
def test_bytes_of_no_code_page_hide_no_file_and_lead_nowhere(code: bytes) -> None:
    data = zipped({"n" * len(code): b"whole"}).replace(b"n" * len(code), code)
    (file,) = unpack("all.zip", data)
    assert (file.data, file.problem) == (b"whole", "")
    assert ".." not in file.name.split("/")


@pytest.mark.parametrize("code", [b"\0\0\0\0", b"\0a.p", b"/../"])
def test_a_member_without_a_name_hides_no_other(code: bytes) -> None:
    files = list(unpack("all.zip", zipped({"none": b"x", "a.png": b"a"}).replace(b"none", code)))
    assert files[-1] == File("all.zip/a.png", b"a")
    assert len(files) == 2 - code.endswith(b"/")


def test_a_backslash_between_folders_is_a_slash() -> None:
    (file,) = unpack("all.zip", packed_by("cp932", ["胸部\\NORMAL\\表.png"]))
    assert file.name == "all.zip/胸部/NORMAL/表.png"


def test_what_is_not_there_is_said_to_be_missing_and_not_empty(tmp_path: Path) -> None:
    missing = tmp_path / "missing.png"
    assert list(gather([missing])) == [
        File(str(missing), b"", f"{missing} is not there. Expected a file, a folder or an archive. Check its name.")
    ]


def test_a_locked_folder_is_told_of_and_its_neighbours_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("a", "b", "c"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "scan.png").write_bytes(b"scan")
    contents = Path.iterdir

    def some(folder: Path) -> Iterator[Path]:
        if folder.name == "b":
            raise PermissionError(13, "Permission denied")
        return contents(folder)

    monkeypatch.setattr(Path, "iterdir", some)
    a, b, c = gather([tmp_path])
    assert (a.data, c.data) == (b"scan", b"scan")
    assert b == File(
        f"{tmp_path}/b",
        b"",
        f"{tmp_path}/b cannot be opened (Permission denied). Expected one that may be read. Check who may read it.",
    )


def test_a_link_that_leads_back_is_not_followed_unless_named(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "scan.png").write_bytes(b"scan")
    (inside / "up").symlink_to(tmp_path)
    scan, link = gather([tmp_path])
    assert scan.data == b"scan"
    assert link.problem.startswith(f"{inside}/up is a link to a folder and not followed.")
    assert [file.name for file in gather([inside / "up"])] == [
        f"{inside}/up/inside/scan.png",
        f"{inside}/up/inside/up",
    ]


def test_what_is_dropped_is_itself_or_its_members() -> None:
    assert list(unpack("a.png", b"picture")) == [File("a.png", b"picture")]
    assert list(unpack("a.png", zipped({"b/c": b"c"}))) == [File("a.png/b/c", b"c")]


def test_one_file_is_picked_as_it_was_counted() -> None:
    mixed = zipped({"a": b"a", "x/": b"", ".h": b"h", "../b": b"b", "in.zip": zipped({"c": b"c"})})
    whole = list(unpack("all.zip", mixed))
    assert count(mixed) == len(whole) == 4
    assert [member("all.zip", mixed, number) for number in range(4)] == whole
    assert (count(b"picture"), member("a.png", b"picture", 0)) == (1, File("a.png", b"picture"))
    with pytest.raises(IndexError):
        member("a.png", b"picture", 1)


def test_an_archive_that_is_refused_counts_as_the_one_line_that_says_so() -> None:
    crowd = zipped({f"{number}": b"" for number in range(archive.MAX_FILES + 1)})
    for refused in (crowd, zipped({}), zipped({"a": b"a"})[:-10]):
        (line,) = unpack("all.zip", refused)
        assert count(refused) == 1
        assert member("all.zip", refused, 0) == line
        with pytest.raises(IndexError):
            member("all.zip", refused, 1)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "..\\etc\\passwd", "a/../../etc/passwd"])
def test_no_members_name_leads_out(name: str) -> None:
    (file,) = unpack("all.zip", zipped({name: b"x"}))
    assert file.name in {"all.zip/etc/passwd", "all.zip/a/etc/passwd"}


def test_an_archive_within_an_archive_is_refused_and_its_neighbours_read() -> None:
    nested, plain = unpack("all.zip", zipped({"in.zip": zipped({"a": b"a"}), "b": b"b"}))
    assert "all.zip/in.zip is an archive within an archive" in nested.problem
    assert nested.data == b""
    assert plain == File("all.zip/b", b"b")


def test_five_hundred_files_and_no_more() -> None:
    members = {f"{number}.png": b"" for number in range(archive.MAX_FILES)}
    assert len(list(unpack("all.zip", zipped(members)))) == 500
    (refused,) = unpack("all.zip", zipped({**members, "one.png": b""}))
    assert refused.problem.startswith("all.zip holds 501 files. Expected at most 500")


def test_a_bomb_goes_off_under_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LARGEST_FILE", 3_000_000)
    monkeypatch.setattr(archive, "LARGEST_ARCHIVE", 5_000_000)
    bomb = zipped({"a": bytes(2_000_000), "b": bytes(9_000_000), "c": bytes(2_500_000), "d": bytes(1_000_000)})
    assert len(bomb) < 30_000
    a, b, c, d = unpack("all.zip", bomb)
    assert len(a.data) == 2_000_000
    assert "all.zip/b holds more than 3 million bytes" in b.problem
    assert len(c.data) == 2_500_000
    assert "all.zip/d is left out: its archive unpacks to more than 5 million bytes" in d.problem


def test_what_is_refused_counts_as_unpacked_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LARGEST_ARCHIVE", 5_000_000)
    nested = zipped({"a": bytes(2_000_000)}, zipfile.ZIP_STORED)
    damaged = zipped({"1.zip": nested, "2.zip": nested, "3": bytes(2_000_000)}).replace(
        zlib.crc32(nested).to_bytes(4, "little"), b"four"
    )
    for crowd in (zipped({"1.zip": nested, "2.zip": nested, "3": bytes(2_000_000)}), damaged):
        *_, last = unpack("all.zip", crowd)
        assert "all.zip/3 is left out: its archive unpacks to more than 5 million bytes" in last.problem
        assert member("all.zip", crowd, 2) == last


def test_what_is_too_large_is_not_unpacked_to_be_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zipped({"a": bytes(3_000_000), "b": bytes(3_000_000), "c": bytes(1000)})
    opened: list[str] = []
    unpacking = zipfile.ZipFile.open

    def recorded(opening: zipfile.ZipFile, name: zipfile.ZipInfo, *rest: Any, **named: Any) -> IO[bytes]:
        opened.append(name.filename)
        return unpacking(opening, name, *rest, **named)

    monkeypatch.setattr(zipfile.ZipFile, "open", recorded)
    monkeypatch.setattr(archive, "LARGEST_FILE", 2_000_000)
    a, b, c = unpack("all.zip", bomb)
    assert "all.zip/a holds more than 2 million bytes" in a.problem
    assert "all.zip/b holds more than 2 million bytes" in b.problem
    assert c.data == bytes(1000)
    assert opened == ["c"]


def test_a_header_that_promises_little_delivers_no_more() -> None:
    honest = zipped({"a": bytes(1_000_000)})
    lying = honest.replace((1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    tracemalloc.start()
    (problem,) = problems(lying)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "all.zip/a is damaged within its archive" in problem
    assert most < 500_000, "it is not unpacked to be cut"


@pytest.mark.parametrize(("method", "name"), [(zipfile.ZIP_BZIP2, "bzip2"), (zipfile.ZIP_LZMA, "LZMA")])
def test_other_compressions_are_refused_by_name(method: int, name: str) -> None:
    (problem,) = problems(zipped({"a": bytes(1000)}, method))
    assert f"all.zip/a is compressed by {name}. Expected deflate" in problem


def test_a_locked_member_is_named() -> None:
    locked = bytearray(zipped({"a.dcm": b"secret"}, zipfile.ZIP_STORED))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(signature) + flags] |= 1
    (problem,) = problems(bytes(locked))
    assert "all.zip/a.dcm is locked with a password" in problem


def test_damage_is_told_of_wherever_it_is() -> None:
    whole = zipped({"a": os.urandom(5000), "b": b"b"})
    (cut,) = problems(whole[:-30])
    assert cut.startswith("all.zip is a damaged ZIP archive")
    flipped = bytearray(whole)
    flipped[1000] ^= 0xFF
    a, b = unpack("all.zip", bytes(flipped))
    assert "all.zip/a is damaged within its archive" in a.problem
    assert b.data == b"b"
    assert "is an archive without files" in problems(zipped({}))[0]


def test_a_file_too_large_or_locked_away_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LARGEST_FILE", 1_000_000)
    large = tmp_path / "large.dcm"
    large.write_bytes(bytes(1_000_001))
    assert "holds more than 1 million bytes" in next(gather([large])).problem
    assert "holds more than 1 million bytes" in next(unpack("large.dcm", large.read_bytes())).problem

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    assert "cannot be opened (Permission denied)" in next(gather([large])).problem
