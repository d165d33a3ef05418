"""Measure what an image costs, model what a million cost, and check the model against a slow store.

    python -m benchmarks.scaling [--write]

``--write`` puts the tables into ``docs/scaling.md``. Costs are processor time of one thread, so that whatever else
the machine does changes them little. The store answers each request after ``slow_store.LATENCY`` and then at
``slow_store.BANDWIDTH``; what it should allow is compared with what it does, in turn with the same files on disk.
"""

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image

from benchmarks import archive, slow_store
from model.io import radiograph
from model.io.locations import locate
from model.network.card import load_card
from model.network.classifier import Classifier
from model.network.preprocessing import network_input
from model.scoring.processes import cores, scored
from model.scoring.scorer import READ_AHEAD
from tests.dicoms import dicom
from training.figures import inserted

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "scaling.md"
ROUNDS = 15
NOISE = 2.0
"""Greys of 256, standard deviation."""
IMAGES = (1_000_000, 100_000_000)
MACHINE_CORES, LINK = 16, 1.25e9
"""A machine as it is rented: processors, and bytes a second (10 Gbit/s)."""
CORE_HOUR = 0.05
"""Dollars for a processor and an hour: what clouds ask on demand; a third of it where it may be lost."""
REQUESTS = 0.4
"""Dollars for a million GET requests."""
WORKERS = (1, 2, 4)
FILES = 800


class Cost(NamedTuple):
    """What one image takes: bytes, and processor seconds to decode it, squeeze it and read it."""

    size: int
    decode: float
    squeeze: float
    network: float

    @property
    def core(self) -> float:
        """Processor seconds in all."""
        return self.decode + self.squeeze + self.network


def enlarged(width: int, height: int) -> np.ndarray:
    """Return a sample with a detector's noise, uint8 of shape (height, width): a drawn chest would be read twice.

    The guard reads the negative too of what it doubts.
    """
    with Image.open(archive.SAMPLES / "bacteria_1.jpg") as sample:
        large = np.asarray(sample.convert("L").resize((width, height), Image.Resampling.BICUBIC), np.float32)
    noise = np.random.default_rng(0).normal(0, NOISE, large.shape)
    return np.clip(large + noise, 0, 255).astype(np.uint8)


def jpeg(width: int, height: int) -> bytes:
    """Return an enlarged sample as a JPEG file."""
    out = BytesIO()
    Image.fromarray(enlarged(width, height)).save(out, "JPEG", quality=90)
    return out.getvalue()


def kinds() -> dict[str, bytes]:
    """Return a file of each kind that archives are of."""
    return {
        "JPEG, 224 x 224": archive.squeezed_samples()[0],
        "JPEG, 1,550 x 1,368": jpeg(1550, 1368),
        "DICOM, 2,048 x 2,500, 16 bits": dicom(enlarged(2048, 2500).astype(np.uint16) * 16),
    }


def processor_seconds(work: Callable[[], object]) -> float:
    """Return the median of the processor time that a call takes, in all threads."""
    work()
    taken = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return median(taken)


def cost(data: bytes, classifier: Classifier) -> Cost:
    """Measure what one image takes on one thread."""
    scan = radiograph.read(data)
    size = classifier.card.input_size
    squeeze = processor_seconds(lambda: network_input(scan.pixels, size))
    return Cost(
        len(data),
        processor_seconds(lambda: radiograph.read(data)),
        squeeze,
        processor_seconds(lambda: classifier.read(scan)) - squeeze,
    )


def costs_table(costs: dict[str, Cost]) -> str:
    """Return what an image costs, as Markdown."""
    return "\n".join(
        [
            "| file | MB | decode, hash | squeeze | network | in all, ms of a core | images/s a core |",
            "| --- | --- | --- | --- | --- | --- | --- |",
            *(
                f"| {name} | {each.size / 1e6:.2f} | {1000 * each.decode:.1f} | {1000 * each.squeeze:.1f} "
                f"| {1000 * each.network:.1f} | {1000 * each.core:.1f} | {1 / each.core:.0f} |"
                for name, each in costs.items()
            ),
            "",
            made_on(),
        ]
    )


