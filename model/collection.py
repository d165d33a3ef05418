"""Files, folders and ZIP archives as one sequence of named files, unpacked in memory and under limits."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

MAX_FILES = 500
"""Of an archive; a folder may hold any number."""
LARGEST_FILE = 250_000_000
"""Bytes of one file, unpacked: the largest radiograph that is read, not compressed."""
LARGEST_ARCHIVE = 1_000_000_000
"""Bytes of all that is unpacked from one archive."""

# The other methods can unpack a whole archive from a few bytes before anyone may stop them.
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_OTHER_METHODS = {zipfile.ZIP_BZIP2: "bzip2", zipfile.ZIP_LZMA: "LZMA", 9: "deflate64", 93: "zstd", 98: "PPMd"}
_ENCRYPTED = 0x1
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")


class File(NamedTuple):
    """A file's name and bytes; or, in place of bytes, the ``problem`` that kept it from being read."""

    name: str
    data: bytes
    problem: str = ""


def gather(paths: Iterable[Path]) -> Iterator[File]:
    """Every file below the paths, archives unpacked; empty bytes for what is not there.

    Files and folders whose names begin with a dot are left out, unless named themselves.
    """
    for path in paths:
        if path.is_dir():
            yield from gather(sorted(p for p in path.iterdir() if not p.name.startswith(".")))
        elif path.is_file():
            yield from _on_disk(path)
        else:
            yield File(str(path), b"")


def unpack(name: str, data: bytes) -> Iterator[File]:
    """A file that was dropped: itself, or an archive's members, whatever its ending says it is."""
    if data.startswith(_ZIP):
        yield from _members(name, io.BytesIO(data))
    elif len(data) > LARGEST_FILE:
        yield File(name, b"", _too_large(name))
    else:
        yield File(name, data)


def count(data: bytes) -> int:
    """How many files ``unpack`` would yield; of an archive nothing is unpacked."""
    if not data.startswith(_ZIP):
        return 1
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = _listed(archive)
    except Exception:
        return 1
    return len(members) if 0 < len(members) <= MAX_FILES else 1


def member(name: str, data: bytes, number: int) -> File:
    """File ``number``, from 0, of those that ``unpack`` yields, and no other is unpacked.

    Raises:
        IndexError: there is none.
    """
    if not data.startswith(_ZIP):
        return list(unpack(name, data))[number]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        one = _listed(archive)[number]
        return _member(archive, one, f"{name}/{_label(one)}", LARGEST_ARCHIVE)


def _on_disk(path: Path) -> Iterator[File]:
    try:
        with path.open("rb") as stream:
            if stream.read(4).startswith(_ZIP):
                yield from _members(str(path), stream)
                return
            stream.seek(0)
            data = stream.read(LARGEST_FILE + 1)
    except OSError as problem:
        yield File(str(path), b"", f"{path} cannot be opened ({problem.strerror}). Check who may read it.")
        return
    yield File(str(path), b"", _too_large(str(path))) if len(data) > LARGEST_FILE else File(str(path), data)


def _members(name: str, stream: IO[bytes]) -> Iterator[File]:
    """An archive's files, never unpacked to disk, so that no member's name can lead anywhere."""
    try:
        archive = zipfile.ZipFile(stream)
    except Exception as problem:
        yield File(name, b"", f"{name} is a damaged ZIP archive ({problem}). Expected a whole one. Make it anew.")
        return
    with archive:
        members = _listed(archive)
        if refusal := _refused(name, members):
            yield File(name, b"", refusal)
            return
        room = LARGEST_ARCHIVE
        for member in members:
            file = _member(archive, member, f"{name}/{_label(member)}", room)
            room -= len(file.data)
            yield file


def _listed(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    return [member for member in archive.infolist() if not member.is_dir() and not _is_hidden(member)]


def _refused(name: str, members: list[zipfile.ZipInfo]) -> str:
    if not members:
        return f"{name} is an archive without files. Expected radiographs in it. Pack them anew."
    if len(members) > MAX_FILES:
        return (
            f"{name} holds {len(members):,} files. Expected at most {MAX_FILES} in an archive. "
            f"Unpack it, or split it."
        )
    return ""


def _is_hidden(member: zipfile.ZipInfo) -> bool:
    folder, _, name = _label(member).rpartition("/")
    return name.startswith(".") or folder.startswith("__MACOSX")


def _label(member: zipfile.ZipInfo) -> str:
    """A member's name as a label that leads nowhere, should anyone take it for a path."""
    parts = PurePosixPath(member.filename.replace("\\", "/")).parts
    return "/".join(part for part in parts if part not in ("/", ".."))


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, room: int) -> File:
    if member.flag_bits & _ENCRYPTED:
        return File(name, b"", f"{name} is locked with a password. Expected an open archive. Pack it without one.")
    if member.compress_type not in _METHODS:
        method = _OTHER_METHODS.get(member.compress_type, f"method {member.compress_type}")
        return File(
            name, b"", f"{name} is compressed by {method}. Expected deflate, the usual way. Pack the archive anew."
        )
    try:
        with archive.open(member) as stream:
            # A header can promise less than it holds, so the reading itself stops.
            data = stream.read(min(LARGEST_FILE, room) + 1)
    except Exception as problem:
        return File(
            name, b"", f"{name} is damaged within its archive ({problem}). Expected a whole file. Pack it anew."
        )
    if len(data) > LARGEST_FILE:
        return File(name, b"", _too_large(name))
    if len(data) > room:
        return File(
            name,
            b"",
            f"{name} is left out: its archive unpacks to more than {LARGEST_ARCHIVE // 10**6:,} million bytes. "
            f"Split the archive.",
        )
    if data.startswith(_ZIP):
        return File(
            name, b"", f"{name} is an archive within an archive. Expected radiographs and folders. Unpack it first."
        )
    return File(name, data)


def _too_large(name: str) -> str:
    return (
        f"{name} holds more than {LARGEST_FILE // 10**6} million bytes. Expected at most that in one file, more "
        f"than any radiograph takes. Export the radiograph at its own resolution."
    )
