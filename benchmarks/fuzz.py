"""Open many files made by chance, and list what broke the contract of ``tests/fuzz/contract.py``.

    python -m benchmarks.fuzz --inputs 500000 --seed 1 --workers 2
    python -m benchmarks.fuzz --inputs 100000 --coverage images

Every input follows from the seed and its number alone: ``--first`` goes on where a run ended, and with
``--inputs 1`` repeats what was found. ``--coverage`` mutates one kind of file guided by the code that it reaches,
by Atheris, where that is installed (``pip install atheris``).
"""

import argparse
import multiprocessing
import os
import queue
import shutil
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from tests.fuzz.kinds import Kind

# Tests and readers are imported where they are used: Atheris has to see them imported.

BLOCK = 200
"""Inputs that a worker takes at a time."""
HANGS = 90.0
"""Seconds on the clock after which an input counts as one that never ends; computing is held to far less."""
EVERY = 30.0
"""Seconds between two lines about how far the run is."""


class Settings(NamedTuple):
    """A run: ``inputs`` of them from number ``first``, of these kinds."""

    inputs: int
    first: int
    seed: int
    kinds: list[str]


class Found(NamedTuple):
    """A breach of the contract, by the first input that showed it."""

    kind: str
    how: str
    number: int
    breach: str


class Block(NamedTuple):
    """What came of a block of inputs: inputs, those that were read, and seconds of computing, by kind."""

    inputs: Counter[str]
    read: Counter[str]
    seconds: defaultdict[str, float]
    found: list[Found]


def made_input(settings: Settings, number: int) -> tuple[str, bytes]:
    """Return the kind and the bytes of an input: mutated, made by chance, or both."""
    from tests.fuzz.mutation import mutated

    random = chance(settings, number)
    kind = chosen_kind(settings, random)
    way = random.random()
    whole = kind.made(random) if way < 0.4 else random.choice(kind.whole())
    return kind.name, whole if way < 0.25 else mutated(whole, random.choice(kind.whole()), random)


def chance(settings: Settings, number: int) -> Random:
    """Return what an input follows from: the seed and its number."""
    return Random(settings.seed << 40 | number)


def chosen_kind(settings: Settings, random: Random) -> "Kind":
    """Choose a kind by its share."""
    from tests.fuzz.kinds import KINDS

    kinds = [KINDS[name] for name in settings.kinds]
    return random.choices(kinds, [kind.share for kind in kinds])[0]


def open_inputs(settings: Settings, numbers: Iterable[int], current: Any) -> Block:
    """Open the inputs of these numbers; ``current``, a shared pair, tells number and time of the one at hand."""
    from tests.fuzz.contract import Breach, check
    from tests.fuzz.kinds import KINDS

    block = Block(Counter(), Counter(), defaultdict(float), [])
    for number in numbers:
        current[:] = number, time.time()
        name, data = made_input(settings, number)
        folder = Path(tempfile.mkdtemp())
        begun = time.process_time()
        try:
            block.read[name] += check(KINDS[name], data, folder)
        except Breach as breach:
            block.found.append(Found(name, breach.how, number, str(breach)))
        block.inputs[name] += 1
        block.seconds[name] += time.process_time() - begun
        shutil.rmtree(folder)
    return block


def work(settings: Settings, begun: list[int], blocks: Any, results: Any, current: Any) -> None:
    """Open the rest of a block that was begun, then further ones until there are no more."""
    # What decoders print is about damage that was meant.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    if begun:
        results.put(open_inputs(settings, begun, current))
    while (numbers := blocks.get()) is not None:
        results.put(open_inputs(settings, numbers, current))
    current[:] = -1, time.time()


def block_of(settings: Settings, number: int) -> range:
    """Return the numbers that are opened together with one of them, whose results come together too."""
    start = number - (number - settings.first) % BLOCK
    return range(start, min(start + BLOCK, settings.first + settings.inputs))


class Worker:
    """A process that opens inputs, and another after it where one of them ends it."""

    def __init__(self, settings: Settings, blocks: Any, results: Any) -> None:
        self._settings, self._queues = settings, (blocks, results)
        self._passed_over: set[int] = set()
        self._start([])

    def _start(self, begun: list[int]) -> None:
        context = multiprocessing.get_context("spawn")
        self._current = context.Array("d", [-1, time.time()], lock=False)
        arguments = (self._settings, begun, *self._queues, self._current)
        self._process = context.Process(target=work, args=arguments)
        self._process.start()

    def ended(self) -> bool:
        """Return whether there was nothing left to do."""
        return self._process.exitcode == 0

    def breach(self) -> Found | None:
        """Return the input that ended the process, or that does not end, and open the rest of its block anew."""
        number, since = int(self._current[0]), self._current[1]
        hangs = number >= 0 and time.time() - since > HANGS
        if hangs:
            self._process.kill()
            self._process.join()
        if self._process.exitcode in (None, 0):
            return None
        if number < 0:
            raise RuntimeError("Expected a process that opens inputs; it ended before the first. Is all installed?")
        kind = chosen_kind(self._settings, chance(self._settings, number)).name
        said = f"no answer within {HANGS:g} s" if hangs else f"the process ended ({self._process.exitcode})"
        self._passed_over.add(number)
        self._start([each for each in block_of(self._settings, number) if each not in self._passed_over])
        return Found(kind, said, number, said)


