"""Measure how fast an archive is scored against the bare network, and what memory it takes as it grows.

    python -m benchmarks.archive

The reference is the network alone, in as many processes on inputs that are ready, in turn with the scoring; rates
are from the first rows on, for both alike. Memory is the largest of any process, over a thousand files and a
hundred thousand of which one in a hundred is a radiograph and the others are refused at once.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import numpy as np
from PIL import Image

from benchmarks.figure import Figure, table
from model.io import radiograph
from model.io.locations import locate
from model.network import engine
from model.network.card import load_card
from model.network.classifier import Classifier
from model.network.preprocessing import network_input
from model.scoring.in_order import in_chunks, in_order
from model.scoring.processes import AHEAD, CHUNK, cores, scored

SAMPLES = Path(__file__).resolve().parent.parent / "assets" / "samples"
FILES = 800
ROUNDS = 3
SIZES = (1_000, 100_000)
RADIOGRAPHS = 100
"""One file in so many, where memory is measured."""
RATE = 0.85
"""Of the bare network's rate, that is asked for."""
FLAT = 1.1
"""Times the memory of the few: more would grow with the files."""
MOST_LINKS = 30_000
"""To one file: file systems allow 65,000."""


def squeezed_samples() -> list[bytes]:
    """Return the sample radiographs as JPEG files at the network's size, as the data set is published in."""
    found = []
    for file in sorted(SAMPLES.glob("[bnv]*.jpg")):
        out = BytesIO()
        Image.open(file).convert("L").resize((224, 224)).save(out, "JPEG", quality=90)
        found.append(out.getvalue())
    return found


def write_links(folder: Path, contents: list[bytes], number: int) -> None:
    """Fill a folder with so many names of a few files."""
    kept = folder.with_name(f"{folder.name}-contents")
    for place in (kept, folder):
        place.mkdir()
    for count in range(number):
        source = kept / f"{count % len(contents)}-{count // len(contents) // MOST_LINKS}"
        if not source.exists():
            source.write_bytes(contents[count % len(contents)])
        (folder / f"{count:06}.jpg").hardlink_to(source)


_network: engine.LiteRT
_inputs: np.ndarray


def _load(inputs: np.ndarray) -> None:
    global _network, _inputs
    _network, _inputs = engine.load_litert(load_card(), threads=1), inputs


def _run(numbers: list[int]) -> int:
    for number in numbers:
        _network.run(_inputs[number % len(_inputs)][None])
    return len(numbers)


def bare_network(inputs: np.ndarray, number: int) -> Iterator[int]:
    """Run the network alone in a process a core; yields how many passes were made, chunk by chunk."""
    with ProcessPoolExecutor(cores(), get_context("spawn"), initializer=_load, initargs=(inputs,)) as pool:

        def submit(numbers: list[int]) -> "Future[int]":
            return pool.submit(_run, numbers)

        for _, passes in in_order(submit, in_chunks(range(number), CHUNK), AHEAD * cores()):
            yield passes.result()


def rate(work: Iterable[int], first: int) -> float:
    """Return how many a second, without the ``first`` results: they were under way while processes started."""
    counted = iter(work)
    for _ in range(first):
        next(counted)
    begun = time.perf_counter()
    return sum(counted) / (time.perf_counter() - begun)


def plain_loop(folder: Path) -> Iterator[int]:
    """Read one file after the other with the network on two threads."""
    classifier = Classifier.load()
    for file in sorted(folder.iterdir()):
        classifier.read(radiograph.read(file.read_bytes(), file.name))
        yield 1


def rates() -> dict[str, list[float]]:
    """Return files a second by scoring, by the bare network and by a plain loop, in turn."""
    contents = squeezed_samples()
    pixels = [radiograph.read(data).pixels for data in contents]
    inputs = np.stack([network_input(each, load_card().input_size) for each in pixels])
    found: dict[str, list[float]] = {"scoring": [], "network": [], "loop": []}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "in"
        write_links(folder, contents, FILES)
        ways: dict[str, Callable[[], Iterable[int]]] = {
            "scoring": lambda: (number for number, _ in scored(locate([folder]), cores(), None)),
            "network": lambda: bare_network(inputs, FILES),
            "loop": lambda: plain_loop(folder),
        }
        for _ in range(ROUNDS):
            for name, way in ways.items():
                found[name].append(rate(way(), AHEAD * cores()))
    return found


def peak_memory(files: int) -> float:
    """Return the megabytes of the largest process while so many files are scored into a table."""
    contents = [squeezed_samples()[0], *[b"no radiograph"] * (RADIOGRAPHS - 1)]
    run = (
        "import resource, sys; from model import score; score.main(sys.argv[1:]); "
        "print(max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))"
    )
    with tempfile.TemporaryDirectory() as place:
        folder, out = Path(place) / "in", Path(place) / "out.csv"
        write_links(folder, contents, files)
        command = [sys.executable, "-c", run, str(folder), "--workers", str(cores()), "--out", str(out)]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, cwd=SAMPLES.parent.parent)
        with out.open() as rows:
            written = sum(1 for _ in rows) - 1
    if written != files:
        raise RuntimeError(f"expected {files} rows; received {written}")
    return int(done.stdout) / 1000


def figures() -> list[Figure]:
    """Measure, and return the figures."""
    found = rates()

    def ratio(other: str) -> float:
        return median(one / two for one, two in zip(found["scoring"], found[other], strict=True))

    few, many = map(peak_memory, SIZES)
    name = f"`lungfield score` on {cores()} processes, files of 224 px"
    scored_rate = f"{median(found['scoring']):.0f} files/s"
    return [
        Figure(
            name,
            scored_rate,
            "the bare network in as many",
            ratio("network"),
            f"at least {RATE} of it",
            ratio("network") >= RATE,
        ),
        Figure(name, scored_rate, "a plain loop", ratio("loop")),
        Figure(
            f"Memory of its largest process, {SIZES[1]:,} files",
            f"{many:.0f} MB",
            f"{SIZES[0]:,} files",
            many / few,
            f"at most {FLAT} times",
            many / few <= FLAT,
        ),
    ]


if __name__ == "__main__":
    print(table(figures()))
