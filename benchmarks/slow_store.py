"""A store that is as slow as it is told to be, by fsspec: ``slow:///path`` is a file of this disk, later."""

import time
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

LATENCY = 0.05
"""Seconds until a request is answered."""
BANDWIDTH = 25e6
"""Bytes a second of one request; others at the same time do not slow it down."""


class SlowStore(LocalFileSystem):
    """The disk behind a network."""

    protocol = "slow"

    def cat_file(self, path: str, start: int | None = None, end: int | None = None, **options: Any) -> bytes:
        data = bytes(super().cat_file(path, start=start, end=end, **options))
        time.sleep(LATENCY + len(data) / BANDWIDTH)
        return data


fsspec.register_implementation("slow", SlowStore, clobber=True)
