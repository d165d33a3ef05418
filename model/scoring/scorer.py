"""Score located files with one loaded network: what a process, or an actor of a cluster, does."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from pathlib import Path

import cv2

from model.io import radiograph
from model.io.archive import File
from model.io.locations import Loader, Location
from model.io.radiograph import Radiograph, UnreadableRadiograph
from model.network import gradcam
from model.network.classifier import Classifier, Reading
from model.network.policy import card_policies
from model.network.score_table import ScoreRow, reading_columns, score_row
from model.scoring.in_order import in_order

READ_AHEAD = 4
"""Files that are read while another is scored: a slow store is asked for several at once."""
_LONGEST_STEM = 200
"""Bytes: file systems allow a name 255, which the digest, the frame and the ending share."""

FileRows = list[ScoreRow]
"""All rows of one file: one a frame, or one that says why there is none."""


class Scorer:
    """The network on ``threads`` threads, and where heat maps go, if anywhere."""

    def __init__(self, threads: int, heatmaps: Path | None = None) -> None:
        self._classifier = Classifier.load(threads=threads)
        self._heatmaps = heatmaps
        self._loader = Loader()
        self._readers = ThreadPoolExecutor(READ_AHEAD)

    def score(self, locations: Iterable[Location]) -> list[FileRows]:
        """Return the rows of every file at these locations, in order."""
        return [
            list(score_file(self._classifier, file, self._heatmaps))
            for _, files in in_order(self._read, locations, READ_AHEAD)
            for file in files.result()
        ]

    def _read(self, location: Location) -> "Future[Iterator[File]]":
        return self._readers.submit(self._begun, location)

    def _begun(self, location: Location) -> Iterator[File]:
        """Read the location's first file; should it be an archive, the others wait until they are asked for."""
        files = self._loader.load(location)
        return chain([next(files)], files)


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
