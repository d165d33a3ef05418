import keras
import numpy as np
import pytest

from training.fit import compile_network
from training.networks.consistency import ConsistencyModel
from training.recipes import STRONG_AUGMENTATION


def test_the_loss_grows_with_the_divergence_of_two_views_along_a_ramp() -> None:
    inputs = keras.Input((3,))
    network = ConsistencyModel(inputs, keras.layers.Identity()(inputs))
    compile_network(network, STRONG_AUGMENTATION, 1e-3)
    logits = np.log([[0.7, 0.2, 0.1], [0.2, 0.5, 0.3]]).astype(np.float32)
    labels = np.eye(3, dtype=np.float32)[[0, 0]]

    def loss(training: bool = True) -> float:
        return float(network.compute_loss(y=labels, y_pred=keras.ops.array(logits), training=training))

    plain = loss()
    network.weight = 2.0
    divergence = (0.3 - 0.8) * (np.log(0.3 / 0.7) - np.log(0.8 / 0.2))
    assert loss() - plain == pytest.approx(divergence, rel=1e-5)
    network.ramp_steps = 4
    assert loss() - plain == pytest.approx(divergence / 4, rel=1e-4)
    assert loss(training=False) == pytest.approx(plain)
