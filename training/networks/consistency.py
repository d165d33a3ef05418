"""Consistency regularisation: two views of one radiograph must be read alike."""

from typing import Any

import keras


class ConsistencyModel(keras.Model):
    """A network whose loss grows with the divergence between two neighbouring views of one radiograph.

    Added is ``weight`` times their ``divergence`` (R-Drop). It is ramped up linearly over ``ramp_steps`` steps, so
    that the network learns the classes first. Only trained with, never saved: what trains it returns a plain
    network.
    """

    weight = 0.0
    ramp_steps = 1

    def compute_loss(
        self,
        x: object = None,
        y: object = None,
        y_pred: Any = None,
        sample_weight: object = None,
        training: bool = True,
    ) -> Any:
        loss = super().compute_loss(x, y, y_pred, sample_weight, training)
        if not training or not self.weight:
            return loss
        return loss + self.weight * ramp(self, self.ramp_steps) * keras.ops.mean(divergence(y_pred))


def ramp(learning: keras.Model, steps: int) -> keras.KerasTensor:
    """Return what a penalty counts at a network's next step: up to 1 in so many steps, in a straight line."""
    return keras.ops.minimum(1.0, (keras.ops.cast(learning.optimizer.iterations, "float32") + 1) / steps)


def divergence(logits: keras.KerasTensor) -> keras.KerasTensor:
    """Measure how differently two views are read, of each pair of neighbours: (2 n, classes) to (n,).

    Half the symmetric Kullback-Leibler divergence of their P(pneumonia) (Wu et al. 2021, R-Drop, eq. 2, for two
    classes).
    """
    log_odds = keras.ops.logsumexp(logits[:, 1:], axis=-1) - logits[:, 0]
    p = keras.ops.sigmoid(log_odds)
    return (p[0::2] - p[1::2]) * (log_odds[0::2] - log_odds[1::2]) / 2
