"""Fit the guard, which tells chest radiographs from other pictures, and measure what it warns of.

It is fitted to inner features of the training patients' radiographs, as they are and perturbed, so that another
shape, exposure or sharpness is nothing unusual; its limits are quantiles over validation's. What else was tried:
``benchmarks/guard.py``. The shares that the card states are measured on the test radiographs as they are, under
conditions that leave the diagnosis alone, and on the pictures of ``training/checks/out_of_distribution.py``.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import keras
import numpy as np

from model.metrics import intervals
from model.network import lungs
from model.network.engine import Engine
from model.network.guard import Guard
from training import augment
from training.checks.out_of_distribution import out_of_distribution_pictures
from training.checks.perturbations import CONDITIONS

LAYER = "block_13_expand_relu"  # fourteen positions a side: ribs and lungs are parts, and not yet a diagnosis
AXES = 256  # principal axes with a variance of their own; 576 channels in two halves have 1,152
SHRINKAGE = 1e-3  # shrinkage of the covariance towards the unit matrix: no direction is taken for exactly constant
QUANTILE = 0.99  # of the validation radiographs' distances: one in a hundred is warned of for nothing
DOUBT_QUANTILE = 0.9  # one radiograph in ten is looked at twice; inverted ones are hardly ever nearer than that
LUNG_QUANTILE = 0.001  # of each figure of the lung fields: with seven, one radiograph in a hundred at most
LUNG_SPARE = 0.1  # of the range between those: what was not seen among these children is not impossible
BATCH = 64
PERTURBED_VIEWS = 2  # of each training radiograph; with more, cut-out shoulders look known as well
HARMLESS = 100  # radiographs under each condition, or a few more
OUT_OF_DISTRIBUTION_SEED, PERTURBED_SEED = 20180223, 20180225

Features = Callable[[np.ndarray], np.ndarray]
"""From pictures, uint8 of shape (n, size, size), to features, float32 of shape (n, k)."""


def pool_halves(maps: keras.KerasTensor) -> keras.KerasTensor:
    """Average each channel over the upper and over the lower half, (n, 2 * channels): which way is up is kept."""
    half = maps.shape[1] // 2
    return keras.ops.concatenate(
        [keras.ops.mean(part, axis=(1, 2)) for part in (maps[:, :half], maps[:, half:])], axis=-1
    )


def look(network: Engine, radiographs: np.ndarray) -> tuple[np.ndarray, list[dict[str, float]]]:
    """Look at radiographs, n of them, and at their perturbed views.

    Returns:
        The guard's features, float32 of shape ((1 + PERTURBED_VIEWS) * n, k), and the shapes of the lung fields.
    """
    features, shapes = [], []
    for views in (radiographs, *perturbed_views(radiographs)):
        for start in range(0, len(views), BATCH):
            outputs = network.run(views[start : start + BATCH, ..., None])
            features.append(outputs.features)
            # The fields of all at once would take a gigabyte.
            shapes += [lungs.shape(field) for field in outputs.lungs]
    return np.concatenate(features), shapes


def perturbed_views(radiographs: np.ndarray) -> Iterator[np.ndarray]:
    """Yield all radiographs perturbed at random, ``PERTURBED_VIEWS`` times; uint8 of shape (n, size, size)."""
    generator = np.random.default_rng(PERTURBED_SEED)
    for _ in range(PERTURBED_VIEWS):
        # Rounded one by one: as floating-point numbers, all of them would take four times the memory.
        yield np.stack([_perturbed(image, generator) for image in radiographs])


def _perturbed(image: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    view = augment.perturb(np.float32(1 / 255) * image, generator)
    return np.rint(255 * np.clip(view, 0, 1)).astype(np.uint8)


def fit_guard(features: np.ndarray, held_out: Sequence[np.ndarray], axes: int = AXES) -> Guard:
    """Fit the guard to training features, (n, k), n at least 2, its limits to those of held-out patients.

    ``held_out`` are features of one kind of radiographs each, at the network's size or at full resolution: of no
    kind are more warned of than the quantiles allow.
    """
    mean, scale = features.mean(axis=0, dtype=np.float64), features.std(axis=0, dtype=np.float64)
    # A channel that never moved tells nothing that could be measured in its own units.
    scale = np.where(scale > 1e-6 * scale.max(), scale, 1.0)
    standard = (features - mean) / scale
    variances, directions = np.linalg.eigh(standard.T @ standard / len(standard))
    variances = (1 - SHRINKAGE) * np.maximum(variances, 0) + SHRINKAGE
    kept = min(axes, len(features) - 1, len(mean) - 1)
    leading, others = directions[:, ::-1][:, :kept], variances[::-1][kept:]
    unlimited = Guard(
        mean=mean.astype(np.float32),
        scale=scale.astype(np.float32),
        axes=leading.astype(np.float32),
        variances=variances[::-1][:kept].astype(np.float32),
        rest=float(others.mean()),
        doubt_threshold=np.inf,
        threshold=np.inf,
    )
    distances = [unlimited.distance(kind) for kind in held_out]
    doubt, limit = (
        max(float(np.quantile(kind, q, method="higher")) for kind in distances) for q in (DOUBT_QUANTILE, QUANTILE)
    )
    return replace(unlimited, doubt_threshold=doubt, threshold=limit)


def lung_limits(shapes: list[dict[str, float]]) -> dict[str, list[float]]:
    """Return the lowest and the highest value of each figure of lung fields that a chest may have.

    Beyond ``LUNG_QUANTILE`` of the ``shapes`` from either end no chest lies, but for a share of the range to spare.
    """
    limits = {}
    for name in lungs.SHAPE:
        low, high = np.quantile([shape[name] for shape in shapes], (LUNG_QUANTILE, 1 - LUNG_QUANTILE))
        spare = LUNG_SPARE * (high - low)
        limits[name] = [float(low - spare), float(high + spare)]
    return limits


def measure_guard(guard: Guard, network: Engine, radiographs: np.ndarray) -> dict[str, Any]:
    """Return the shares warned of: of radiographs, uint8 of shape (n, size, size), and of other pictures."""
    codes = {
        kind: warning_codes(guard, network, pictures)
        for kind, pictures in out_of_distribution_pictures(radiographs, OUT_OF_DISTRIBUTION_SEED).items()
    }
    some = radiographs[:: max(1, len(radiographs) // HARMLESS)]
    harmless = {name: np.stack(list(map(change, some))) for name, change in CONDITIONS.items()}
    return {
        "radiographs": warned_share(guard, network, radiographs),
        "harmless": {name: warned_share(guard, network, views) for name, views in harmless.items()},
        "oddities": {kind: share_of(warned != "") for kind, warned in codes.items()},
        "inverted_named": share_of(codes["inverted"] == "inverted"),
    }


def warned_share(guard: Guard, network: Engine, radiographs: np.ndarray) -> dict[str, float]:
    """Return the share of radiographs that the guard warns of."""
    return share_of(warning_codes(guard, network, radiographs) != "")


def warning_codes(guard: Guard, network: Engine, pictures: np.ndarray) -> np.ndarray:
    """Return the guard's warning of each picture, an array of n codes, empty where there is none."""
    codes = []
    for picture in pictures:
        seen = network.run(picture[None, ..., None])

        def negative(picture: np.ndarray = picture) -> np.ndarray:
            return network.run(255 - picture[None, ..., None]).features[0]

        codes.append(guard.warning(seen.features[0], seen.lungs[0], negative) or "")
    return np.array(codes)


def share_of(holds: np.ndarray) -> dict[str, float]:
    """Return the share of true values, with both numbers and Wilson's 95 % interval."""
    number = int(holds.sum())
    return {"number": number, "of": len(holds), **intervals.proportion(number, len(holds))._asdict()}
