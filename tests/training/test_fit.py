"""What a network is shown, and what it is fined for."""

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from tests.pictures import chest
from training import fit
from training.dataset import Example
from training.recipes import ROBUST

IMAGES = np.stack([chest(24, 24, seed) for seed in range(12)])
MEMBERS = [
    Example(str(number), subtype, str(number))
    for number, subtype in enumerate(["normal"] * 2 + ["bacteria"] * 4 + ["virus"] * 6)
]
RECIPE = replace(ROBUST, batch=4, augmentation="none")
LABELLED = fit.Labelled(IMAGES, fit.labels(MEMBERS, 3))


def test_an_epoch_shows_every_radiograph_once_in_another_order() -> None:
    views = fit.Views(LABELLED, RECIPE)
    orders = []
    for epoch in range(2):
        views.start(epoch)
        shown = np.concatenate([views[index][0] for index in range(len(views))])[..., 0]
        orders.append([int(np.abs(IMAGES - view).sum(axis=(1, 2)).argmin()) for view in shown])
    assert sorted(orders[0]) == sorted(orders[1]) == list(range(12))
    assert orders[0] != orders[1]


def test_each_kind_weighs_the_same() -> None:
    views = fit.Views(LABELLED, RECIPE)
    _, targets, weights = (np.concatenate(parts) for parts in zip(*(views[i] for i in range(3)), strict=True))
    assert targets.T @ weights == pytest.approx([4, 4, 4])


def test_two_classes_are_normal_and_pneumonia() -> None:
    assert fit.labels(MEMBERS, 2).sum(axis=0).tolist() == [2, 10]


def test_a_steady_recipe_sees_each_radiograph_in_two_views() -> None:
    views = fit.Views(LABELLED, replace(RECIPE, steady=1.0, augmentation="strong"))
    shown, targets, _ = views[0]
    assert len(views) == 3 and len(shown) == 4
    assert np.array_equal(targets[0::2], targets[1::2])
    assert not np.array_equal(shown[0], shown[1])


def test_views_read_differently_are_fined_by_their_divergence_more_and_more() -> None:
    inputs = keras.Input((3,))
    network = fit.Steady(inputs, keras.layers.Identity()(inputs))
    fit.compile_for(network, ROBUST, 1e-3)
    logits = np.log([[0.7, 0.2, 0.1], [0.2, 0.5, 0.3]]).astype(np.float32)
    labels = np.eye(3, dtype=np.float32)[[0, 0]]

    def loss(training: bool = True) -> float:
        return float(network.compute_loss(y=labels, y_pred=keras.ops.array(logits), training=training))

    free = loss()
    network.weight = 2.0
    divergence = (0.3 - 0.8) * (np.log(0.3 / 0.7) - np.log(0.8 / 0.2))
    assert loss() - free == pytest.approx(divergence, rel=1e-5)
    network.rise = 4
    assert loss() - free == pytest.approx(divergence / 4, rel=1e-4)
    assert loss(training=False) == pytest.approx(free)


@pytest.mark.parametrize("mix", fit.MIXES)
def test_two_radiographs_in_one_share_their_labels(mix: str) -> None:
    views, targets, _ = fit.Views(LABELLED, replace(RECIPE, mix=mix))[0]
    assert views.shape == (4, 24, 24, 1) and views.min() >= 0 and views.max() <= 255
    assert targets.sum(axis=1) == pytest.approx(np.ones(4))


def test_cutmix_shares_as_many_pixels_as_it_says() -> None:
    black, white = np.zeros((2, 16, 16)), np.ones((2, 16, 16))
    views = np.concatenate([black, white]).astype(np.float32)
    targets = np.repeat(np.eye(2, dtype=np.float32), 2, axis=0)
    for seed in range(10):
        mixed, shares = fit.cutmix(views, targets, np.random.default_rng(seed))
        assert mixed.mean(axis=(1, 2)) == pytest.approx(shares[:, 1], abs=1e-6)


def test_a_students_target_is_between_label_and_opinion() -> None:
    opinion = np.full((12, 3), 1 / 3, np.float32)
    mixed = fit.mixed(replace(ROBUST, teacher=0.6), opinion, MEMBERS)
    assert mixed[0] == pytest.approx([0.6, 0.2, 0.2])


def test_a_run_is_never_taken_for_one_with_other_settings(tmp_path: Path) -> None:
    run = tmp_path / "run"
    fit.claim(ROBUST, run)
    fit.claim(ROBUST, run)
    with pytest.raises(ValueError, match=r"run: expected .* begun with; received others: epochs, l2\. Remove"):
        fit.claim(replace(ROBUST, epochs=ROBUST.epochs + 1, l2=0.5), run)
    fit.claim(ROBUST, run)


def test_members_differ_in_their_seeds_and_are_kept_apart(tmp_path: Path) -> None:
    found = fit.members(replace(ROBUST, members=3), tmp_path)
    assert [(member.seed, folder.name) for member, folder in found] == [(7, "seed-7"), (8, "seed-8"), (9, "seed-9")]
    assert fit.members(ROBUST, tmp_path) == [(ROBUST, tmp_path)]
