from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import sleep

from model.scoring.in_order import in_chunks, in_order


def test_results_keep_their_order_and_few_are_under_way() -> None:
    begun: list[int] = []

    def numbers() -> Iterator[int]:
        for number in range(20):
            begun.append(number)
            yield number

    def slow(number: int) -> int:
        sleep(0.01 * (number % 3 == 0))
        return -number

    with ThreadPoolExecutor(4) as pool:
        for done, (number, result) in enumerate(in_order(lambda item: pool.submit(slow, item), numbers(), 4)):
            assert (number, result.result()) == (done, -done)
            assert len(begun) <= done + 4
    assert done == 19


def test_the_last_chunk_is_shorter() -> None:
    assert list(in_chunks(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(in_chunks([], 2)) == []
