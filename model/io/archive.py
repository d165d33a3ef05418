"""Read ZIP archives and single files as one sequence of named files, unpacked in memory and under limits."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import IO, NamedTuple

from model.io.wording import reason

MAX_FILES = 500
"""Of an archive; a folder may hold any number."""
LARGEST_FILE = 250_000_000
"""Bytes of one file, unpacked: the largest radiograph that is read, not compressed."""
LARGEST_ARCHIVE = 1_000_000_000
"""Bytes of all that is unpacked from one archive, including files that are refused once unpacked."""

# The other methods can unpack a whole archive from a few bytes before anyone may stop them.
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_OTHER_METHODS = {zipfile.ZIP_BZIP2: "bzip2", zipfile.ZIP_LZMA: "LZMA", 9: "deflate64", 93: "zstd", 98: "PPMd"}
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
ZIP = (b"PK\x03\x04", b"PK\x05\x06")

_CODE_PAGES = ("utf-8", "cp932", "cp949", "gbk", "big5")
"""Of names that are not marked as UTF-8 and not in the ZIP format's own code page 437 (APPNOTE, appendix D)."""
_LONE = re.compile(r"[a-z][^\0-\x7f](?![^\0-\x7f])|(?<![^\0-\x7f])[^\0-\x7f][a-z]|[A-Z][^\0-\x7f][A-Z]")
"""A single letter beyond ASCII in a Latin word: an accent in another code page than the one tried."""
_SYSTEM_FILES = {".DS_Store", ".localized"}
"""What file managers leave in folders, beside the copies of attributes whose names begin with ``._``."""
HIDDEN = (
    "is hidden, for its name begins with a dot, and is not read. Expected a file that is shown. Rename it if it is "
    "a radiograph."
)


class File(NamedTuple):
    """A file's name and bytes; or, in place of bytes, the ``problem`` that kept it from being read."""

    name: str
    data: bytes
    problem: str = ""


class Part(NamedTuple):
    """One of the files of an archive, unpacked when it is asked for."""

    name: str
    file: Callable[[], File]


def unpack(name: str, data: bytes) -> Iterator[File]:
    """Yield an archive's members, or any other file itself; the content decides, not the name's ending."""
    return (part.file() for part in _parts(name, data))


def count(data: bytes) -> int:
    """Return how many files ``unpack`` would yield; nothing is unpacked."""
    return len(_parts("", data))


def member(name: str, data: bytes, number: int) -> File:
    """Return file ``number``, from 0, of those that ``unpack`` yields; no other is unpacked.

    Raises:
        IndexError: there is none.
    """
    return _parts(name, data)[number].file()


def _parts(name: str, data: bytes) -> list[Part]:
    if data.startswith(ZIP):
        return members(name, io.BytesIO(data))
    return [Part(name, partial(whole, name, data))]


def whole(name: str, data: bytes) -> File:
    """Return a file, refused if it is larger than ``LARGEST_FILE``."""
    return refused(name, _too_large()) if len(data) > LARGEST_FILE else File(name, data)


def refused(name: str, problem: str) -> File:
    """Return a file that cannot be read; ``problem`` goes on after its name."""
    return File(name, b"", f"{name} {problem}")


def _too_large() -> str:
    return (
        f"holds more than {LARGEST_FILE // 10**6} million bytes. Expected at most that in one file, more "
        f"than any radiograph takes. Export the radiograph at its own resolution."
    )


def members(name: str, stream: IO[bytes]) -> list[Part]:
    """List an archive's files; none is unpacked to disk, so that no member's name can lead anywhere."""
    try:
        archive = zipfile.ZipFile(stream)
    except UnicodeDecodeError:
        return _refused_whole(
            name,
            "is a ZIP archive with names that it calls UTF-8 and that are not. Expected them so. Make it anew.",
        )
    except Exception as problem:
        return _refused_whole(
            name, f"is a damaged ZIP archive ({reason(problem)}). Expected a whole one. Make it anew."
        )
    labels = _labels(archive.infolist())
    files = [
        (member, label)
        for member, label in zip(archive.infolist(), labels, strict=True)
        # ZipInfo.is_dir fails on a name without a letter.
        if not member.filename.endswith("/") and not is_of_the_system(label)
    ]
    if not files:
        return _refused_whole(name, "is an archive without files. Expected radiographs in it. Pack them anew.")
    if len(files) > MAX_FILES:
        received = f"holds {len(files):,} files"
        return _refused_whole(
            name, f"{received}. Expected at most {MAX_FILES} in an archive. Unpack it, or split it."
        )
    parts: list[Part] = []
    room = LARGEST_ARCHIVE
    for member, path in files:
        label = f"{name}/{path}"
        if path.rpartition("/")[2].startswith("."):
            parts.append(Part(label, partial(refused, label, HIDDEN)))
        elif refusal := _problem_before_unpacking(member, room):
            parts.append(Part(label, partial(refused, label, refusal)))
        else:
            # Counted even if it is refused later: to find an archive within or damage, it is unpacked.
            room -= member.file_size
            parts.append(Part(label, partial(_unpacked, archive, member, label)))
    return parts


