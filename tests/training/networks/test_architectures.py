"""Shapes, and what is trained."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from tests.pictures import chest
from training.checks.randomisation import STAGES
from training.networks import architectures
from training.recipes import CNN, FULLY_CONNECTED, STRONG_AUGMENTATION, WHOLE_RADIOGRAPH


@pytest.mark.parametrize("recipe", [replace(FULLY_CONNECTED, size=32), replace(CNN, size=32, l2=0.1, dropout=0.5)])
def test_a_network_from_nothing_gives_a_logit_a_class(recipe) -> None:  # type: ignore[no-untyped-def]
    network = architectures.build_network(recipe, None)
    assert network.predict(np.zeros((2, 32, 32, 1)), verbose=0).shape == (2, 2)
    assert bool(network.losses) == bool(recipe.l2)


def test_standardised_a_radiograph_is_the_same_at_any_exposure() -> None:
    inputs, scaled = architectures._scaled_input(replace(STRONG_AUGMENTATION, size=32, standardise=True))
    layer = keras.Model(inputs, scaled)
    image = np.random.default_rng(0).uniform(40, 120, (1, 32, 32, 1))
    plain, brighter = layer.predict(np.concatenate([image, 1.5 * image + 20]), verbose=0)
    np.testing.assert_allclose(plain, brighter, atol=2e-3)
    assert plain.std() == pytest.approx(0.5, abs=1e-3)


def test_standardised_a_blank_image_stays_blank() -> None:
    inputs, scaled = architectures._scaled_input(replace(STRONG_AUGMENTATION, size=32, standardise=True))
    assert not keras.Model(inputs, scaled).predict(np.full((1, 32, 32, 1), 77.0), verbose=0).any()


@pytest.fixture(scope="module")
def backbone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random weights of the whole MobileNetV2."""
    keras.utils.set_random_seed(0)
    file = tmp_path_factory.mktemp("backbone") / "random.weights.h5"
    keras.applications.MobileNetV2(input_shape=(32, 32, 3), include_top=False, weights=None).save_weights(file)
    return file


def outputs(network: keras.Model, inputs: np.ndarray) -> Any:
    """As ``predict`` gives them, without the time to trace so many layers."""
    return keras.tree.map_structure(keras.ops.convert_to_numpy, network(inputs, training=False))


@pytest.mark.slow
def test_joined_networks_say_the_mean(backbone: Path, tmp_path: Path) -> None:
    recipe = replace(STRONG_AUGMENTATION, size=32)
    networks = [architectures.build_network(recipe, backbone) for _ in range(2)]
    networks[1].set_weights([0.9 * weights for weights in networks[1].get_weights()])
    architectures.join_networks(networks, recipe).save(tmp_path / "joined.keras")
    joined = keras.saving.load_model(tmp_path / "joined.keras", compile=False)
    chests = np.stack([chest(32, 32, seed) for seed in range(3)])[..., None].astype(np.float32)
    alone = [outputs(network, chests) for network in networks]
    np.testing.assert_allclose(outputs(joined, chests), np.mean(alone, axis=0), atol=1e-4)


def test_the_backbone_has_the_layers_that_recipe_and_randomisation_name(backbone: Path) -> None:
    network = architectures.build_network(replace(WHOLE_RADIOGRAPH, size=32), backbone)
    architectures.release_backbone(network, WHOLE_RADIOGRAPH.frozen_to)
    layers = [layer for layer in network.get_layer(architectures.BACKBONE).layers if layer.weights]
    weighted = [layer for layer in layers if not isinstance(layer, keras.layers.BatchNormalization)]
    frozen = [layer.name for layer in weighted if not layer.trainable]
    assert (frozen[0], frozen[-1]) == ("Conv1", "block_2_project") and weighted[len(frozen)].trainable
    for beginnings in list(STAGES.values())[1:]:
        assert all(any(layer.name.startswith(beginning) for layer in weighted) for beginning in beginnings)


def test_one_network_is_joined_to_itself(backbone: Path) -> None:
    network = architectures.build_network(replace(STRONG_AUGMENTATION, size=32), backbone)
    assert architectures.join_networks([network], STRONG_AUGMENTATION) is network
