"""Show on a terminal how many files are scored, how many a second, and how long the rest will take."""

import sys
import threading
from collections.abc import Callable, Iterable

from tqdm import tqdm

from model.io.locations import Location


def progress(listed: Callable[[], Iterable[Location]], finished: int, to_terminal: bool) -> "tqdm[None]":
    """Begin a bar on standard error; nothing is shown where that is no terminal, or rows are written to it.

    Args:
        listed: lists all files, to be counted beside the scoring.
        finished: files that were scored before.
        to_terminal: whether rows are written to standard output.
    """
    hidden = to_terminal and sys.stdout.isatty()
    bar = tqdm(initial=finished, unit=" files", disable=True if hidden else None, dynamic_ncols=True)
    if not bar.disable:
        threading.Thread(target=_count, args=(bar, listed), daemon=True).start()
    return bar


def _count(bar: "tqdm[None]", listed: Callable[[], Iterable[Location]]) -> None:
    bar.total = sum(1 for _ in listed())
