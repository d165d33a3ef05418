"""The guard against pictures that the network does not know, by the distance of their inner features.

Mahalanobis distance to the training radiographs (Lee et al., NeurIPS 2018, eq. 2), whose covariance keeps its
largest axes and one variance for all the others (Tipping and Bishop 1999, eq. 7). Where in doubt the picture's
negative is measured too, for black and white may be exchanged.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from model.network.card import ARTIFACT, GUARD_FILE, Card, verified_bytes
from model.network.lungs import plausible

ARRAYS = ("mean", "scale", "axes", "variances")


@dataclass(frozen=True)
class Guard:
    """The distribution of training radiographs' features, and the distances beyond which a picture is unknown.

    ``mean`` and ``scale``, of shape (k,), standardise the features. ``axes``, of shape (k, d), are the leading
    principal axes, ``variances``, of shape (d,), theirs, ``rest`` that of every other direction. A picture
    farther than ``threshold`` is not known; of one farther than ``doubt_threshold``, which is less, the negative is
    measured too. ``lungs`` are the limits of a plausible lung field, by figure of ``lungs.shape``.
    """

    mean: np.ndarray
    scale: np.ndarray
    axes: np.ndarray
    variances: np.ndarray
    rest: float
    doubt_threshold: float
    threshold: float
    lungs: dict[str, list[float]] = field(default_factory=dict)

    def distance(self, features: np.ndarray) -> np.ndarray:
        """Return Mahalanobis distances, float64 of shape (n,), of features of shape (n, k)."""
        standard = (np.asarray(features, np.float64) - self.mean) / self.scale
        along = standard @ self.axes
        across = np.maximum((standard**2).sum(axis=1) - (along**2).sum(axis=1), 0)
        return np.sqrt((along**2 / self.variances).sum(axis=1) + across / self.rest)

    def warning(
        self, features: np.ndarray, lung_field: np.ndarray, negative: Callable[[], np.ndarray]
    ) -> str | None:
        """Return ``inverted`` where the negative is known and nearer, ``not_chest_radiograph``, ``lungs``, or None.

        Args:
            features: of one picture, shape (k,).
            lung_field: probability of lung, shape (rows, columns), 0 to 1.
            negative: gives the features of the same with black and white exchanged; called only in doubt.
        """
        distance = float(self.distance(features[None])[0])
        if distance > self.doubt_threshold and float(self.distance(negative()[None])[0]) < min(
            distance, self.threshold
        ):
            return "inverted"
        if distance > self.threshold:
            return "not_chest_radiograph"
        return None if plausible(lung_field, self.lungs) else "lungs"


def guard_bytes(guard: Guard) -> bytes:
    """Return the file ``guard.npz``, the same for the same guard; its thresholds are in the card."""
    out = io.BytesIO()
    arrays: dict[str, Any] = {name: np.asarray(getattr(guard, name)) for name in (*ARRAYS, "rest")}
    np.savez(out, **arrays)
    return out.getvalue()


def load_guard(card: Card, folder: Path = ARTIFACT) -> Guard:
    """Load the guard that belongs to a card.

    Raises:
        ArtifactMismatch: its file is missing or another one.
    """
    with np.load(io.BytesIO(verified_bytes(card, folder / GUARD_FILE))) as kept:
        arrays: dict[str, Any] = {name: kept[name].astype(np.float64) for name in ARRAYS}
        rest, statement = float(kept["rest"]), card.guard
    return Guard(
        **arrays,
        rest=rest,
        doubt_threshold=statement.doubt_threshold,
        threshold=statement.threshold,
        lungs=statement.lungs,
    )
