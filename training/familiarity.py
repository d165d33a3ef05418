"""What a radiograph looks like to the network's inner layer, and how well what does not is told from it.

Fitted on the training patients, cut on validation's; ``benchmarks/guard.py`` shows what else was tried. The shares
that the card states are measured on the test radiographs, as they are and spoilt, and on ``training/oddities.py``.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import keras
import numpy as np

from model import intervals
from model.guard import Guard
from training import oddities

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
ODDITY_SEED = 20180223

Features = Callable[[np.ndarray], np.ndarray]
"""From images, uint8 of shape (n, size, size), to features, float32 of shape (n, k)."""


def pooled(maps: keras.KerasTensor) -> keras.KerasTensor:
    """Mean of each channel over the upper and over the lower half, (n, 2 * channels): which way is up is kept."""
    half = maps.shape[1] // 2
    return keras.ops.concatenate(
        [keras.ops.mean(part, axis=(1, 2)) for part in (maps[:, :half], maps[:, half:])], axis=-1
    )


def fit(features: np.ndarray, held_out: np.ndarray, axes: int = AXES) -> Guard:
    """The guard of training features, cut by those of held-out patients; both of shape (n, k), n at least 2."""
    mean, scale = features.mean(axis=0, dtype=np.float64), features.std(axis=0, dtype=np.float64)
    # A channel that never moved tells nothing that could be measured in its own units.
    scale = np.where(scale > 1e-6, scale, 1.0)
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
    """The shares of radiographs, uint8 of shape (n, size, size), and of oddities that are warned of."""
    odd = oddities.made(radiographs, ODDITY_SEED)
    codes = {kind: warnings(guard, features_of, pictures) for kind, pictures in odd.items()}
    return {
        "radiographs": share(warnings(guard, features_of, radiographs)),
        "oddities": {kind: share(said) for kind, said in codes.items()},
        "inverted_named": share([code if code == "inverted" else None for code in codes["inverted"]]),
    }


def warnings(guard: Guard, features_of: Features, pictures: np.ndarray) -> list[str | None]:
    """What the guard says of each picture."""

    def negative(picture: np.ndarray) -> Callable[[], np.ndarray]:
        return lambda: features_of(255 - picture[None])

    features = features_of(pictures)
    return [guard.warning(row[None], negative(picture)) for row, picture in zip(features, pictures, strict=True)]


def share(said: Sequence[str | None]) -> dict[str, float]:
    """The share that was warned of, with both counts and Wilson's 95 % interval."""
    number = sum(code is not None for code in said)
    return {"number": number, "of": len(said), **intervals.share(number, len(said))._asdict()}
