"""ZIP archives of radiographs."""

import io
import struct
import zipfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from random import Random

from model.io import radiograph
from model.io.archive import LARGEST_ARCHIVE, count, unpack
from model.io.radiograph import UnreadableRadiograph
from tests.fuzz.kinds import dicoms, images
from tests.fuzz.kinds.kind import Breach, Kind

NAMES = (
    *("a.png", "NORMAL/a.png", "PNEUMONIA/b.dcm", "../a.png", "/etc/a.png", "C:\\x\\a.png", "..\\..\\a", ".a"),
    *("._a", "__MACOSX/a", "a/", ".", "..", "a\0b", "é.png", "表/ソ.png", "x" * 300, "a//b", "\u202e.png", "con"),
)


def opened(data: bytes, folder: Path) -> Iterable[str]:
    """Unpack an archive and read what is in it; return why files were not read."""
    files = list(unpack("all.zip", data))
    if len(files) != count(data):
        raise Breach(f"{len(files)} files unpacked of {count(data)} counted")
    if sum(len(file.data) for file in files) > LARGEST_ARCHIVE:
        raise Breach("more unpacked than an archive may hold")
    for file in files:
        parts = file.name.split("/")
        if ".." in parts or (data[:4] in (b"PK\3\4", b"PK\5\6") and not file.name.startswith("all.zip")):
            raise Breach(f"a name that leads elsewhere: {file.name!r}")
        if file.problem:
            yield _without_name(file.problem, file.name)
            continue
        try:
            radiograph.read(file.data, file.name)
        except UnreadableRadiograph as problem:
            yield _without_name(str(problem), file.name)


def _without_name(message: str, name: str) -> str:
    """Return a message without the file's name, which may be anything."""
    return message.replace(name, "scan")


@cache
def whole() -> list[bytes]:
    """Return archives, stored and deflated, of one file and of several."""
    scans = [images.whole()[1], dicoms.whole()[4]]
    return [
        _zipped([("a.png", scans[0])], zipfile.ZIP_STORED),
        _zipped([("NORMAL/a.png", scans[0]), ("PNEUMONIA/b.dcm", scans[1])]),
        _zipped([("表/a.png", scans[0]), ("é.png", b""), ("x/", b""), (".hidden", b"1"), ("c.txt", b"text")]),
        _zipped([]),
    ]


def made(random: Random) -> bytes:
    """Pack files under names by chance, by methods, flags and sizes that need not be true."""
    scans = [b"", b"text", images.whole()[1], dicoms.whole()[4], _zipped([("a", b"a")])]
    members = [(random.choice(NAMES), random.choice(scans)) for _ in range(random.randrange(4))]
    method = random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
    data = bytearray(_zipped(members, method))
    for mark, fields in ((b"PK\1\2", (8, 10, 12, 16, 20, 24, 28, 30, 32, 42)), (b"PK\3\4", (6, 8, 14, 18, 22, 26))):
        at = data.find(mark)
        if at >= 0 and random.random() < 0.7:
            place = at + random.choice(fields)
            data[place : place + 2] = struct.pack("<H", random.choice((0, 1, 8, 9, 93, 2048, 65535)))
    return bytes(data)


def _zipped(members: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for number, (name, data) in enumerate(members):
            # No name twice, which zipfile warns of.
            archive.writestr(name if number == 0 else f"{number}{name}", data)
    return out.getvalue()


KIND = Kind("ZIP", opened, (), whole, made, 0.2)
