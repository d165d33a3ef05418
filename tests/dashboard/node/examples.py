"""Radiographs to send, and a node to send them to."""

import io
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pydicom
from pydicom import FileDataset
from pydicom.uid import UID, ExplicitVRLittleEndian
from pynetdicom import AE
from pynetdicom.sop_class import Verification  # type: ignore[attr-defined]

from dashboard.node.command import main
from tests.dicoms import dicom
from tests.pictures import chest

ROOT = Path(__file__).resolve().parents[3]
AE_TITLE = "LUNGFIELD"
START_SECONDS = 120
IDENTITY = {
    "PatientName": "Zwetschge^Aurelia",
    "PatientID": "PID-77215",
    "PatientBirthDate": "20220319",
    "PatientSex": "F",
    "PatientAge": "003Y",
    "StudyDate": "20251224",
    "StudyTime": "174233",
    "AccessionNumber": "ACC-90417",
}


def uid(number: int) -> str:
    """Return the SOP Instance UID of a radiograph by its number."""
    return f"1.2.826.0.1.3680043.10.1.5.{number}"


def radiograph(number: int = 1, syntax: str = ExplicitVRLittleEndian, **attributes: Any) -> bytes:
    """Return a radiograph as a DICOM file, unlike any of another number, in a study of its own."""
    pixels = chest(256, 240, seed=number).astype("uint16") * 16
    given = {
        "SOPInstanceUID": uid(number),
        "StudyInstanceUID": f"1.2.826.0.1.3680043.10.1.6.{number}",
        "SeriesInstanceUID": f"1.2.826.0.1.3680043.10.1.7.{number}",
        "ViewPosition": "AP",
        "BodyPartExamined": "CHEST",
    }
    return dicom(pixels, syntax, **(IDENTITY | given | attributes))


def parsed(file: bytes) -> FileDataset:
    """Parse a DICOM file."""
    return pydicom.dcmread(io.BytesIO(file))


def send(port: int, *files: bytes, caller: str = "SCANNER", called: str = AE_TITLE, tls: Any = None) -> list[int]:
    """Send files over one association and return their statuses, -1 for one that got no answer.

    Raises:
        ConnectionError: there is no association to send over.
    """
    datasets = [parsed(file) for file in files]
    entity = AE(caller)
    entity.connection_timeout = 5
    for sop_class, syntax in {(each.SOPClassUID, each.file_meta.TransferSyntaxUID) for each in datasets}:
        entity.add_requested_context(sop_class, syntax)
    association = entity.associate("127.0.0.1", port, ae_title=called, tls_args=tls)
    if not association.is_established:
        raise ConnectionError("no association")
    statuses = []
    for dataset in datasets:
        try:
            answer = association.send_c_store(dataset)
        except RuntimeError:
            # The association was lost before.
            answer = pydicom.Dataset()
        statuses.append(int(answer.Status) if "Status" in answer else -1)
    association.release()
    return statuses


def echo(port: int, caller: str = "SCANNER", called: str = AE_TITLE) -> bool:
    """Return whether a node answers a C-ECHO."""
    entity = AE(caller)
    entity.connection_timeout = 2
    entity.add_requested_context(Verification)
    association = entity.associate("127.0.0.1", port, ae_title=called)
    if not association.is_established:
        return False
    answer = association.send_c_echo()
    association.release()
    return answer.get("Status") == 0


@dataclass
class NodeProcess:
    """A node as a process of its own, which a test may kill at any moment."""

    folder: Path
    port: int
    settings: str
    """TOML below ``spool`` and the table ``listen``."""
    _process: subprocess.Popen | None = None

    @property
    def spool(self) -> Path:
        return self.folder / "spool"

    def configured(self) -> Path:
        """Write the configuration, and return its file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / "node.toml"
        top, _, tables = self.settings.rpartition("\n\n")
        file.write_text(f'spool = "spool"\n{top}\n[listen]\nport = {self.port}\n\n{tables}\n')
        return file

    def start(self, *, wait: bool = True) -> None:
        """Start, and wait until it answers a C-ECHO."""
        file = self.configured()
        with (self.folder / "node.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "dashboard", "node", "--config", str(file)],
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        end = time.monotonic() + START_SECONDS
        while wait and not echo(self.port):
            if self._process.poll() is not None or time.monotonic() > end:
                raise TimeoutError((self.folder / "node.log").read_text())
            time.sleep(0.05)

    def kill(self) -> None:
        """End at once."""
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def stop(self) -> int:
        """End as a service manager does, and return the exit status."""
        assert self._process
        self._process.terminate()
        status = self._process.wait(60)
        self._process = None
        return status


@dataclass
class ForkedNode(NodeProcess):
    """A node that starts at once, forked from a process that has imported all it needs: to be killed often."""

    _forked: BaseProcess | None = None

    def start(self, *, wait: bool = True) -> None:
        """Start; it answers within moments."""
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["dashboard.node.command", "ai_edge_litert.interpreter"])
        self._forked = context.Process(target=main, args=(["run", "--config", str(self.configured())],))
        self._forked.start()

    def kill(self) -> None:
        """End at once (SIGKILL)."""
        if self._forked:
            self._forked.kill()
            self._forked.join()
            self._forked = None


def syntax_name(syntax: str) -> str:
    return UID(syntax).name
