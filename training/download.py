"""Fetch the Kermany chest radiographs from their publisher.

    python -m training.download [--data DIR]

Broken off, the same command goes on where it stopped. The archive is checked by SHA-256 before it is
opened, and only its radiographs are unpacked: ``DIR/{train,test}/{NORMAL,PNEUMONIA}/``, all or none.

Source: Kermany, Zhang, Goldbaum, Mendeley Data, doi:10.17632/rscbjbr9sj, CC BY 4.0. The radiographs
have an archive of their own in V2; V3 has them under other names in one of 8 GB with retinal scans.
"""

import argparse
import hashlib
import re
import shutil
import sys
import urllib.error
import urllib.request
import zipfile
from collections import Counter
from http.client import HTTPException, HTTPResponse
from pathlib import Path, PurePosixPath

from tqdm import tqdm

ROOT = Path(__file__).resolve().parent.parent
PAGE = "https://data.mendeley.com/datasets/rscbjbr9sj/2"
ARCHIVE = "ChestXRay2017.zip"
URL = (
    "https://data.mendeley.com/public-files/datasets/rscbjbr9sj/files/"
    "f12eaf6d-6023-432f-acc9-80c9d7393433/file_downloaded"
)
SHA256 = "13efc055629733dbab07877f8b3c9f81097840dbcdaa326a8542322c2281ce36"
PUBLISHED = {"train/NORMAL": 1349, "train/PNEUMONIA": 3883, "test/NORMAL": 234, "test/PNEUMONIA": 390}
"""Radiographs in each folder (Kermany et al. 2018, Cell 172:1122-1131)."""

BLOCK = 1 << 20
TIMEOUT_SECONDS = 60

# A radiograph's whole path: macOS's hidden twins, the folder's notes and any way out are not of this form.
_RADIOGRAPH = re.compile(r"chest_xray/((?:train|test)/(?:NORMAL|PNEUMONIA))/[^./\\:][^/\\:]*\.jpe?g")
_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/\d+")


class DownloadFailed(RuntimeError):
    """The data set could not be had; the message says what was expected, what came and what to do."""


def fetch(data: Path, url: str = URL, sha256: str = SHA256) -> None:
    """Put the data set into ``data``; does nothing where it is.

    Raises:
        DownloadFailed: the server cannot be reached or breaks off, or what it sends is not the data set.
    """
    if all((data / part).is_dir() for part in ("train", "test")):
        print(f"{data} has train and test already: nothing to do.")
        return
    data.mkdir(parents=True, exist_ok=True)
    archive = data / ARCHIVE
    if not archive.exists():
        download(url, archive)
    check(archive, sha256)
    unpack(archive, data)
    archive.unlink()


def download(url: str, archive: Path) -> None:
    """Fetch ``url`` into ``archive``, going on from ``archive.part`` if that holds a beginning.

    The rest is asked for under the condition that the file is still the same one (RFC 9110, 13.1.5);
    a server that answers with the whole file is taken at its word, and the beginning is written anew.
    """
    part, tag = archive.with_name(f"{archive.name}.part"), archive.with_name(f"{archive.name}.etag")
    try:
        with _ask(url, part, tag) as response:
            total = _receive(response, part, tag, archive.name)
    except (OSError, HTTPException) as problem:
        raise DownloadFailed(
            f"expected {archive.name} from {url}; received {_size(part):,} bytes so far, then: {problem}. "
            f"Run the same command again, and it goes on from there; or save {archive.name} from {PAGE} "
            f"as {archive} and run it then."
        ) from problem
    if _size(part) != total:
        raise DownloadFailed(
            f"expected {total:,} bytes of {archive.name}; the server broke off after {_size(part):,}. "
            f"Run the same command again, and it goes on from there."
        )
    part.rename(archive)
    tag.unlink(missing_ok=True)


