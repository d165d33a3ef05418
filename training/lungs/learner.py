"""What the lung reader learns from pairs of views, beside their labels and lung fields."""

from typing import Any

import keras

from training.networks.consistency import divergence, ramp

LEARNT = ("logits", "lungs")


class Learner(keras.Model):
    """A lung reader in training: two bodies round the same lungs are read alike, and what is hidden tells nothing.

    Targets are ``logits``, ``lungs`` and ``hidden``, (pairs, rows, columns): 1 where the second view of a pair is
    the first one blurred, which may be nowhere. The batch begins with the pairs; further rows may follow. Added to
    the loss are ``weight`` times the divergence of the pairs in which nothing is hidden, ramped up over
    ``ramp_steps`` steps, and ``hidden_weight`` times the ``unfaithfulness`` of the others. Only trained with, never
    saved.
    """

    weight = 0.0
    ramp_steps = 1
    hidden_weight = 0.0

    def compute_loss(
        self,
        x: object = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: object = None,
        training: bool = True,
    ) -> Any:
        targets, found = ({name: one[name] for name in LEARNT} for one in (y, y_pred))
        loss = super().compute_loss(x, targets, found, sample_weight, training)
        if not training:
            return loss
        hidden = y["hidden"]
        pairs = 2 * keras.ops.shape(hidden)[0]
        seen = keras.ops.cast(keras.ops.max(hidden, axis=(1, 2)) == 0, "float32")
        alike = ramp(self, self.ramp_steps) * keras.ops.mean(seen * divergence(y_pred["logits"][:pairs]))
        unfaithful = keras.ops.mean((1 - seen) * unfaithfulness(y_pred["evidence"][:pairs], hidden))
        return loss + self.weight * alike + self.hidden_weight * unfaithful


def unfaithfulness(evidence: keras.KerasTensor, hidden: keras.KerasTensor) -> keras.KerasTensor:
    """Measure how far hiding a part of the lungs takes more or less than the evidence that lay there.

    Evidence is of pairs of neighbours, (2 n, rows, columns, classes); of the second views ``hidden`` was blurred,
    (n, rows, columns). What stays visible must keep its evidence, and what is hidden must have none: the sum is
    taken of each class's squared surplus, over its mean of the classes, in either part. (n,).
    """
    relative = evidence - keras.ops.mean(evidence, axis=-1, keepdims=True)
    first, second = relative[0::2], relative[1::2]
    hidden = hidden[..., None]
    surplus = keras.ops.sum((1 - hidden) * (second - first), axis=(1, 2))
    remaining = keras.ops.sum(hidden * second, axis=(1, 2))
    return keras.ops.sum(surplus**2 + remaining**2, axis=-1)
