"""Score located files on every machine of a Ray cluster.

Locations travel, radiographs do not: an actor, with one loaded network on one thread, reads its files itself, a few
ahead, and returns rows. So what Ray holds is a few hundred bytes a file, however large the files are. One processor
of the cluster is left free: where actors take every one, what else must run waits for ever, and so does the job.

Ray neither restarts actors nor skips what they had: restarted where no processor is free, or dead and skipped, they
leave a job that waits without a word. Where an actor or its machine is lost, the job ends, and what is left begins
anew on the machines that are there. Every machine needs this package, and the files under the same path.
"""

import json
import logging
import os
import socket
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

import cv2
import pyarrow as pa
import ray

from model.io.locations import Location
from model.scoring.errors import ScoringFailed
from model.scoring.processes import CHUNK, Scored
from model.scoring.scorer import FileRows, Scorer

LARGEST_BLOCK = 1024
"""Files that an actor is given at once at most; what a lost actor had is scored again."""
BLOCKS = 50
"""For each actor at least, as long as none is smaller than ``CHUNK``: the last to finish keeps nobody waiting."""
PATIENCE = 10
"""Seconds until the head of a cluster must answer."""
ATTEMPTS = 3
"""Times that the same files are begun in vain before the job is given up."""


def scored(locations: Iterable[Location], address: str, heatmaps: Path | None) -> Iterator[Scored]:
    """Yield how many locations were scored with the rows of their files, in order.

    ``address`` is that of a cluster's head, ``auto`` for the one on this machine, or ``local`` to start one.

    Raises:
        ScoringFailed: there is no such cluster, it is too small, or the same files failed again and again.
    """
    connect(address)
    try:
        left = pa.table({"location": [json.dumps(location) for location in locations]})
        attempts = 0
        while left.num_rows:
            try:
                for number, files in _scored_once(left, heatmaps):
                    left, attempts = left.slice(number), 0
                    yield number, files
            except ray.exceptions.RayError as problem:
                attempts += 1
                if attempts == ATTEMPTS:
                    raise ScoringFailed(_in_vain(json.loads(left["location"][0].as_py()), problem)) from problem
    finally:
        ray.shutdown()


def connect(address: str) -> None:
    """Connect to a cluster, quietly; raises ``ScoringFailed`` where there is none."""
    # Ray would report to its makers how it is used.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)
    try:
        if ":" in address and "://" not in address:
            # Ray itself looks for minutes.
            host, _, port = address.rpartition(":")
            socket.create_connection((host, int(port)), PATIENCE).close()
        ray.init(address=address, logging_level=logging.ERROR, log_to_driver=False)
    except (OSError, ValueError, RuntimeError) as problem:
        raise ScoringFailed(
            f"No Ray cluster answers at {address}. Expected the address of a cluster's head, as ray start --head "
            f"prints it, or local. Start one there, or name another."
        ) from problem


def actors() -> int:
    """Return how many actors a cluster has room for, a processor each; one processor stays free.

    Raises:
        ScoringFailed: it has fewer than two processors.
    """
    processors = int(ray.cluster_resources().get("CPU", 0))
    if processors < 2:
        raise ScoringFailed(
            f"The cluster has {processors} processors. Expected two or more: one stays free for reading. Add a "
            f"machine, or score without --ray."
        )
    return processors - 1


def block_size(files: int, pool: int) -> int:
    """Return how many files an actor is given at once."""
    return min(LARGEST_BLOCK, max(CHUNK, files // (BLOCKS * pool)))


class Actor:
    """One loaded network."""

    def __init__(self, heatmaps: Path | None) -> None:
        cv2.setNumThreads(1)
        self._scorer = Scorer(1, heatmaps)

    def __call__(self, block: pa.Table) -> pa.Table:
        locations = [Location(*json.loads(text)) for text in block["location"].to_pylist()]
        # JSON, for a name that is no UTF-8 is no text of Arrow's.
        return pa.table({"number": [len(locations)], "files": [json.dumps(self._scorer.score(locations))]})


def _scored_once(left: pa.Table, heatmaps: Path | None) -> Iterator[Scored]:
    """Score with the machines that are there now; raises ``RayError`` where one of them is lost."""
    pool = actors()
    size = block_size(left.num_rows, pool)
    blocks = [left.slice(start, size).combine_chunks() for start in range(0, left.num_rows, size)]
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = context.print_on_execution_start = False
    context.max_errored_blocks = 0
    context.execution_options.preserve_order = True
    with warnings.catch_warnings():
        # Until Ray 2.64 there is no other way to say that actors are not restarted.
        warnings.simplefilter("ignore")
        rows = ray.data.from_arrow(blocks).map_batches(
            Actor,
            fn_constructor_args=[heatmaps],
            batch_size=None,
            batch_format="pyarrow",
            compute=ray.data.ActorPoolStrategy(size=pool),
            num_cpus=1,
            max_restarts=0,
            max_task_retries=0,
        )
    for batch in rows.iter_batches(batch_size=None, batch_format="pyarrow"):
        for number, files in zip(batch["number"].to_pylist(), batch["files"].to_pylist(), strict=True):
            found: list[FileRows] = json.loads(files)
            yield number, found


def _in_vain(first: list[str], problem: Exception) -> str:
    return (
        f"The cluster lost its actors {ATTEMPTS} times at the files from {first[1]} on ({type(problem).__name__}). "
        f"Expected every file to be read. Score those without --ray, which finds the one that ends a process, or "
        f"repair the cluster; then go on by --resume."
    )
