"""Archives of radiographs, and queues that have read them."""

import io
import time
import zipfile

import numpy as np
from streamlit.testing.v1 import AppTest

from dashboard.worklist.queue import Entry, ReadingQueue
from tests.dicoms import dataset, written
from tests.pictures import chest, png

SECONDS = 60


def archive(members: dict[str, bytes]) -> bytes:
    """Return a ZIP archive of files by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        for name, data in members.items():
            opened.writestr(name, data)
    return out.getvalue()


def finished(queue: ReadingQueue) -> tuple[Entry, ...]:
    """Return the entries, once all are read."""
    until = time.monotonic() + SECONDS
    while queue.progress().running:
        assert time.monotonic() < until, f"expected an end within {SECONDS} s; {queue.progress()}"
        time.sleep(0.01)
    return queue.progress().entries


FRAMES = written(dataset(np.stack([chest(240, 260, seed).astype(np.uint16) * 16 for seed in (1, 2)])))
ZIP = archive({"ward/a.png": png(chest(seed=3)), "ward/notes.txt": b"words", "two.dcm": FRAMES})


def drop(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    """Drop files and return the page as it is once they are read."""
    app.file_uploader[0].set_value([(name, data, "application/octet-stream") for name, data in files]).run()
    finished(app.session_state["worklist"])
    return app.run()


def open_row(app: AppTest, id: int) -> AppTest:
    app.session_state["worklist_opened"], app.session_state["worklist_order"] = id, [0, 1]
    return app.run()
