"""Train folds as tasks of a Ray cluster: recipes and folds know nothing of each other, so machines share them.

Each task takes as many processors as the smallest machine has, for a training uses them all, and leaves its fold
where ``training.cross_validate`` looks for it. All machines need the same data and runs under the same paths. A
task whose machine is lost is begun on another, and goes on from the last whole epoch, as the command does when it
was killed.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import ray

from model.scoring.cluster import connect

if TYPE_CHECKING:
    from training.cross_validate import Study

ATTEMPTS = 5
"""Times that a fold is begun anew where its machine is lost."""

Fold = tuple[str, str]
"""A recipe's name and its fold."""


def train_folds(study: "Callable[[], Study]", folds: Sequence[Fold], address: str) -> None:
    """Train these folds on a cluster; returns when all are kept in the study's runs.

    ``study`` makes the study, once in every task.

    Raises:
        ScoringFailed: no cluster answers at the address.
        RayError: a training failed, or was lost too often; the folds that were finished are kept.
    """
    connect(address)
    try:
        task = ray.remote(num_cpus=smallest_machine(), max_retries=ATTEMPTS)(_train_fold)
        left = {task.remote(study, recipe, fold): (recipe, fold) for recipe, fold in folds}
        while left:
            (done,), _ = ray.wait(list(left))
            ray.get(done)
            print(*left.pop(done), "trained", flush=True)
    finally:
        ray.shutdown()


def smallest_machine() -> int:
    """Return how many processors the smallest machine of the cluster has."""
    return int(min(node["Resources"].get("CPU", 0) for node in ray.nodes() if node["Alive"]))


def _train_fold(study: "Callable[[], Study]", recipe: str, fold: str) -> None:
    from training.recipes import RECIPES

    study().logits(RECIPES[recipe], fold)
