"""Files that are dropped on a page, from the browser to memory and nowhere else."""

from starlette.formparsers import MultiPartParser

LARGEST_IN_MEMORY = 2**40
"""Bytes: more than any upload; server.maxUploadSize is the limit that holds."""


def keep_off_disk() -> None:
    """Have the server take uploads into memory alone.

    Left to itself, Starlette writes what is larger than a million bytes, as most radiographs are, to a temporary
    file while it arrives.
    """
    MultiPartParser.spool_max_size = LARGEST_IN_MEMORY
