"""A kind of file: how it is opened, what may come of it, and how files of it are made."""

from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random
from typing import NamedTuple


class Breach(Exception):
    """The contract of ``contract.py`` was broken: ``how``, the same for all that break it so, and the rest."""

    def __init__(self, how: str, rest: str = "") -> None:
        super().__init__(f"{how}: {rest}" if rest else how)
        self.how = how


class Kind(NamedTuple):
    """A kind of file.

    ``opened`` opens a file's bytes, in an empty folder for what needs one, and returns the messages that a person
    would be shown; it may raise ``errors``, and ``Breach`` where what it returned is not what was promised.
    ``whole`` returns files for mutation to begin from. ``made`` makes a file of the right structure with values by
    chance. ``share`` is this kind's of the inputs of the longer run.
    """

    name: str
    opened: Callable[[bytes, Path], Iterable[str]]
    errors: tuple[type[Exception], ...]
    whole: Callable[[], list[bytes]]
    made: Callable[[Random], bytes]
    share: float