def model_table(costs: dict[str, Cost]) -> str:
    """Return time, money and bottleneck of large archives, as Markdown."""
    return "\n".join(
        [
            "| file | images | core hours | TB | machines | hours | dollars | bottleneck |",
            "| --- | --- | --- | --- | --- | --- | --- | --- |",
            *(
                model_row(name, each, images, machines)
                for name, each in costs.items()
                for images, machines in zip(IMAGES, (1, 16), strict=True)
            ),
            "",
            f"A machine has {MACHINE_CORES} cores and a link of {8 * LINK / 1e9:.0f} Gbit/s; a core hour costs "
            f"{CORE_HOUR} dollars while the machine is held, a million requests {REQUESTS}.",
        ]
    )


def model_row(name: str, each: Cost, images: int, machines: int) -> str:
    """Return the row of so many images on so many machines."""
    computing = images * each.core / (MACHINE_CORES * machines)
    carrying = images * each.size / (LINK * machines)
    hours = max(computing, carrying) / 3600
    dollars = hours * machines * MACHINE_CORES * CORE_HOUR + REQUESTS * images / 1e6
    return (
        f"| {name} | {images:,} | {images * each.core / 3600:,.0f} | {images * each.size / 1e12:,.2f} | {machines} "
        f"| {hours:,.1f} | {dollars:,.0f} | {'cores' if computing >= carrying else 'link'} |"
    )


def check_table() -> str:
    """Return what a slow store should allow and what it does, as Markdown."""
    contents = archive.squeezed_samples()
    size = median(map(len, contents))
    rows = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "in"
        archive.write_links(folder, contents, FILES)
        for workers in WORKERS:
            disk, store = (measured_rate(path, workers) for path in (str(folder), f"slow://{folder}"))
            allowed = workers * READ_AHEAD / (slow_store.LATENCY + size / slow_store.BANDWIDTH)
            expected = min(disk, allowed)
            rows.append(
                f"| {workers} | {disk:.0f} | {allowed:.0f} | {expected:.0f} | {store:.0f} "
                f"| {store / expected:.2f} |"
            )
    return "\n".join(
        [
            "| processes | from the disk, files/s | store allows | so expected | measured | ratio |",
            "| --- | --- | --- | --- | --- | --- |",
            *rows,
            "",
            f"Files of 224 x 224; the store answers after {1000 * slow_store.LATENCY:.0f} ms, then at "
            f"{slow_store.BANDWIDTH / 1e6:.0f} MB/s for each request. {made_on()}",
        ]
    )


def measured_rate(path: str, workers: int) -> float:
    """Return files a second, from the first that are scored."""
    return archive.rate((number for number, _ in scored(locate([path]), workers, None)), archive.AHEAD * workers)


def made_on() -> str:
    """Return the machine, what it was doing, and the network."""
    return (
        f"Measured on {cores()} cores of {processor()} under a load of {os.getloadavg()[0]:.1f}, network version "
        f"{load_card().version}."
    )


def processor() -> str:
    """Return the processor's name."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def main() -> None:
    """Print the tables, and write them where they are shown."""
    parser = argparse.ArgumentParser(description="Measure and model what large archives cost.")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/scaling.md")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    classifier = Classifier.load(threads=1)
    costs = {name: cost(data, classifier) for name, data in kinds().items()}
    tables = {"costs": costs_table(costs), "model": model_table(costs), "check": check_table()}
    print("\n\n".join(tables.values()))
    if options.write:
        DOCUMENT.write_text(inserted(DOCUMENT.read_text(), tables, "benchmarks.scaling"))


if __name__ == "__main__":
    main()
