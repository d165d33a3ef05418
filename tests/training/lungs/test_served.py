"""The lung reader as it ships: the reader's answers, a map that is its gradient, and the same on LiteRT."""

from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from model.network.engine import LiteRT
from tests.pictures import chest
from training.lungs import network, served

SIZE = 64


@pytest.fixture(scope="module")
def reader(backbone: Path) -> keras.Model:
    return network.reader(SIZE, 3, 0.2, 1, backbone)


@pytest.fixture(scope="module")
def shipped(reader: keras.Model) -> keras.Model:
    return served.served(reader)


def chests() -> np.ndarray:
    return np.stack([chest(SIZE, SIZE, seed) for seed in range(3)])[..., None].astype(np.float32)


def as_array(tensor: object) -> np.ndarray:
    return np.asarray(ops.convert_to_numpy(tensor))


def test_logits_and_lungs_are_the_readers(reader: keras.Model, shipped: keras.Model) -> None:
    ours, theirs = shipped.predict(chests(), verbose=0), reader.predict(chests(), verbose=0)
    assert ours["logits"] == pytest.approx(theirs["logits"], abs=1e-5)
    assert ours["lungs"] == pytest.approx(1 / (1 + np.exp(-theirs["lungs"][..., 0])), abs=1e-5)


def test_positive_evidence_is_shown_and_lungs_are_probabilities(shipped: keras.Model) -> None:
    outputs = shipped.predict(chests(), verbose=0)
    assert {name: value.shape for name, value in outputs.items()} == {
        "logits": (3, 3),
        "heat": (3, 16, 16),
        "lungs": (3, SIZE, SIZE),
        "features": (3, 1152),
    }
    assert (outputs["heat"] >= 0).all()
    assert ((outputs["lungs"] >= 0) & (outputs["lungs"] <= 1)).all()


def test_heat_is_gradient_times_evidence() -> None:
    evidence = tf.constant(np.random.default_rng(0).normal(0, 1, (2, 6, 5, 3)).astype(np.float32))
    with tf.GradientTape() as tape:
        tape.watch(evidence)
        logits = tf.reduce_sum(evidence, axis=(1, 2))
        score = tf.reduce_logsumexp(logits[:, 1:], axis=-1) - logits[:, 0]
    expected = tf.nn.relu(tf.reduce_sum(tape.gradient(score, evidence) * evidence, axis=-1))
    assert as_array(served.heat_map(evidence, logits)) == pytest.approx(expected.numpy(), abs=1e-5)


@pytest.mark.slow
def test_litert_agrees_with_keras(shipped: keras.Model) -> None:
    ours, theirs = LiteRT(served.litert_bytes(shipped)).run(chests()), shipped.predict(chests(), verbose=0)
    for name, value in theirs.items():
        assert getattr(ours, name) == pytest.approx(value, abs=1e-4 * float(np.abs(value).max()))


def test_file_loads_without_layers_of_ours(shipped: keras.Model, tmp_path: Path) -> None:
    shipped.save(tmp_path / "network.keras")
    again = keras.saving.load_model(tmp_path / "network.keras", compile=False, custom_objects={})
    assert again.predict(chests(), verbose=0)["logits"] == pytest.approx(
        shipped.predict(chests(), verbose=0)["logits"], abs=1e-5
    )
