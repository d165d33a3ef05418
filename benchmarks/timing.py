"""Timing by the clock."""

import time
from collections.abc import Callable


def seconds(work: Callable[[], object]) -> float:
    """Return the seconds that a call takes by the clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
