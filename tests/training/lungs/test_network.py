"""One backbone, two answers."""

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from training.lungs import network
from training.networks import architectures
from training.recipes import STRONG_AUGMENTATION

SIZE = 64


@pytest.fixture(scope="module")
def reader(backbone: Path) -> keras.Model:
    keras.utils.set_random_seed(1)
    return network.reader(SIZE, 3, 0.2, 1, backbone)


@pytest.fixture(scope="module")
def radiographs() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (2, SIZE, SIZE, 1)).astype(np.float32)


def test_segmenter_answers_at_full_size(backbone: Path, radiographs: np.ndarray) -> None:
    assert network.segmenter(SIZE, backbone)(radiographs).shape == (2, SIZE, SIZE, 1)


def test_evidence_sums_to_the_logits(reader: keras.Model, radiographs: np.ndarray) -> None:
    answers = reader(radiographs)
    assert answers["evidence"].shape == (2, SIZE // 4, SIZE // 4, 3)
    assert answers["lungs"].shape == (2, SIZE, SIZE, 1)
    assert np.asarray(answers["evidence"]).sum(axis=(1, 2)) == pytest.approx(
        np.asarray(answers["logits"]), abs=1e-5
    )


def test_evidence_outside_the_lungs_does_not_count() -> None:
    field = np.full((1, 8, 8, 1), -20, np.float32)
    field[:, 2:4, 2:4] = 20
    weighted = np.asarray(network.LungWeighted()([np.ones((1, 8, 8, 3), np.float32), field]))[0, ..., 0]
    assert weighted.sum() == pytest.approx(1)
    assert weighted[1:5, 1:5].sum() > 0.99  # one position wider than the lungs each way


def test_without_lungs_every_position_counts_the_same() -> None:
    field = np.full((1, 8, 8, 1), -20, np.float32)
    weighted = np.asarray(network.LungWeighted()([np.ones((1, 8, 8, 3), np.float32), field]))
    assert weighted == pytest.approx(1 / 64, rel=1e-4)


def test_release_trains_what_lies_after_a_layer_but_no_normalisation(reader: keras.Model) -> None:
    network.release(reader, "block_5_add")
    layers = {layer.name: layer.trainable for layer in reader.get_layer(network.BACKBONE).layers}
    assert not layers["block_1_expand"]
    assert layers["block_6_expand"]
    assert not layers["block_6_expand_BN"]


def test_adopt_starts_from_the_former_backbone_and_head(backbone: Path) -> None:
    recipe = replace(STRONG_AUGMENTATION, size=SIZE)
    members = [architectures.build_network(recipe, backbone) for _ in range(2)]
    members[1].set_weights([1.1 * weights for weights in members[1].get_weights()])
    former = architectures.join_networks(members, replace(recipe, members=2))
    reader = network.reader(SIZE, 3, 0.2, 1, backbone)
    network.adopt(reader, former)
    own = reader.get_layer(network.BACKBONE).get_layer("block_6_expand").get_weights()[0]
    assert (own == members[0].get_layer(network.BACKBONE).get_layer("block_6_expand").get_weights()[0]).all()
    head = reader.get_layer("class_maps_32").get_weights()[0]
    assert head == pytest.approx(members[0].get_layer("class_maps").get_weights()[0])
    assert not reader.get_layer("class_maps_16").get_weights()[0].any()
