"""Batches of augmented radiographs, as a network in training is fed."""

from dataclasses import dataclass

import keras
import numpy as np

from training import augment
from training.augment import AUGMENTATIONS
from training.recipes import Recipe


@dataclass(frozen=True)
class Labelled:
    """Radiographs with what a network learns of them.

    ``images``: uint8 of shape (n, size, size). ``targets``: float32 of shape (n, classes), each row
    summing to 1: a label, or one mixed with a teacher's prediction.
    """

    images: np.ndarray
    targets: np.ndarray


class AugmentedBatches(keras.utils.PyDataset):
    """Batches of freshly augmented radiographs, shuffled anew each epoch.

    All chance comes from (seed, epoch, image), so a resumed run sees what the unbroken one would have.
    A batch is the views, float32 of shape (batch, size, size, 1), 0 to 255, their targets, and weights that let
    each class count the same. Under consistency regularisation an epoch has half of the radiographs, each in two
    neighbouring views that differ in nothing but shape, exposure, sharpness or compression.
    """

    def __init__(self, labelled: Labelled, recipe: Recipe) -> None:
        super().__init__(workers=1, max_queue_size=8)
        self.labelled, self.recipe = labelled, recipe
        self.augmentation = AUGMENTATIONS[recipe.augmentation]
        self.distinct = recipe.batch // 2 if recipe.consistency else recipe.batch
        self.class_weights = 1 / (recipe.classes * labelled.targets.mean(axis=0))
        self.shuffle(0)

    def shuffle(self, epoch: int) -> None:
        """Shuffle for the given epoch."""
        self.epoch = epoch
        self.order = np.random.default_rng([self.recipe.seed, epoch]).permutation(len(self.labelled.images))

    def __len__(self) -> int:
        return max(1, len(self.labelled.images) // self.recipe.batch)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        rows = self.order[index * self.distinct : (index + 1) * self.distinct]
        rows = np.repeat(rows, self.recipe.batch // self.distinct)
        paired = self.distinct < self.recipe.batch
        views = np.stack([self._view(int(row), paired and place % 2 == 1) for place, row in enumerate(rows)])
        targets = self.labelled.targets[rows]
        if self.recipe.mix:
            generator = np.random.default_rng([self.recipe.seed, self.epoch, len(self.order) + index])
            views, targets = MIXES[self.recipe.mix](views, targets, generator)
        return views[..., None] * np.float32(255), targets, targets @ self.class_weights

    def _view(self, row: int, perturbed: bool) -> np.ndarray:
        generator = np.random.default_rng([self.recipe.seed, self.epoch, row])
        view = self._radiograph(row)
        if self.recipe.style_transfer:
            style = self._radiograph(int(generator.integers(len(self.order))))
            view = augment.style_transfer(view, style, generator)
        view = self.augmentation(view, generator)
        return augment.perturb(view, generator) if perturbed else view

    def _radiograph(self, row: int) -> np.ndarray:
        return self.labelled.images[row].astype(np.float32) / 255


def mixup(views: np.ndarray, targets: np.ndarray, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Average each view with another of the batch (Zhang et al. 2018, eq. 1, alpha 0.4)."""
    share = generator.beta(0.4, 0.4, len(views)).astype(np.float32)
    other = generator.permutation(len(views))
    mixed = share[:, None, None] * views + (1 - share[:, None, None]) * views[other]
    return mixed, share[:, None] * targets + (1 - share[:, None]) * targets[other]


def cutmix(views: np.ndarray, targets: np.ndarray, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Paste a rectangle of another view into each, half the time (Yun et al. 2019, eq. 1)."""
    views, targets = views.copy(), targets.copy()
    sources, source_targets = views.copy(), targets.copy()
    height, width = views.shape[1:]
    for row, other in enumerate(generator.permutation(len(views))):
        if generator.random() < 0.5:
            continue
        side = np.sqrt(generator.uniform(0, 0.5))
        h, w = int(height * side), int(width * side)
        top, left = generator.integers(0, height - h + 1), generator.integers(0, width - w + 1)
        views[row, top : top + h, left : left + w] = sources[other, top : top + h, left : left + w]
        share = np.float32(1 - h * w / (height * width))
        targets[row] = share * source_targets[row] + (1 - share) * source_targets[other]
    return views, targets


MIXES = {"mixup": mixup, "cutmix": cutmix}
