"""Batches of pairs."""

from dataclasses import replace

import cv2
import numpy as np

from tests.training.lungs.test_transplant import OTHER, OWN
from training.lungs import masks, transplant
from training.lungs.transplant import Patient
from training.lungs.views import Mix, PairedViews, augmented

TARGETS = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]], np.float32)
PATIENTS = [OWN, OTHER, OTHER, OWN]


MIX = Mix()


def views(mix: Mix = MIX) -> PairedViews:
    return PairedViews(PATIENTS, TARGETS, batch=4, seed=1, mix=mix)


def test_batch_has_views_targets_and_weights_in_pairs() -> None:
    inputs, targets, weights = views(replace(MIX, painted=0.0))[0]
    assert inputs.shape == (4, 64, 64, 1)
    assert targets["lungs"].shape == (4, 64, 64, 1)
    assert 0 <= inputs.min() <= inputs.max() <= 255
    assert (targets["logits"][0::2] == targets["logits"][1::2]).all()
    assert set(weights) == {"logits", "lungs"}


def test_same_epoch_gives_the_same_batch_and_another_does_not() -> None:
    one, another = views(), views()
    assert (one[0][0] == another[0][0]).all()
    another.shuffle(1)
    assert not (one[0][0] == another[0][0]).all()


def test_painted_lungs_have_the_prior_as_target() -> None:
    _, targets, _ = views(replace(MIX, painted=1.0))[0]
    assert np.allclose(targets["logits"], 1 / 3)


def test_two_views_of_a_pair_differ() -> None:
    inputs, _, _ = views(Mix(painted=0.0, plain=0.0, alone=0.0))[0]
    assert not (inputs[0] == inputs[1]).all()


def test_plain_views_are_the_radiographs_themselves() -> None:
    mix = Mix(painted=0.0, plain=1.0, close=0.0, augmented=0.0)
    inputs, _, _ = views(mix)[0]
    assert {int(view[24, 10, 0]) for view in inputs} <= {int(one.image[24, 10]) for one in PATIENTS}


def test_close_views_are_filled_by_the_lungs() -> None:
    _, targets, _ = views(Mix(painted=0.0, plain=1.0, close=1.0, augmented=0.0))[0]
    for mask in targets["lungs"][..., 0] > 0.5:
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        assert np.ptp(rows) > 0.6 * mask.shape[0] and np.ptp(columns) > 0.6 * mask.shape[1]


def test_blurred_lungs_have_the_prior_as_target_and_no_detail() -> None:
    lungs = PATIENTS[0]
    view, mask = transplant.blurred(lungs, np.random.default_rng(0))
    assert (mask > 0.5).sum() == (lungs.mask >= masks.INSIDE).sum()
    assert view.shape == lungs.image.shape and 0 <= view.min() <= view.max() <= 1
    _, targets, _ = views(replace(MIX, painted=1.0, blurred=1.0))[0]
    assert np.allclose(targets["logits"], 1 / 3)


def test_mask_moves_with_its_view() -> None:
    mask = np.zeros((64, 64), np.float32)
    mask[20:44, 20:44] = 1
    for seed in range(20):
        view, moved = augmented(mask, mask, np.random.default_rng(seed))
        inside, outside = view[moved > 0.99], view[moved < 0.01]
        if inside.size and outside.size:
            assert np.median(inside) > np.median(outside)


def test_bodies_of_the_other_label_make_up_for_plain_views() -> None:
    normal, pneumonia = (Patient(OWN.image, OWN.mask, OWN.box, (0.0, label)) for label in (0.0, 1.0))
    pairs = PairedViews([normal, pneumonia, pneumonia, normal], TARGETS, batch=4, seed=1, mix=MIX)
    generator = np.random.default_rng(0)
    for row in (0, 1):
        same = np.mean([pairs._body(row, generator).surround[1] == row for _ in range(2000)])
        assert abs(same - MIX.same_label) < 0.04


def test_hidden_pair_is_a_view_and_the_same_with_a_tenth_blurred() -> None:
    inputs, targets, weights = views(replace(MIX, painted=0.0, hidden=1.0))[0]
    assert targets["hidden"].shape == (2, 16, 16)
    for pair, hidden in enumerate(targets["hidden"]):
        assert 0 < hidden.mean() <= 0.11
        first, second = inputs[2 * pair, ..., 0], inputs[2 * pair + 1, ..., 0]
        changed = np.abs(first - second) > 8
        assert changed.any()
        # The seam is soft: a change lies where something is hidden, or just beside it.
        beside = cv2.dilate(hidden.repeat(4, 0).repeat(4, 1), np.ones((9, 9), np.uint8)) > 0
        assert not changed[~beside].any()
        assert weights["logits"][2 * pair] > 0 and weights["logits"][2 * pair + 1] == 0


def test_further_rows_teach_the_lung_fields_alone() -> None:
    plain, _, _ = views()[0]
    inputs, targets, weights = views(replace(MIX, outlined=3, seams=0.25))[0]
    assert inputs.shape[0] == targets["lungs"].shape[0] == targets["logits"].shape[0] == 7
    assert (inputs[:4] == plain).all()
    assert weights["logits"][4:].tolist() == [0, 0, 0]
    assert weights["lungs"].tolist() == [0.25] * 4 + [1] * 3