def _refused_whole(name: str, problem: str) -> list[Part]:
    return [Part(name, partial(refused, name, problem))]


def is_of_the_system(path: str) -> bool:
    """Return whether a file is one that file managers leave behind, and nobody looks for."""
    folder, _, name = path.rpartition("/")
    return name in _SYSTEM_FILES or name.startswith("._") or folder.startswith("__MACOSX")


def _labels(members: list[zipfile.ZipInfo]) -> list[str]:
    """Return members' names as labels that lead nowhere, should anyone take them for paths."""
    # A backslash is what some packers write for a slash, but also the second byte of many an Asian letter: only
    # in the names' own code page can the two be told apart.
    page = _code_page([member for member in members if not member.flag_bits & _UTF8_NAME])
    return [
        _label(member.filename if member.flag_bits & _UTF8_NAME else _decoded(member, page)) for member in members
    ]


def _label(path: str) -> str:
    parts = PurePosixPath(path.replace("\\", "/")).parts
    return "/".join(part for part in parts if part not in ("/", ".."))


def _code_page(members: list[zipfile.ZipInfo]) -> str:
    """Return the first code page in which all these names are words; the ZIP format's own if there is none."""
    raw = [_raw(member) for member in members]
    if all(name.isascii() for name in raw):
        return "cp437"
    return next((page for page in _CODE_PAGES if all(_is_text(name, page) for name in raw)), "cp437")


def _raw(member: zipfile.ZipInfo) -> bytes:
    """Return a name's bytes, which zipfile decodes by code page 437."""
    return member.orig_filename.partition("\0")[0].encode("cp437", errors="replace")


def _is_text(name: bytes, page: str) -> bool:
    """Return whether a name is text in a code page: in an Asian one, letters that stand together."""
    try:
        text = name.decode(page)
    except UnicodeDecodeError:
        return False
    if page == "cp949":
        # Of the Korean code page the Hangul alone: what else it holds looks like Chinese in the next.
        return all(sign.isascii() or "\uac00" <= sign <= "\ud7a3" for sign in text)
    return page == "utf-8" or (all(map(_is_usual, text)) and not _LONE.search(text))


def _is_usual(sign: str) -> bool:
    """Return whether a sign is usual in a name; half-width katakana are other code pages, read as Japan's."""
    return (
        sign.isascii()
        or sign in "\u3000\u30fb"
        or "\uff01" <= sign <= "\uff60"
        or (unicodedata.category(sign)[0] in "LMN" and not "\uff61" <= sign <= "\uff9f")
    )


def _decoded(member: zipfile.ZipInfo, page: str) -> str:
    """Return a name in a code page; in the ZIP format's own, a backslash behind a letter of none is no slash."""
    if page == "cp437":
        return re.sub(r"(?<=[^\0-\x7f])\\", "_", member.filename)
    return _raw(member).decode(page)


def _problem_before_unpacking(member: zipfile.ZipInfo, room: int) -> str:
    """Return why a member is not even unpacked; ``room`` is how many bytes its archive may still take."""
    if member.flag_bits & _ENCRYPTED:
        return "is locked with a password. Expected an open archive. Pack it without one."
    if member.compress_type not in _METHODS:
        method = _OTHER_METHODS.get(member.compress_type, f"method {member.compress_type}")
        return f"is compressed by {method}. Expected deflate, the usual way. Pack the archive anew."
    if member.file_size > LARGEST_FILE:
        return _too_large()
    if member.file_size > room:
        return (
            f"is left out: its archive unpacks to more than {LARGEST_ARCHIVE // 10**6:,} million bytes. "
            f"Expected at most that in one archive. Split the archive."
        )
    return ""


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> File:
    try:
        with archive.open(member) as stream:
            # A header can promise less than it holds: asked for all, zipfile would unpack it and only then cut it.
            data = stream.read(member.file_size + 1)
    except Exception as problem:
        return refused(
            name, f"is damaged within its archive ({reason(problem)}). Expected a whole file. Pack it anew."
        )
    if data.startswith(ZIP):
        return refused(name, "is an archive within an archive. Expected radiographs and folders. Unpack it first.")
    return File(name, data)
