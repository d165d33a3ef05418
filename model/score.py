"""Score radiographs without a dashboard.

    python -m model.score PATH... [--out FILE] [--heatmaps DIR] [--format csv|jsonl]

A PATH is a file, a folder or a ZIP archive. One line a radiograph, and so as many for a DICOM file as it has
frames; a file that cannot be read keeps its line, with why. Exit status 0 unless nothing could be scored.

The file is UTF-8. What of a name is no UTF-8, or cannot be shown by the terminal, is written as ``\\udcff``.
"""

import argparse
import io
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TextIO

import cv2

from model.io import archive, radiograph
from model.io.archive import File
from model.io.radiograph import Radiograph, UnreadableRadiograph
from model.network import gradcam
from model.network.classifier import Classifier, Reading
from model.network.policy import card_policies
from model.network.score_table import ScoreRow, reading_columns, score_row, write_rows

_LONGEST_STEM = 200
"""Bytes: file systems allow a name 255, which the digest, the frame and the ending share."""


def score_file(classifier: Classifier, file: File, heatmaps: Path | None) -> Iterator[ScoreRow]:
    """Yield one file's rows: a reading for each frame, or why it could not be read."""
    row = score_row(file.name, classifier.card.version)
    if file.problem:
        yield row | {"error": file.problem}
        return
    policy = card_policies(classifier.card)["default"]
    try:
        for scan in radiograph.frames(file.data, file.name):
            reading = classifier.read(scan)
            if heatmaps:
                save_heat_map(scan, reading, heatmaps)
            yield row | reading_columns(reading, scan.frame, policy.finding(reading).decision)
    except UnreadableRadiograph as problem:
        yield row | {"error": str(problem)}


def save_heat_map(scan: Radiograph, reading: Reading, folder: Path) -> None:
    """Write the heat map as a PNG under the radiograph's name, shortened where no file could have it.

    Raises:
        OSError: it cannot be written there.
    """
    overlay = gradcam.colour_heat(gradcam.drawn_heat(reading.heat, scan.width, scan.height))
    frame = f"-{scan.frame}" if scan.frames > 1 else ""
    stem = Path(scan.name).stem.encode(errors="ignore")[:_LONGEST_STEM].decode(errors="ignore")
    file = folder / f"{stem}-{reading.digest[:8]}{frame}.png"
    _, png = cv2.imencode(".png", cv2.cvtColor(overlay, cv2.COLOR_RGBA2BGRA))
    # Unlike cv2.imwrite this raises where it fails.
    file.write_bytes(png.tobytes())


def opened(out: Path | None) -> AbstractContextManager[TextIO]:
    """Open a file, or standard output, to be written to whatever letters names have."""
    if out:
        return out.open("w", newline="", encoding="utf-8", errors="backslashreplace")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    return nullcontext(sys.stdout)


def main(arguments: list[str] | None = None) -> int:
    """Score the files that the command line names; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m model.score", description="Score chest radiographs.")
    parser.add_argument("paths", nargs="+", type=Path, help="files, folders or ZIP archives")
    parser.add_argument("--out", type=Path, help="write here instead of to standard output")
    parser.add_argument("--heatmaps", type=Path, help="write each heat map as a transparent PNG to this folder")
    parser.add_argument("--format", choices=("csv", "jsonl"), default="csv")
    options = parser.parse_args(arguments)
    if options.heatmaps:
        options.heatmaps.mkdir(parents=True, exist_ok=True)
    classifier = Classifier.load()
    files = archive.gather(options.paths)
    rows = (row for file in files for row in score_file(classifier, file, options.heatmaps))
    with opened(options.out) as out:
        return 0 if write_rows(rows, out, options.format) else 1


if __name__ == "__main__":
    sys.exit(main())
