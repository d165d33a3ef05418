"""What a run learns, and what it is made of; the training itself is in ``test_pipeline.py``."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from training import fit
from training.dataset import Example
from training.recipes import STRONG_AUGMENTATION

EXAMPLES = [
    Example(str(number), subtype, str(number))
    for number, subtype in enumerate(["normal"] * 2 + ["bacteria"] * 4 + ["virus"] * 6)
]


def test_two_classes_are_normal_and_pneumonia() -> None:
    assert fit.label_targets(EXAMPLES, 2).sum(axis=0).tolist() == [2, 10]


def test_a_distilled_target_is_between_label_and_prediction() -> None:
    predictions = np.full((12, 3), 1 / 3, np.float32)
    targets = fit.distillation_targets(replace(STRONG_AUGMENTATION, distillation=0.6), predictions, EXAMPLES)
    assert targets[0] == pytest.approx([0.6, 0.2, 0.2])


def test_a_run_is_never_resumed_with_other_settings(tmp_path: Path) -> None:
    run = tmp_path / "run"
    fit.lock_settings(STRONG_AUGMENTATION, run)
    fit.lock_settings(STRONG_AUGMENTATION, run)
    with pytest.raises(ValueError, match=r"run: expected .* begun with; received others: epochs, l2\. Remove"):
        fit.lock_settings(replace(STRONG_AUGMENTATION, epochs=STRONG_AUGMENTATION.epochs + 1, l2=0.5), run)
    fit.lock_settings(STRONG_AUGMENTATION, run)


def test_members_differ_in_their_seeds_and_are_kept_apart(tmp_path: Path) -> None:
    found = fit.ensemble_members(replace(STRONG_AUGMENTATION, members=3), tmp_path)
    assert [(member.seed, folder.name) for member, folder in found] == [(7, "seed-7"), (8, "seed-8"), (9, "seed-9")]
    assert fit.ensemble_members(STRONG_AUGMENTATION, tmp_path) == [(STRONG_AUGMENTATION, tmp_path)]
