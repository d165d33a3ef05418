"""The network that ships, the same on LiteRT and on Keras."""

import numpy as np
import pytest

from model.metrics import calibration
from model.network import engine
from model.network.card import Card, load_card
from model.network.engine import Keras, LiteRT
from tests.pictures import chest


@pytest.fixture(scope="module")
def card() -> Card:
    return load_card()


@pytest.fixture(scope="module")
def litert(card: Card) -> LiteRT:
    return engine.load_litert(card)


@pytest.fixture(scope="module")
def reference(card: Card) -> Keras:
    return engine.load_keras_reference(card)


@pytest.fixture(scope="module")
def inputs(card: Card) -> np.ndarray:
    """Chests and noise, brighter and darker."""
    size = card.input_size
    chests = [chest(size, size, seed) * scale for seed, scale in enumerate((1.0, 0.6, 0.3))]
    noise = np.random.default_rng(0).uniform(0, 255, (2, size, size))
    return np.concatenate([chests, noise]).astype(np.float32)[..., None]


@pytest.mark.slow
def test_litert_agrees_with_keras(card: Card, litert: LiteRT, reference: Keras, inputs: np.ndarray) -> None:
    ours, theirs = litert.run(inputs), reference.run(inputs)
    probabilities = [card.calibration.probability(calibration.log_odds(o.logits)) for o in (ours, theirs)]
    assert np.abs(probabilities[0] - probabilities[1]).max() < 1e-5
    assert np.abs(ours.heat - theirs.heat).max() / theirs.heat.max() < 1e-4
    assert np.abs(ours.lungs - theirs.lungs).max() < 1e-4
    assert np.abs(ours.features - theirs.features).max() / theirs.features.max() < 1e-4


def test_one_by_one_or_together_is_the_same(litert: LiteRT, inputs: np.ndarray) -> None:
    together = litert.run(inputs)
    alone = [litert.run(row[None]) for row in inputs]
    assert np.array_equal(together.logits, np.concatenate([one.logits for one in alone]))


def test_the_map_is_not_always_empty(reference: Keras, inputs: np.ndarray) -> None:
    assert reference.run(inputs).heat.max() > 0
