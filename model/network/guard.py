"""Should this be trusted? Whether a picture is an upright frontal chest radiograph of a child the model knows.

Two witnesses. The network: how far the picture's inner features are from the training radiographs', as a
Mahalanobis distance (Lee et al., NeurIPS 2018, eq. 2) whose covariance keeps its largest axes and one variance for
all the others (Tipping and Bishop 1999, eq. 7); in doubt the picture's negative is looked at too, for black and
white may be exchanged. The file: what its header says of age, view and body part.
"""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from model.io.dicom_header import Header
from model.network.card import ARTIFACT, GUARD_FILE, Card, verified_bytes

YOUNGEST, OLDEST = 1, 5
"""Years, in whole years as parents count them: the oldest have not had their next birthday."""
_FEW_DAYS = 0.01
"""Of a year: an age is a number of days over 365.25, which birthdays miss by up to one."""

FRONTAL = {"AP", "PA", "FRONTAL", "ANTEROPOSTERIOR", "POSTEROANTERIOR"}
NOT_FRONTAL = {"LATERAL", "LAT", "LL", "RL", "LLO", "RLO", "LLD", "RLD"} | {
    "OBLIQUE",
    "LORDOTIC",
    "DECUBITUS",
    "AXIAL",
}
CHEST = ("CHEST", "THORA", "TORAX", "LUNG", "PULMO")
NOT_CHEST = ("ABD", "PELV", "SPIN", "VERTEB")
"""In the header's Body Part Examined (PS3.16 annex L) or its Anatomic Region. A word that begins with one of the
first tells of a chest; one that has any of the second anywhere, such as ``TSPINE``, of something else."""


ARRAYS = ("mean", "scale", "axes", "variances")


@dataclass(frozen=True)
class Guard:
    """How training radiographs look to an inner layer of the network, and how far from them is too far.

    ``mean`` and ``scale``, of shape (k,), standardise the features. ``axes``, of shape (k, d), are the leading
    principal axes, ``variances``, of shape (d,), theirs, ``rest`` that of every other direction. A picture
    farther than ``limit`` is not known; one farther than ``doubt``, which is less, is looked at twice.
    """

    mean: np.ndarray
    scale: np.ndarray
    axes: np.ndarray
    variances: np.ndarray
    rest: float
    doubt: float
    limit: float

    def distance(self, features: np.ndarray) -> np.ndarray:
        """Mahalanobis distances, float64 of shape (n,), from features of shape (n, k)."""
        standard = (np.asarray(features, np.float64) - self.mean) / self.scale
        along = standard @ self.axes
        across = np.maximum((standard**2).sum(axis=1) - (along**2).sum(axis=1), 0)
        return np.sqrt((along**2 / self.variances).sum(axis=1) + across / self.rest)

    def warning(self, features: np.ndarray, negative: Callable[[], np.ndarray]) -> str | None:
        """``inverted`` where its negative is known and nearer, ``not_chest_radiograph``, or nothing to warn of.

        Args:
            features: of one picture, shape (1, k).
            negative: gives those of the same with black and white exchanged; called only in doubt.
        """
        distance = float(self.distance(features)[0])
        if distance <= self.doubt:
            return None
        if float(self.distance(negative())[0]) < min(distance, self.limit):
            return "inverted"
        return "not_chest_radiograph" if distance > self.limit else None


def guard_bytes(guard: Guard) -> bytes:
    """The file ``guard.npz``, without the limits, which the card holds; the same guard gives the same bytes."""
    out = io.BytesIO()
    arrays: dict[str, Any] = {name: np.asarray(getattr(guard, name)) for name in (*ARRAYS, "rest")}
    np.savez(out, **arrays)
    return out.getvalue()


def load_guard(card: Card, folder: Path = ARTIFACT) -> Guard:
    """The guard that belongs to a card.

    Raises:
        ArtifactMismatch: its file is missing or another one.
    """
    with np.load(io.BytesIO(verified_bytes(card, folder / GUARD_FILE))) as kept:
        arrays: dict[str, Any] = {name: kept[name].astype(np.float64) for name in ARRAYS}
        return Guard(**arrays, rest=float(kept["rest"]), doubt=card.guard.doubt, limit=card.guard.limit)


def header_warnings(header: Header | None) -> tuple[str, ...]:
    """Codes for what a file says of its radiograph: ``age``, ``view``, ``body_part``; silence warns of nothing."""
    if header is None:
        return ()
    fits = {
        "age": header.age_years is None or is_known_age(header.age_years),
        "view": header.view is None or is_frontal(header.view),
        "body_part": header.body_part is None or is_chest(header.body_part),
    }
    return tuple(code for code, fit in fits.items() if not fit)


def is_known_age(years: float) -> bool:
    """From the first birthday to the day before the sixth."""
    return YOUNGEST <= int(years + _FEW_DAYS) <= OLDEST


def is_frontal(view: str) -> bool:
    """``AP``, ``PA ERECT``; not ``LL``, nor what only a person could tell."""
    words = _words(view)
    return bool(words & FRONTAL) and not words & NOT_FRONTAL


def is_chest(body_part: str) -> bool:
    """``CHEST``, ``Thorax``, ``Lungs``; not a chest with the belly, nor the thoracic spine."""
    words = _words(body_part)
    return any(word.startswith(CHEST) for word in words) and not any(part in w for w in words for part in NOT_CHEST)


def _words(said: str) -> set[str]:
    return set(re.findall(r"[A-Z]+", said.upper()))
