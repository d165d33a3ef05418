"""What a radiograph looks like to the network's inner layer, and how well what does not is told from it.

Fitted on the training patients' radiographs, as they are and perturbed, so that another shape, exposure or
sharpness is nothing strange; cut on validation's. ``benchmarks/guard.py`` shows what else was tried. The shares
that the card states are measured on the test radiographs, as they are, under conditions that leave the diagnosis
alone, and spoilt, and on the other oddities of ``training/checks/out_of_distribution.py``.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import keras
import numpy as np

from model.metrics import intervals
from model.network.guard import Guard
from training import augment
from training.checks import out_of_distribution, perturbations

LAYER = "block_13_expand_relu"
"""Of the backbone: fourteen positions a side, where ribs and lungs are parts and not yet a diagnosis."""
AXES = 256
"""Principal axes with a variance of their own; 576 channels in two halves have 1,152."""
SHRINKAGE = 1e-3
"""Of the covariance towards the unit matrix: no direction is taken for exactly constant."""
QUANTILE = 0.99
"""Of the validation radiographs' distances: one radiograph in a hundred is warned of for nothing."""
DOUBT_QUANTILE = 0.9
"""One radiograph in ten is looked at twice; inverted ones are hardly ever nearer than that."""
PERTURBED_VIEWS = 2
"""Views of each training radiograph that are fitted beside it; with more, cut-out shoulders look known as well."""
HARMLESS = 100
"""Radiographs under each condition, or a few more."""
ODDITY_SEED, PERTURBED_SEED = 20180223, 20180225

Features = Callable[[np.ndarray], np.ndarray]
"""From images, uint8 of shape (n, size, size), to features, float32 of shape (n, k)."""


def pooled(maps: keras.KerasTensor) -> keras.KerasTensor:
    """Mean of each channel over the upper and over the lower half, (n, 2 * channels): which way is up is kept."""
    half = maps.shape[1] // 2
    return keras.ops.concatenate(
        [keras.ops.mean(part, axis=(1, 2)) for part in (maps[:, :half], maps[:, half:])], axis=-1
    )


def seen(features_of: Features, radiographs: np.ndarray) -> np.ndarray:
    """Features to fit to, shape ((1 + PERTURBED_VIEWS) * n, k), of radiographs, uint8 of shape (n, size, size)."""
    return np.concatenate([features_of(views) for views in (radiographs, *perturbed(radiographs))])


def perturbed(radiographs: np.ndarray) -> Iterator[np.ndarray]:
    """Yield all radiographs perturbed at random, ``PERTURBED_VIEWS`` times; uint8 of their shape."""
    generator = np.random.default_rng(PERTURBED_SEED)
    for _ in range(PERTURBED_VIEWS):
        # Rounded one by one: as floating-point numbers, all of them would take four times the memory.
        yield np.stack([_levels(augment.perturb(np.float32(1 / 255) * image, generator)) for image in radiographs])


def _levels(shown: np.ndarray) -> np.ndarray:
    return np.rint(255 * np.clip(shown, 0, 1)).astype(np.uint8)


def fit(features: np.ndarray, held_out: np.ndarray, axes: int = AXES) -> Guard:
    """The guard of training features, cut by those of held-out patients; both of shape (n, k), n at least 2."""
    mean, scale = features.mean(axis=0, dtype=np.float64), features.std(axis=0, dtype=np.float64)
    # A channel that never moved tells nothing that could be measured in its own units.
    scale = np.where(scale > 1e-6 * scale.max(), scale, 1.0)
    standard = (features - mean) / scale
    variances, directions = np.linalg.eigh(standard.T @ standard / len(standard))
    variances = (1 - SHRINKAGE) * np.maximum(variances, 0) + SHRINKAGE
    kept = min(axes, len(features) - 1, len(mean) - 1)
    leading, others = directions[:, ::-1][:, :kept], variances[::-1][kept:]
    return cut(
        Guard(
            mean=mean.astype(np.float32),
            scale=scale.astype(np.float32),
            axes=leading.astype(np.float32),
            variances=variances[::-1][:kept].astype(np.float32),
            rest=float(others.mean()),
            doubt=np.inf,
            limit=np.inf,
        ),
        held_out,
    )


def cut(guard: Guard, held_out: np.ndarray) -> Guard:
    """The same guard, its limits quantiles of held-out patients' distances."""
    distances = guard.distance(held_out)
    doubt, limit = (float(np.quantile(distances, q, method="higher")) for q in (DOUBT_QUANTILE, QUANTILE))
    return replace(guard, doubt=doubt, limit=limit)


def measured(guard: Guard, features_of: Features, radiographs: np.ndarray) -> dict[str, Any]:
    """The shares that are warned of, of radiographs, uint8 of shape (n, size, size), and of oddities."""
    odd = out_of_distribution.made(radiographs, ODDITY_SEED)
    plain, inverted = features_of(radiographs), features_of(odd["inverted"])
    # An inverted radiograph's negative is the radiograph.
    codes = [
        guard.warning(row[None], partial(np.atleast_2d, own)) for row, own in zip(inverted, plain, strict=True)
    ]
    return {
        "radiographs": share(warned(guard, plain, features_of, radiographs)),
        "harmless": {
            change: share(warned(guard, features_of(pictures), features_of, pictures))
            for change, pictures in harmless(radiographs)
        },
        "oddities": {
            kind: share(
                np.array([code is not None for code in codes])
                if kind == "inverted"
                else warned(guard, features_of(pictures), features_of, pictures)
            )
            for kind, pictures in odd.items()
        },
        "inverted_named": share(np.array([code == "inverted" for code in codes])),
    }


def harmless(radiographs: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Some of the radiographs under each condition that leaves the diagnosis alone, uint8 of their shape."""
    some = radiographs[:: max(1, len(radiographs) // HARMLESS)]
    for name, change in perturbations.CONDITIONS.items():
        yield name, np.stack([change(image) for image in some])


def warned(guard: Guard, features: np.ndarray, features_of: Features, pictures: np.ndarray) -> np.ndarray:
    """Which pictures are warned of, bool of shape (n,); negatives are made only where they can matter."""
    distance = guard.distance(features)
    said = distance > guard.limit
    for row in np.flatnonzero((distance > guard.doubt) & ~said):
        negative = partial(features_of, 255 - pictures[row : row + 1])
        said[row] = guard.warning(features[row : row + 1], negative) is not None
    return said


def share(said: np.ndarray) -> dict[str, float]:
    """The share that holds, with both counts and Wilson's 95 % interval."""
    number = int(said.sum())
    return {"number": number, "of": len(said), **intervals.proportion(number, len(said))._asdict()}
