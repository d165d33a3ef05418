"""Two machines of a cluster, on this one: the same rows as without, whatever ends in between."""

import csv
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import ray
from ray.cluster_utils import Cluster

from model import score
from model.io.locations import Location, locate
from model.scoring import cluster, processes
from model.scoring.errors import ScoringFailed
from tests.pictures import write_chests

pytestmark = pytest.mark.cluster
HERE: dict[str, Any] = {"include_dashboard": False}


def rows(table: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(table.open(newline="")))


@pytest.fixture
def nodes(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """Start a head with two processors; a test adds machines."""
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    started = Cluster(initialize_head=True, head_node_args={"num_cpus": 2, **HERE})
    yield started
    ray.shutdown()
    started.shutdown()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    radiographs = write_chests(tmp_path / "in", 200)
    (radiographs / os.fsdecode(b"\xff.png")).write_bytes(b"words")
    return radiographs


@pytest.mark.slow
def test_a_machine_is_lost_half_way_and_every_row_is_there_once(
    nodes: Cluster, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = nodes.add_node(num_cpus=2, **HERE)
    lost: list[Any] = []
    scored = cluster.scored

    def losing(locations: Iterator[Location], address: str, heatmaps: Path | None) -> Iterator[processes.Scored]:
        for found in scored(locations, address, heatmaps):
            yield found
            if not lost:
                lost.append(nodes.remove_node(other, allow_graceful=False))

    monkeypatch.setattr(cluster, "scored", losing)
    alone, together = tmp_path / "alone.csv", tmp_path / "together.csv"
    assert score.main([str(folder), "--workers", "1", "--out", str(alone)]) == 0
    assert score.main([str(folder), "--ray", nodes.address, "--out", str(together)]) == 0
    assert lost
    assert together.read_bytes() == alone.read_bytes()
    # And what was finished is not scored again.
    together.write_bytes(alone.read_bytes()[:5000])
    assert score.main([str(folder), "--ray", nodes.address, "--out", str(together), "--resume"]) == 0
    assert together.read_bytes() == alone.read_bytes()


class Deadly(cluster.Actor):
    """Ends its process where a file is called so."""

    def __call__(self, block: pa.Table) -> pa.Table:
        if any("150.png" in text for text in block["location"].to_pylist()):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(block)


@pytest.mark.slow
def test_a_file_that_ends_every_actor_ends_the_job_in_words(
    nodes: Cluster, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "Actor", Deadly)
    # As a cluster may be set up to, on which a dead actor is waited for without end.
    monkeypatch.setattr(ray.data.DataContext.get_current(), "max_errored_blocks", -1)
    before = time.monotonic()
    found = 0
    with pytest.raises(ScoringFailed, match=r"lost its actors 3 times at the files from .* on \(\w+\)"):
        for number, _ in cluster.scored(locate([folder]), nodes.address, None):
            found += number
    # Blocks before it were handed on, and none of its own.
    assert 0 < found <= 128
    assert time.monotonic() - before < 120


@pytest.mark.slow
def test_a_processor_is_left_for_others_and_radiographs_are_not_ones_to_hold(nodes: Cluster, folder: Path) -> None:
    scored = cluster.scored(locate([folder]), nodes.address, None)
    next(scored)
    # While the actors have theirs, a task that needs one is not kept waiting.
    assert ray.get(ray.remote(num_cpus=1)(lambda: os.getpid()).remote(), timeout=60) > 0
    assert cluster.actors() == 1
    held = ray.cluster_resources()["object_store_memory"] - ray.available_resources()["object_store_memory"]
    # Where files are, and the rows of those that are done.
    assert held < sum(file.stat().st_size for file in folder.iterdir()) / 3
    assert sum(number for number, _ in scored) == 201 - 32


def test_blocks_are_small_enough_to_share_and_large_enough_to_count() -> None:
    assert [cluster.block_size(files, 10) for files in (1, 100_000, 100_000_000)] == [32, 200, 1024]


@pytest.mark.slow
def test_a_cluster_that_is_not_there_or_too_small_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ScoringFailed, match=r"No Ray cluster answers at 127\.0\.0\.1:8719"):
        list(cluster.scored([], "127.0.0.1:8719", None))
    monkeypatch.setattr(ray, "cluster_resources", lambda: {"CPU": 1.0})
    with pytest.raises(ScoringFailed, match=r"The cluster has 1 processors\. Expected two or more"):
        cluster.actors()
