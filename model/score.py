"""Score radiographs without a dashboard.

    python -m model.score PATH... [--out FILE] [--heatmaps DIR] [--format csv|jsonl]

A PATH is a file, a folder or a ZIP archive. One line a file; one that cannot be read keeps its line, with
why. Exit status 0 unless nothing could be scored.
"""

import argparse
import csv
import json
import sys
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TextIO

import cv2

from model import gradcam, radiograph
from model.classifier import Classifier
from model.radiograph import UnreadableRadiograph

COLUMNS = ("file", "frame", "probability", "finding", "warnings", "error", "sha256", "model_version")
LARGEST_MEMBER = 200_000_000
"""Bytes of an archive's member once unpacked: a header can promise less than it holds, so reading stops here."""

Row = dict[str, str]


def files(paths: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every file below the paths; empty bytes for what is not there."""
    for path in paths:
        if path.is_dir():
            yield from files(sorted(p for p in path.iterdir() if not p.name.startswith(".")))
        elif path.suffix.lower() == ".zip" and zipfile.is_zipfile(path):
            yield from _members(path)
        else:
            yield str(path), path.read_bytes() if path.is_file() else b""


def _members(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Read in memory, never unpacked to disk, so that no member's name can lead anywhere."""
    with zipfile.ZipFile(archive) as opened:
        for member in opened.infolist():
            hidden = Path(member.filename).name.startswith(".") or member.filename.startswith("__MACOSX")
            if not member.is_dir() and not hidden:
                with opened.open(member) as stream:
                    yield f"{archive}/{member.filename}", stream.read(LARGEST_MEMBER)


def row(classifier: Classifier, name: str, data: bytes, heatmaps: Path | None) -> Row:
    """One file's line: its reading, or its error."""
    line = dict.fromkeys(COLUMNS, "") | {"file": name, "model_version": classifier.card.version}
    try:
        scan = radiograph.read(data, name)
    except UnreadableRadiograph as problem:
        return line | {"error": str(problem)}
    reading = classifier.read(scan)
    if heatmaps:
        overlay = gradcam.colours(gradcam.enlarge(reading.heat, scan.width, scan.height))
        file = heatmaps / f"{Path(name).stem}-{reading.digest[:8]}.png"
        cv2.imwrite(str(file), cv2.cvtColor(overlay, cv2.COLOR_RGBA2BGRA))
    return line | {
        "frame": "1",
        "probability": f"{reading.probability:.7f}",
        "finding": reading.finding(classifier.card.default_threshold),
        "warnings": ";".join(reading.warnings),
        "sha256": reading.digest,
    }


def write(rows: Iterable[Row], out: TextIO, form: str) -> int:
    """Write each line as it comes; how many hold a reading."""
    scored = 0
    table = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    if form == "csv":
        table.writeheader()
    for line in rows:
        scored += not line["error"]
        if form == "csv":
            table.writerow(line)
        else:
            out.write(json.dumps(line) + "\n")
        out.flush()
    return scored


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m model.score", description="Score chest radiographs.")
    parser.add_argument("paths", nargs="+", type=Path, help="files, folders or ZIP archives")
    parser.add_argument("--out", type=Path, help="write here instead of to standard output")
    parser.add_argument("--heatmaps", type=Path, help="write each heat map as a transparent PNG to this folder")
    parser.add_argument("--format", choices=("csv", "jsonl"), default="csv")
    options = parser.parse_args(arguments)
    if options.heatmaps:
        options.heatmaps.mkdir(parents=True, exist_ok=True)
    classifier = Classifier.load()
    rows = (row(classifier, name, data, options.heatmaps) for name, data in files(options.paths))
    with options.out.open("w", newline="") if options.out else nullcontext(sys.stdout) as out:
        return 0 if write(rows, out, options.format) else 1


if __name__ == "__main__":
    sys.exit(main())
