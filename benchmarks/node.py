"""Measure how many radiographs the DICOM node receives in a second, and what its queue does while it reads.

    python -m benchmarks.node [--radiographs 32] [--reading]

Radiographs of a detector's size, uncompressed, are sent over 1, 4 and 16 associations at once by DCMTK's
``storescu`` (Debian: apt install dcmtk), each acknowledged once it is on the disk. With ``--reading`` the network
reads and answers them meanwhile, and the longest queue and the time until it is empty are printed too.
"""

import argparse
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from benchmarks.timing import seconds
from dashboard.node.answers import Answerer
from dashboard.node.configuration import Listen, ReadingSettings
from dashboard.node.receiver import Receiver
from dashboard.node.spool import Spool
from dashboard.node.status import read_status
from dashboard.node.worker import Worker
from model import Classifier
from tests.dicoms import dicom
from tests.pictures import chest

ASSOCIATIONS = (1, 4, 16)
WIDTH, HEIGHT = 2048, 2500
"""Pixels, 16 bits each: a detector of 35 x 43 cm."""


def write_radiographs(count: int, folder: Path) -> list[Path]:
    """Write radiographs that differ in their UIDs alone, and return their files."""
    pixels = chest(WIDTH, HEIGHT).astype(np.uint16) * 16
    files = [folder / f"{number}.dcm" for number in range(count)]
    for number, file in enumerate(files):
        file.write_bytes(dicom(pixels, SOPInstanceUID=f"1.2.826.0.1.3680043.10.1.9.{number}", PatientAge="003Y"))
    return files


def send(files: Sequence[Path], port: int, associations: int) -> None:
    """Send files over so many associations at once, and wait until all are acknowledged."""
    command = ["storescu", "--call", "LUNGFIELD", "--max-send-pdu", "131072", "127.0.0.1", str(port)]
    senders = [subprocess.Popen([*command, *files[at::associations]]) for at in range(associations)]
    failed = [sender.wait() for sender in senders if sender.wait()]
    if failed:
        raise RuntimeError(f"expected every storescu to end with 0; {len(failed)} of {associations} did not")


class Queue:
    """The length of a spool's queue, watched in a thread."""

    def __init__(self, folder: Path) -> None:
        self.longest = 0
        self._folder = folder
        self._begun = time.perf_counter()
        self.empty_after = 0.0
        self._thread = threading.Thread(target=self._watch)
        self._sent = False
        self._thread.start()

    def wait(self) -> None:
        """Wait until all that was sent is answered."""
        self._sent = True
        self._thread.join()

    def _watch(self) -> None:
        while True:
            sent, waiting = self._sent, read_status(self._folder).waiting
            self.longest = max(self.longest, waiting)
            if sent and not waiting:
                self.empty_after = time.perf_counter() - self._begun
                return
            time.sleep(0.1)


def measure(files: Sequence[Path], associations: int, answerer: Answerer | None) -> str:
    """Receive all files over so many associations, and return what was measured."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as last:
        spool = Spool(Path(folder) / "spool", "benchmark")
        last.callback(spool.close)
        worker = Worker(spool, answerer.answer, lambda _: None) if answerer else None
        receiver = Receiver(Listen(port=0, associations=associations), spool, worker.notice if worker else int)
        port = receiver.start()
        last.callback(receiver.stop)
        if worker:
            thread = threading.Thread(target=worker.run)
            thread.start()
            last.callback(thread.join)
            last.callback(worker.stop)
        queue = Queue(spool.folder) if worker else None
        worked = time.process_time()
        taken = seconds(lambda: send(files, port, associations))
        worked = (time.process_time() - worked) / len(files)
        megabytes = sum(file.stat().st_size for file in files) / 1e6
        speed = f"{len(files) / taken:.1f} radiographs/s, {megabytes / taken:.0f} MB/s"
        found = f"{associations:2} associations: {speed}, {worked:.3f} s of a processor each"
        if queue:
            queue.wait()
            found += f"; longest queue {queue.longest}, all answered after {queue.empty_after:.1f} s"
        return found


def main() -> None:
    """Measure each number of associations in turn."""
    parser = argparse.ArgumentParser(description="Measure the DICOM node.")
    parser.add_argument("--radiographs", type=int, default=32, help="sent in each turn")
    parser.add_argument("--reading", action="store_true", help="read and answer them meanwhile")
    options = parser.parse_args()
    answerer = Answerer(Classifier.load(), ReadingSettings()) if options.reading else None
    with tempfile.TemporaryDirectory() as folder:
        files = write_radiographs(options.radiographs, Path(folder))
        for associations in ASSOCIATIONS:
            print(measure(files, associations, answerer), flush=True)


if __name__ == "__main__":
    main()
