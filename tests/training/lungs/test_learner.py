"""The loss of pairs of views."""

import keras
import numpy as np
import pytest

from training.lungs.learner import Learner, unfaithfulness
from training.networks.consistency import divergence

HIDDEN = np.zeros((1, 2, 2), np.float32)
HIDDEN[0, 0] = 1
EVIDENCE = np.random.default_rng(0).normal(0, 1, (1, 2, 2, 3)).astype(np.float32)


def surplus(second: np.ndarray) -> float:
    return float(unfaithfulness(keras.ops.array(np.concatenate([EVIDENCE, second])), keras.ops.array(HIDDEN))[0])


def test_hiding_that_takes_its_own_evidence_alone_costs_nothing() -> None:
    second = EVIDENCE * (1 - HIDDEN[..., None])
    assert surplus(second) == pytest.approx(0, abs=1e-10)
    # The same of every class is no evidence.
    assert surplus(second + 3) == pytest.approx(0, abs=1e-8)


def test_evidence_where_nothing_can_be_seen_costs_its_square() -> None:
    second = EVIDENCE * (1 - HIDDEN[..., None])
    second[0, 0, 1] += [2.0, -1.0, -1.0]
    assert surplus(second) == pytest.approx(6, rel=1e-5)


def test_evidence_that_moves_elsewhere_costs_its_square() -> None:
    second = EVIDENCE * (1 - HIDDEN[..., None])
    second[0, 1, 1] += [-1.0, 1.0, 0.0]
    assert surplus(second) == pytest.approx(2, rel=1e-5)


def test_pairs_are_read_alike_unless_a_part_is_hidden() -> None:
    inputs = keras.Input((3,))
    evidence = keras.layers.Reshape((1, 1, 3))(inputs)
    lungs = keras.layers.Dense(1)(inputs)
    learner = Learner(inputs, {"logits": keras.layers.Identity()(inputs), "lungs": lungs, "evidence": evidence})
    learner.compile(
        optimizer="sgd", loss={"logits": keras.losses.CategoricalCrossentropy(from_logits=True), "lungs": "mse"}
    )
    logits = np.log([[0.7, 0.2, 0.1], [0.2, 0.5, 0.3], [0.1, 0.1, 0.8]]).astype(np.float32)
    found = {"logits": logits, "lungs": np.zeros((3, 1), np.float32), "evidence": logits[:, None, None]}
    found = {name: keras.ops.array(one) for name, one in found.items()}

    def added(hidden: float) -> float:
        targets = {
            "logits": np.eye(3, dtype=np.float32),
            "lungs": np.zeros((3, 1), np.float32),
            "hidden": np.full((1, 1, 1), hidden, np.float32),
        }
        learner.weight = learner.hidden_weight = 0.0
        plain = float(learner.compute_loss(y=targets, y_pred=found))
        learner.weight, learner.hidden_weight = 2.0, 3.0
        return float(learner.compute_loss(y=targets, y_pred=found)) - plain

    # The third row is no part of a pair.
    pair = keras.ops.array(logits[:2])
    assert added(0.0) == pytest.approx(2 * float(divergence(pair)[0]), rel=1e-4)
    unfaithful = unfaithfulness(pair[:, None, None], np.ones((1, 1, 1), np.float32))
    assert added(1.0) == pytest.approx(3 * float(unfaithful[0]), rel=1e-4)
