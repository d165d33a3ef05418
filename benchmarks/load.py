"""Measure the dashboard under several people at once: errors, readings mixed up, waiting times, memory.

    python -m benchmarks.load [--sessions 40] [--radiographs 25] [--write]

Each session speaks Streamlit's own protocol to a served dashboard and drops one radiograph after the other. A page
is checked by the SHA-256 of the file, which names the form of its reading. Memory is what the server's process
holds; it is measured again once Streamlit has given up the sessions that are gone.
"""

import argparse
import asyncio
import hashlib
import io
import re
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np
from PIL import Image
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from dashboard.shared.resources import SAMPLES
from tests.browser.conftest import APP, served
from training.figures import inserted

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "deploy.md"
ANSWER_SECONDS = 300
GIVEN_UP_SECONDS = 150
"""Streamlit keeps a session for two minutes after its browser is gone, for it may come back."""
DIGEST = re.compile(r"-keep-([0-9a-f]{64})")


@dataclass
class Load:
    """What the sessions met: seconds from drop to reading, and what went wrong, in words."""

    seconds: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    before: float = 0
    height: float = 0
    after: float = 0


def radiograph(number: int) -> bytes:
    """Return a radiograph that no other session drops: a sample with one pixel of its own."""
    with Image.open(sorted(SAMPLES.glob("*.jpg"))[number % 5]) as sample:
        pixels = np.array(sample.convert("L"))
    pixels[0, :16] = [(number >> bit & 1) * 255 for bit in range(16)]
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


class Visitor:
    """A session of the dashboard, without a browser."""

    def __init__(self, channel: ClientConnection, client: httpx.AsyncClient) -> None:
        self._channel, self._client = channel, client
        self._session = self._uploader = ""
        self.digests: set[str] = set()
        self.errors: list[str] = []

    async def run(self, message: BackMsg) -> None:
        """Have the page run and take in what it draws."""
        await self._channel.send(message.SerializeToString())
        self.digests.clear()
        while True:
            answer = await self._receive()
            kind = answer.WhichOneof("type")
            if kind == "new_session":
                self._session = answer.new_session.initialize.session_id
            elif kind == "delta":
                element = answer.delta.new_element
                if element.HasField("file_uploader"):
                    self._uploader = element.file_uploader.id
                if element.HasField("exception"):
                    self.errors.append(element.exception.message)
                self.digests.update(DIGEST.findall(str(answer.delta)))
            elif kind == "script_finished" and answer.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return

    async def drop(self, data: bytes, name: str) -> None:
        """Drop a file on the page and wait for its reading."""
        request = BackMsg()
        request.file_urls_request.request_id = name
        request.file_urls_request.session_id = self._session
        request.file_urls_request.file_names.append(name)
        await self._channel.send(request.SerializeToString())
        while (answer := await self._receive()).WhichOneof("type") != "file_urls_response":
            pass
        (urls,) = answer.file_urls_response.file_urls
        token = self._client.cookies.get("_streamlit_xsrf") or ""
        sent = await self._client.put(urls.upload_url, files={"file": (name, data)}, headers={"X-Xsrftoken": token})
        sent.raise_for_status()
        message = BackMsg()
        state = message.rerun_script.widget_states.widgets.add(id=self._uploader)
        state.file_uploader_state_value.uploaded_file_info.add(
            name=name, size=len(data), file_id=urls.file_id, file_urls=urls
        )
        await self.run(message)

    async def _receive(self) -> ForwardMsg:
        async with asyncio.timeout(ANSWER_SECONDS):
            data = await self._channel.recv()
        return ForwardMsg.FromString(data if isinstance(data, bytes) else data.encode())


async def visit(url: str, number: int, radiographs: int, load: Load) -> None:
    """Drop radiographs one after the other, and note how long each took and what was wrong."""
    async with httpx.AsyncClient(base_url=url, timeout=ANSWER_SECONDS) as client:
        await client.get("/_stcore/health")
        address = url.replace("http", "ws") + "/_stcore/stream"
        async with connect(
            address, subprotocols=[Subprotocol("streamlit")], max_size=None, open_timeout=ANSWER_SECONDS
        ) as channel:
            visitor, mine = Visitor(channel, client), set()
            start = BackMsg()
            start.rerun_script.query_string = ""
            await visitor.run(start)
            for index in range(radiographs):
                data = radiograph(number * radiographs + index)
                digest = hashlib.sha256(data).hexdigest()
                mine.add(digest)
                began = time.perf_counter()
                await visitor.drop(data, f"{number}-{index}.png")
                load.seconds.append(time.perf_counter() - began)
                if digest not in visitor.digests:
                    load.problems.append(f"session {number}: radiograph {index} has no reading")
                if visitor.digests - mine:
                    load.problems.append(f"session {number}: shows a reading of another session")
            load.problems += visitor.errors


def resident() -> float:
    """Return the memory of the servers that this process started, in MB."""
    children = Path(f"/proc/self/task/{Path('/proc/self').resolve().name}/children").read_text().split()
    status = [Path(f"/proc/{child}/status").read_text() for child in children]
    return sum(int(found[1]) for each in status if (found := re.search(r"VmRSS:\s+(\d+)", each))) / 1024


async def watch(load: Load) -> None:
    """Note the server's memory at its height."""
    while True:
        load.height = max(load.height, resident())
        await asyncio.sleep(0.5)


async def measure(url: str, sessions: int, radiographs: int, rest: float = GIVEN_UP_SECONDS) -> Load:
    """Return what so many sessions met, each with so many radiographs; memory is measured after some rest."""
    load = Load()
    await visit(url, sessions, 1, Load())
    load.before = resident()
    watching = asyncio.create_task(watch(load))
    await asyncio.gather(*(visit(url, number, radiographs, load) for number in range(sessions)))
    watching.cancel()
    await asyncio.sleep(rest)
    # What is given up is let go of as sessions come.
    await visit(url, sessions + 1, 1, Load())
    load.after = resident()
    return load


def table(sessions: int, load: Load) -> str:
    """Return what so many sessions met, as Markdown."""
    median, high = np.quantile(load.seconds, (0.5, 0.95))
    return (
        "| sessions | readings | problems | seconds from drop to reading, median | 95th percentile "
        "| MB before | at the height | after |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- |\n"
        f"| {sessions} | {len(load.seconds)} | {len(load.problems)} | {median:.2f} | {high:.2f} "
        f"| {load.before:.0f} | {load.height:.0f} | {load.after:.0f} |"
    )


def main() -> None:
    """Serve the dashboard, load it and print the figures."""
    parser = argparse.ArgumentParser(description="Measure the dashboard under several people at once.")
    parser.add_argument("--sessions", type=int, default=40)
    parser.add_argument("--radiographs", type=int, default=25)
    parser.add_argument("--write", action="store_true", help="put the table into docs/deploy.md")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, served(APP, Path(folder)) as url:
        load = asyncio.run(measure(url, arguments.sessions, arguments.radiographs))
    print(*load.problems[:10], table(arguments.sessions, load), sep="\n")
    if arguments.write:
        DOCUMENT.write_text(
            inserted(DOCUMENT.read_text(), {"load": table(arguments.sessions, load)}, "benchmarks.load")
        )


if __name__ == "__main__":
    main()
