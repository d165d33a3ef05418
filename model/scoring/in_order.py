"""Take work piece by piece, keep a little of it under way, and hand the results on in order."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_order(
    submit: Callable[[Item], "Future[Result]"], items: Iterable[Item], ahead: int
) -> Iterator[tuple[Item, "Future[Result]"]]:
    """Yield items and their futures in the order of the items, at most ``ahead`` of which are under way.

    Items are asked for one by one, so that memory does not grow with their number.
    """
    under_way: deque[tuple[Item, Future[Result]]] = deque()
    for item in items:
        under_way.append((item, submit(item)))
        if len(under_way) >= ahead:
            yield under_way.popleft()
    while under_way:
        yield under_way.popleft()


def in_chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield items by the ``size``, the last chunk shorter."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk
