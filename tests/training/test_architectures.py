"""Shapes, and what is trained."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from training import architectures
from training.recipes import CNN, FULLY_CONNECTED, ROBUST


@pytest.mark.parametrize("recipe", [replace(FULLY_CONNECTED, size=32), replace(CNN, size=32, l2=0.1, dropout=0.5)])
def test_a_network_from_nothing_gives_a_logit_a_class(recipe) -> None:  # type: ignore[no-untyped-def]
    network = architectures.build(recipe, None)
    assert network.predict(np.zeros((2, 32, 32, 1)), verbose=0).shape == (2, 2)
    assert bool(network.losses) == bool(recipe.l2)


def test_standardised_a_radiograph_is_the_same_at_any_exposure() -> None:
    inputs, scaled = architectures._scaled_input(replace(ROBUST, size=32, standardise=True))
    layer = keras.Model(inputs, scaled)
    image = np.random.default_rng(0).uniform(40, 120, (1, 32, 32, 1))
    plain, brighter = layer.predict(np.concatenate([image, 1.5 * image + 20]), verbose=0)
    np.testing.assert_allclose(plain, brighter, atol=2e-3)
    assert plain.std() == pytest.approx(0.5, abs=1e-3)


def test_standardised_a_blank_image_stays_blank() -> None:
    inputs, scaled = architectures._scaled_input(replace(ROBUST, size=32, standardise=True))
    assert not keras.Model(inputs, scaled).predict(np.full((1, 32, 32, 1), 77.0), verbose=0).any()