class Totals:
    """What came of a run so far."""

    def __init__(self) -> None:
        self.inputs, self.read = Counter[str](), Counter[str]()
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.numbers: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        self._begun = time.time()

    def add(self, block: Block) -> None:
        self.inputs.update(block.inputs)
        self.read.update(block.read)
        for kind, seconds in block.seconds.items():
            self.seconds[kind] += seconds
        for found in block.found:
            self.add_found(found)

    def add_found(self, found: Found) -> None:
        numbers = self.numbers[found.kind, found.how]
        numbers.append(found.number)
        if len(numbers) == 1:
            print(f"FOUND {found.kind}, input {found.number}: {found.breach}", flush=True)

    def running(self) -> str:
        seconds = time.time() - self._begun
        count = self.inputs.total()
        rate = count / seconds
        return f"{count:,} inputs in {seconds:.0f} s ({rate:.0f} a second), {len(self.numbers)} kinds of breach"

    def lines(self) -> Iterator[str]:
        for kind, inputs in self.inputs.most_common():
            rate = inputs / max(self.seconds[kind], 1e-9)
            yield f"{kind}: {inputs:,} inputs, {self.read[kind]:,} read, {rate:.0f} a second of computing"
        for (kind, how), numbers in sorted(self.numbers.items(), key=lambda each: -len(each[1])):
            yield f"{len(numbers)} times, {kind}, inputs {numbers[:3]}: {how}"


def run(settings: Settings, workers: int) -> Totals:
    """Share the inputs among processes and gather what came of them."""
    context = multiprocessing.get_context("spawn")
    blocks, results = context.Queue(), context.Queue()
    for start in range(settings.first, settings.first + settings.inputs, BLOCK):
        blocks.put(block_of(settings, start))
    for _ in range(workers):
        blocks.put(None)
    pool = [Worker(settings, blocks, results) for _ in range(workers)]
    totals, told = Totals(), time.time()
    while not all(worker.ended() for worker in pool) or not results.empty():
        with suppress(queue.Empty):
            totals.add(results.get(timeout=1))
        for found in filter(None, (worker.breach() for worker in pool)):
            totals.add_found(found)
        if time.time() - told > EVERY:
            told = time.time()
            print(totals.running(), flush=True)
    blocks.cancel_join_thread()
    return totals


def run_by_coverage(name: str, inputs: int, seed: int) -> None:
    """Let Atheris mutate one kind's files towards code that none has reached; it ends at the first breach."""
    import atheris

    with atheris.instrument_imports(include=["model", "dashboard", "pydicom", "PIL"]):
        from tests.fuzz.contract import check
        from tests.fuzz.kinds import KINDS
    kind = KINDS[name]

    def open_one(data: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            check(kind, data, Path(folder))

    with tempfile.TemporaryDirectory() as corpus:
        for number, data in enumerate(kind.whole()):
            (Path(corpus) / str(number)).write_bytes(data)
        options = [f"-runs={inputs}", f"-seed={seed}", "-max_len=8192", "-timeout=60", "-rss_limit_mb=4096"]
        atheris.Setup([sys.argv[0], corpus, *options], open_one)
        atheris.Fuzz()


def main() -> None:
    """Run, and end with 1 where the contract was broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=500_000)
    parser.add_argument("--first", type=int, default=0, help="number of the first input")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--kinds", nargs="+", help="all by default")
    parser.add_argument("--coverage", metavar="KIND", help="guided by coverage, in this process alone")
    given = parser.parse_args()
    if given.coverage:
        run_by_coverage(given.coverage, given.inputs, given.seed)
        return
    from tests.fuzz.kinds import KINDS

    settings = Settings(given.inputs, given.first, given.seed, given.kinds or list(KINDS))
    totals = run(settings, given.workers)
    print(totals.running(), *totals.lines(), sep="\n")
    sys.exit(bool(totals.numbers))


if __name__ == "__main__":
    main()
