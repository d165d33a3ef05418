"""Batches of views in which the body tells nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import keras
import numpy as np

from training import augment
from training.lungs import transplant
from training.lungs.network import STRIDE
from training.lungs.transplant import Patient


@dataclass(frozen=True)
class Mix:
    """How often a view is made in which way, in shares of one; what is left are lungs in another's radiograph."""

    painted: float = 0.2  # of pairs: both views, for their target is the prior and not the label
    blurred: float = 0.0  # of painted views: the lungs' own grey without its detail
    outline: float = 0.25  # of painted views: nothing but the outline is left
    plain: float = 0.1  # of the other views: as they will be read; more, and the body tells again
    alone: float = 0.1  # lungs on one grey
    same_label: float = 0.42  # of bodies: with the plain views, body and label agree in about half of all
    close: float = 0.3  # of views: cropped to the lungs, so that place and size tell nothing
    augmented: float = 0.5  # of views get strong augmentation after that; the others are as they will be read
    hidden: float = 0.0  # of pairs with their label: the second view is the first with a tenth blurred
    outlined: int = 0  # further rows of each batch: radiographs as they are, for the lung fields alone
    seams: float = 1.0  # weight of the lung fields of pairs, whose seams lie up to three pixels beside the mask


@dataclass(frozen=True)
class Pair:
    """Two views of one radiograph's lungs, (2, size, size), their lung fields and targets, and what is hidden."""

    views: np.ndarray
    lungs: np.ndarray
    targets: np.ndarray
    hidden: np.ndarray


class PairedViews(keras.utils.PyDataset):
    """Batches of pairs: two views of one radiograph's lungs, one after the other, in different bodies.

    Each batch is views, float32 of shape (batch + outlined, size, size, 1), 0 to 255; targets, ``logits`` of shape
    (batch + outlined, classes), ``lungs`` of shape (batch + outlined, size, size, 1), 0 to 1, and ``hidden`` of
    shape (batch / 2, size / 4, size / 4), 1 where the second view of a pair is the first one blurred; and weights,
    by which each class counts the same. All chance comes from (seed, epoch, image), so that a resumed run sees what
    the unbroken one would have.
    """

    def __init__(
        self, patients: Sequence[Patient], targets: np.ndarray, batch: int, seed: int, mix: Mix = Mix()
    ) -> None:
        super().__init__(workers=1, max_queue_size=8)
        self.patients, self.targets, self.batch, self.seed, self.mix = patients, targets, batch, seed, mix
        self.class_weights = (1 / (targets.shape[1] * targets.mean(axis=0))).astype(np.float32)
        normal = targets[:, 0] > 0.5
        self.bodies = (np.flatnonzero(normal), np.flatnonzero(~normal))
        self.shuffle(0)

    def shuffle(self, epoch: int) -> None:
        """Shuffle for the given epoch."""
        self.epoch = epoch
        self.order = np.random.default_rng([self.seed, epoch]).permutation(len(self.patients))

    def __len__(self) -> int:
        return max(1, len(self.patients) // self.batch)

    def __getitem__(self, index: int) -> tuple[np.ndarray, dict[str, np.ndarray], dict[str, np.ndarray]]:
        distinct = self.batch // 2
        pairs = [self._pair(int(row)) for row in self.order[index * distinct : (index + 1) * distinct]]
        views, lungs, targets = (
            np.concatenate([getattr(pair, name) for pair in pairs]) for name in ("views", "lungs", "targets")
        )
        weights = targets @ self.class_weights
        hidden = np.stack([pair.hidden for pair in pairs])
        # A finding may be what was hidden: what is left need not have its label.
        weights[1::2] *= hidden.max(axis=(1, 2)) == 0
        certain = np.full_like(weights, self.mix.seams)
        if self.mix.outlined:
            further = self._outlined(index)
            nothing = np.zeros(len(further), np.float32)
            views, lungs = (
                np.concatenate([own, np.stack(more)])
                for own, more in zip((views, lungs), zip(*further, strict=True), strict=True)
            )
            targets = np.concatenate([targets, np.full((len(further), targets.shape[1]), 1 / targets.shape[1])])
            weights, certain = np.concatenate([weights, nothing]), np.concatenate([certain, nothing + 1])
        return (
            views[..., None] * np.float32(255),
            {"logits": targets.astype(np.float32), "lungs": lungs[..., None], "hidden": hidden},
            {"logits": weights, "lungs": certain},
        )

    def _outlined(self, index: int) -> list[tuple[np.ndarray, np.ndarray]]:
        """Draw radiographs as they are, half of them augmented, with their lungs."""
        generator = np.random.default_rng([self.seed, self.epoch, len(self.patients) + index])
        chosen = [self.patients[row] for row in generator.integers(len(self.patients), size=self.mix.outlined)]
        plain = [(one.image.astype(np.float32) / 255, one.mask.astype(np.float32) / 255) for one in chosen]
        return [augmented(*one, generator) if generator.random() < 0.5 else one for one in plain]

    def _pair(self, row: int) -> Pair:
        generator = np.random.default_rng([self.seed, self.epoch, row])
        prior = generator.random() < self.mix.painted
        target = np.full_like(self.targets[row], 1 / self.targets.shape[1]) if prior else self.targets[row]
        view, mask = self._view(row, prior, generator)
        hidden = np.zeros(view.shape, np.float32)
        if not prior and self.mix.hidden and generator.random() < self.mix.hidden:
            other, hidden = transplant.hidden_tenth(view, mask, generator)
            other_mask = mask
        else:
            other, other_mask = self._view(row, prior, generator)
        side = view.shape[0] // STRIDE
        return Pair(
            np.stack([view, other]),
            np.stack([mask, other_mask]),
            np.stack([target] * 2),
            cv2.resize(hidden, (side, side), interpolation=cv2.INTER_AREA),
        )

    def _view(self, row: int, prior: bool, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        view, mask = (self._painted if prior else self._lungs)(row, generator)
        if generator.random() < self.mix.close:
            view, mask = transplant.close_up(view, mask, generator)
        if generator.random() < self.mix.augmented:
            view, mask = augmented(view, mask, generator)
        return view, mask

    def _painted(self, row: int, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        if self.mix.blurred and generator.random() < self.mix.blurred:
            return transplant.blurred(self.patients[row], generator)
        if generator.random() < self.mix.outline:
            return transplant.outline_alone(self.patients[row], generator)
        return transplant.painted(self.patients[row], generator)

    def _lungs(self, row: int, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        own, choice = self.patients[row], generator.random()
        if choice < self.mix.plain:
            return own.image.astype(np.float32) / 255, own.mask.astype(np.float32) / 255
        other = self._body(row, generator)
        if choice < self.mix.plain + self.mix.alone:
            return transplant.lungs_alone(own, other, generator)
        return transplant.into_outline(own, other, generator)

    def _body(self, row: int, generator: np.random.Generator) -> Patient:
        """Draw another patient, a little more often of the other label: see ``Mix.same_label``."""
        pneumonia = self.targets[row, 0] < 0.5
        same = generator.random() < self.mix.same_label
        return self.patients[int(generator.choice(self.bodies[int(pneumonia == same)]))]


def augmented(view: np.ndarray, mask: np.ndarray, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Change a view as ``augment.strong`` does, and move its mask along."""
    state = generator.bit_generator.state
    view = augment.strong(view, generator)
    after = generator.bit_generator.state
    generator.bit_generator.state = state
    mask = augment.strong_affine(mask, generator)
    generator.bit_generator.state = after
    return view, mask