def _ask(url: str, part: Path, tag: Path) -> HTTPResponse:
    """Ask the server: for the rest of the file where a part is here, else the whole."""
    # Content networks commonly refuse urllib's own name.
    headers = {"User-Agent": "Mozilla/5.0 (compatible; lungfield)"}
    if have := _size(part):
        headers["Range"] = f"bytes={have}-"
        if tag.exists():
            headers["If-Range"] = tag.read_text()
    try:
        return urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=TIMEOUT_SECONDS)
    except urllib.error.HTTPError as refusal:
        if refusal.code != 416:
            raise
    # Nothing is left to send, or less is there than is here: only a whole download tells which.
    part.unlink()
    return _ask(url, part, tag)


def _receive(response: HTTPResponse, part: Path, tag: Path, name: str) -> int:
    """Write the answer where it belongs in ``part``, and return the whole size by the server's account."""
    start = _start(response)
    if start not in {0, _size(part)}:
        raise HTTPException(f"bytes from {start:,} on, which nobody asked for")
    if etag := response.headers["ETag"]:
        tag.write_text(etag)
    length = response.headers["Content-Length"]
    total = start + int(length) if length else None
    with (
        part.open("ab" if start else "wb") as file,
        tqdm(total=total, initial=start, desc=name, unit="B", unit_scale=True) as bar,
    ):
        while block := response.read(BLOCK):
            file.write(block)
            bar.update(len(block))
    return _size(part) if total is None else total


def _start(response: HTTPResponse) -> int:
    """Return the position in the file of the answer's first byte."""
    if response.status != 206:
        return 0
    match = _CONTENT_RANGE.match(response.headers["Content-Range"] or "")
    if not match:
        raise HTTPException("a part of the file without its place in it")
    return int(match[1])


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def check(archive: Path, sha256: str) -> None:
    """Refuse, and remove, an archive that is not the one published."""
    with archive.open("rb") as file:
        received = hashlib.file_digest(file, "sha256").hexdigest()
    if received != sha256.lower():
        size = _size(archive)
        archive.unlink()
        raise DownloadFailed(
            f"expected {archive.name} with SHA-256 {sha256}; received {size:,} bytes with {received}. "
            f"They are removed: run the same command again. Should the same come again, the publisher has "
            f"changed the file; compare with {PAGE} and name its new hash with --sha256."
        )


def unpack(archive: Path, data: Path) -> None:
    """Write the archive's radiographs to ``data/train`` and ``data/test``, once all are unpacked."""
    scratch = data / "unpacking"
    shutil.rmtree(scratch, ignore_errors=True)
    with zipfile.ZipFile(archive) as archived:
        members = radiographs(archived)
        for name, folder in tqdm(members.items(), desc="unpacking", unit="image"):
            (scratch / folder).mkdir(parents=True, exist_ok=True)
            (scratch / folder / PurePosixPath(name).name).write_bytes(archived.read(name))
    for part in ("train", "test"):
        if not (data / part).exists():
            (scratch / part).rename(data / part)
    shutil.rmtree(scratch)


def radiographs(archived: zipfile.ZipFile) -> dict[str, str]:
    """Map each radiograph's name in the archive to its folder; refuse another number than was published."""
    matches = filter(None, map(_RADIOGRAPH.fullmatch, archived.namelist()))
    members = {match[0]: match[1] for match in matches}
    counted = Counter(members.values())
    if counted != PUBLISHED:
        raise DownloadFailed(
            f"expected the published numbers of radiographs, {PUBLISHED}; received {dict(counted)}. "
            f"Nothing was unpacked. Compare with {PAGE}: this is not the archive {ARCHIVE}."
        )
    return members


def main(arguments: list[str] | None = None) -> None:
    """Fetch the data set to the folder that the command line names; exit with a message where that fails."""
    parser = argparse.ArgumentParser(prog="python -m training.download", description="Fetch the data set.")
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="folder that gets train/ and test/")
    parser.add_argument("--sha256", default=SHA256, help="the archive's hash, should the publisher change it")
    options = parser.parse_args(arguments)
    try:
        fetch(options.data, sha256=options.sha256)
    except DownloadFailed as failure:
        sys.exit(f"Download failed: {failure}")


if __name__ == "__main__":
    main()
