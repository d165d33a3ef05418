"""The archive that gets the answers, however it takes them."""

from collections.abc import Sequence
from typing import Protocol

DUPLICATE = 0x0111
"""Duplicate SOP Instance (PS3.7 annex C): what the archive has already is stored."""


class ArchiveAway(ConnectionError):
    """The archive cannot be reached, or takes nothing for now."""


class ArchiveRefused(ValueError):
    """The archive is there and does not take these objects."""


class Archive(Protocol):
    """Whatever stores answers."""

    def store(self, files: Sequence[bytes]) -> None:
        """Store DICOM files of one study; what the archive has already counts as stored.

        Raises:
            ArchiveAway: it cannot be reached; some of them may be stored.
            ArchiveRefused: it does not take one of them.
        """
        ...
