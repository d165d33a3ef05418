"""Score radiographs without a dashboard.

    python -m model.score PATH... [--out FILE] [--heatmaps DIR] [--format csv|jsonl]

A PATH is a file, a folder or a ZIP archive. One line a radiograph, and so as many for a DICOM file as it has
frames; a file that cannot be read keeps its line, with why. Exit status 0 unless nothing could be scored.
"""

import argparse
import csv
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TextIO

import cv2

from model.io import archive, radiograph
from model.io.archive import File
from model.io.radiograph import Radiograph, UnreadableRadiograph
from model.network import gradcam
from model.network.classifier import Classifier, Reading
from model.network.policy import card_policies

COLUMNS = ("file", "frame", "probability", "finding", "warnings", "error", "sha256", "model_version")

_LONGEST_STEM = 200
"""Bytes: file systems allow a name 255, which the digest, the frame and the ending share."""

Row = dict[str, str]


def rows(classifier: Classifier, file: File, heatmaps: Path | None) -> Iterator[Row]:
    """One file's lines: a reading for each frame, or what kept it from being read."""
    line = blank(file.name, classifier.card.version)
    if file.problem:
        yield line | {"error": file.problem}
        return
    try:
        for scan in radiograph.frames(file.data, file.name):
            yield line | scored(classifier, scan, heatmaps)
    except UnreadableRadiograph as problem:
        yield line | {"error": str(problem)}


def scored(classifier: Classifier, scan: Radiograph, heatmaps: Path | None) -> Row:
    """A frame's reading, in the columns that hold it."""
    reading = classifier.read(scan)
    if heatmaps:
        save_heat_map(scan, reading, heatmaps)
    return columns(reading, scan.frame, card_policies(classifier.card)["default"].finding(reading).decision)


def blank(name: str, model_version: str) -> Row:
    """The line of a file of which nothing is known yet."""
    return dict.fromkeys(COLUMNS, "") | {"file": name, "model_version": model_version}


def columns(reading: Reading, frame: int, finding: str) -> Row:
    """A frame's reading, with what it was decided to be."""
    return {
        "frame": str(frame),
        "probability": f"{reading.probability:.7f}",
        "finding": finding,
        "warnings": ";".join(reading.warnings),
        "sha256": reading.digest,
    }


def save_heat_map(scan: Radiograph, reading: Reading, folder: Path) -> None:
    """Write the heat map under the radiograph's name, shortened where no file could bear it.

    Raises:
        OSError: it cannot be written there.
    """
    overlay = gradcam.colours(gradcam.enlarge(reading.heat, scan.width, scan.height))
    frame = f"-{scan.frame}" if scan.frames > 1 else ""
    stem = Path(scan.name).stem.encode(errors="ignore")[:_LONGEST_STEM].decode(errors="ignore")
    file = folder / f"{stem}-{reading.digest[:8]}{frame}.png"
    _, png = cv2.imencode(".png", cv2.cvtColor(overlay, cv2.COLOR_RGBA2BGRA))
    # Unlike cv2.imwrite this cannot fail unheard.
    file.write_bytes(png.tobytes())


def write(lines: Iterable[Row], out: TextIO, form: str) -> int:
    """Write each line as it comes; how many hold a reading."""
    readings = 0
    table = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    if form == "csv":
        table.writeheader()
    for line in lines:
        readings += not line["error"]
        if form == "csv":
            table.writerow(line)
        else:
            out.write(json.dumps(line) + "\n")
        out.flush()
    return readings


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
    lines = (line for file in archive.gather(options.paths) for line in rows(classifier, file, options.heatmaps))
    with options.out.open("w", newline="") if options.out else nullcontext(sys.stdout) as out:
        return 0 if write(lines, out, options.format) else 1


if __name__ == "__main__":
    sys.exit(main())
