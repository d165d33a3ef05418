"""Folds that are trained by tasks of a cluster are those that one process trains."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import ray

from tests.training.small_scale import shrink
from training import cross_validate
from training.dataset import ROOT

pytestmark = pytest.mark.cluster
SETTINGS = ["epochs=1", "head_epochs=1", "size=32", "batch=4"]


def shrink_all(patch: pytest.MonkeyPatch) -> None:
    """Put the small backbone in place, and few of the conditions that a fold is scored under."""
    shrink(patch)
    patch.setattr(cross_validate, "CONDITIONS", dict(list(cross_validate.CONDITIONS.items())[:4]))


def shrink_worker() -> None:
    """Make a worker of the cluster small, for as long as it lives."""
    shrink_all(pytest.MonkeyPatch())


@pytest.fixture
def local_cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Return an address that starts a cluster of two processors, whose workers train on the small scale."""
    shrink_all(monkeypatch)
    init = ray.init

    def begin(**options: Any) -> Any:
        # Made anew each time: Ray writes into the environment that it is given.
        environment = {"worker_process_setup_hook": shrink_worker, "env_vars": {"PYTHONPATH": str(ROOT)}}
        return init(num_cpus=2, include_dashboard=False, runtime_env=environment, **options)

    monkeypatch.setattr(ray, "init", begin)
    yield "local"
    ray.shutdown()


@pytest.mark.slow
def test_tasks_train_the_same_folds_and_only_those_that_are_missing(
    local_cluster: str, data: Path, backbone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(name: str, *more: str) -> list[dict[str, str]]:
        table = tmp_path / name / "data"
        table.mkdir(parents=True, exist_ok=True)
        monkeypatch.setattr(cross_validate, "DATA_FOLDER", table)
        chosen = ["--recipe", "strong_augmentation", "--runs", str(tmp_path / name)]
        sources = ["--data", str(data), "--backbone-weights", str(backbone)]
        cross_validate.main([*sources, *chosen, "--set", *SETTINGS, *more])
        return list(csv.DictReader((table / cross_validate.TABLE).open(newline="")))

    together = run("together", "--fold", "0", "1", "--ray", local_cluster)
    assert [row["fold"] for row in together] == ["0", "1"]
    assert run("alone", "--fold", "0") == together[:1]
    folds = [tmp_path / "together" / "strong_augmentation" / f"fold-{fold}.npz" for fold in (0, 1)]
    # As if it had been killed: one fold is finished, and what there is of the other is its trained epochs.
    folds[1].unlink()
    kept = folds[0].stat().st_mtime_ns
    assert run("together", "--fold", "0", "1", "--ray", local_cluster) == together
    assert folds[0].stat().st_mtime_ns == kept
