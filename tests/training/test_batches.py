"""What a network in training is shown."""

from dataclasses import replace

import numpy as np
import pytest

from tests.pictures import chest
from training.batches import MIXES, AugmentedBatches, Labelled, cutmix
from training.recipes import STRONG_AUGMENTATION

IMAGES = np.stack([chest(24, 24, seed) for seed in range(12)])
RECIPE = replace(STRONG_AUGMENTATION, batch=4, augmentation="none")
LABELLED = Labelled(IMAGES, np.eye(3, dtype=np.float32)[[0] * 2 + [1] * 4 + [2] * 6])


def test_an_epoch_shows_every_radiograph_once_in_another_order() -> None:
    batches = AugmentedBatches(LABELLED, RECIPE)
    orders = []
    for epoch in range(2):
        batches.shuffle(epoch)
        shown = np.concatenate([batches[index][0] for index in range(len(batches))])[..., 0]
        orders.append([int(np.abs(IMAGES - view).sum(axis=(1, 2)).argmin()) for view in shown])
    assert sorted(orders[0]) == sorted(orders[1]) == list(range(12))
    assert orders[0] != orders[1]


def test_each_kind_weighs_the_same() -> None:
    batches = AugmentedBatches(LABELLED, RECIPE)
    _, targets, weights = (np.concatenate(parts) for parts in zip(*(batches[i] for i in range(3)), strict=True))
    assert targets.T @ weights == pytest.approx([4, 4, 4])


def test_under_consistency_each_radiograph_is_seen_in_two_views() -> None:
    batches = AugmentedBatches(LABELLED, replace(RECIPE, consistency=1.0, augmentation="strong"))
    shown, targets, _ = batches[0]
    assert len(batches) == 3 and len(shown) == 4
    assert np.array_equal(targets[0::2], targets[1::2])
    assert not np.array_equal(shown[0], shown[1])


@pytest.mark.parametrize("mix", MIXES)
def test_two_radiographs_in_one_share_their_labels(mix: str) -> None:
    views, targets, _ = AugmentedBatches(LABELLED, replace(RECIPE, mix=mix))[0]
    assert views.shape == (4, 24, 24, 1) and views.min() >= 0 and views.max() <= 255
    assert targets.sum(axis=1) == pytest.approx(np.ones(4))


def test_cutmix_shares_as_many_pixels_as_it_says() -> None:
    black, white = np.zeros((2, 16, 16)), np.ones((2, 16, 16))
    views = np.concatenate([black, white]).astype(np.float32)
    targets = np.repeat(np.eye(2, dtype=np.float32), 2, axis=0)
    for seed in range(10):
        mixed, shares = cutmix(views, targets, np.random.default_rng(seed))
        assert mixed.mean(axis=(1, 2)) == pytest.approx(shares[:, 1], abs=1e-6)
