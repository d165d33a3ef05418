"""A real archive for the tests: Debian's Orthanc with its DICOMweb plug-in, on loopback."""

import io
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pydicom
import requests
from pydicom import FileDataset

from tests.debian import dicomweb_plugin, program

START_SECONDS = 60
AE_TITLE = "ORTHANC"


@dataclass
class Orthanc:
    """An archive in a folder; started and killed as often as a test likes, it keeps what it has.

    ``node_port`` is where the node listens to which it sends radiographs on request, 0 where there is none;
    ``move_port`` where it moves what was searched for.
    """

    folder: Path
    node_port: int = 0
    http_port: int = field(default_factory=lambda: free_port())
    dicom_port: int = field(default_factory=lambda: free_port())
    move_port: int = field(default_factory=lambda: free_port())
    _process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def dicom_web(self) -> str:
        return f"{self.url}/dicom-web"

    def start(self) -> None:
        """Start, and wait until it answers."""
        settings = {
            "Name": "tests",
            "StorageDirectory": str(self.folder / "storage"),
            "IndexDirectory": str(self.folder / "storage"),
            "Plugins": [str(dicomweb_plugin())],
            "HttpPort": self.http_port,
            "DicomPort": self.dicom_port,
            "DicomAet": AE_TITLE,
            "DicomAlwaysAllowStore": True,
            "RemoteAccessAllowed": False,
            "AuthenticationEnabled": False,
            "DicomModalities": {
                "lungfield": ["LUNGFIELD", "127.0.0.1", self.node_port or free_port()],
                "list": ["LIST", "127.0.0.1", self.move_port],
            },
            "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        configuration = self.folder / "orthanc.json"
        configuration.write_text(json.dumps(settings))
        with (self.folder / "orthanc.log").open("ab") as log:
            self._process = subprocess.Popen(
                [program("Orthanc"), configuration], stdout=log, stderr=log, start_new_session=True
            )
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            try:
                requests.get(f"{self.url}/system", timeout=1)
                return
            except requests.RequestException:
                time.sleep(0.1)
        raise TimeoutError((self.folder / "orthanc.log").read_text())

    def kill(self) -> None:
        """End at once, as a machine that loses its power."""
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def stow(self, *files: bytes) -> None:
        """Put DICOM files in by STOW-RS."""
        parts = b"".join(b"--b\r\nContent-Type: application/dicom\r\n\r\n" + file + b"\r\n" for file in files)
        headers = {
            "Content-Type": 'multipart/related; type="application/dicom"; boundary=b',
            "Accept": "application/dicom+json",
        }
        requests.post(
            f"{self.dicom_web}/studies", parts + b"--b--\r\n", headers=headers, timeout=30
        ).raise_for_status()

    def forward(self, uid: str) -> None:
        """Have an instance sent to the node by C-STORE, as a rule of an archive's would."""
        found = requests.post(f"{self.url}/tools/lookup", uid, timeout=10).json()
        requests.post(f"{self.url}/modalities/lungfield/store", found[0]["ID"], timeout=60).raise_for_status()

    def qido(self, level: str, **matching: str) -> list[dict[str, Any]]:
        """Search by QIDO-RS, at ``instances``, ``series`` or ``studies``, for attributes by keyword."""
        response = requests.get(
            f"{self.dicom_web}/{level}", matching, headers={"Accept": "application/dicom+json"}, timeout=30
        )
        response.raise_for_status()
        return response.json() if response.content else []

    def instances(self, modality: str) -> list[FileDataset]:
        """Return every instance of a modality, parsed."""
        query: dict[str, Any] = {"Level": "Instance", "Query": {"Modality": modality}}
        found = requests.post(f"{self.url}/tools/find", json=query, timeout=30).json()
        files = [requests.get(f"{self.url}/instances/{each}/file", timeout=30).content for each in found]
        return [pydicom.dcmread(io.BytesIO(file)) for file in files]


@contextmanager
def orthanc(folder: Path, node_port: int = 0) -> Iterator[Orthanc]:
    """Run an archive for as long as the block lasts."""
    archive = Orthanc(folder, node_port)
    archive.start()
    try:
        yield archive
    finally:
        archive.kill()


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
