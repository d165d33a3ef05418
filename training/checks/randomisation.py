"""Does the heat map show what the network has learned? The randomisation test (Adebayo et al. 2018, sec. 3.1).

From the head downwards, what the layers have learned is taken away, and the maps of the same radiographs are
compared with the trained network's. A map that stays as it was would be a picture of the radiograph's edges; one
that shows what was learned loses all likeness. Weights are shuffled within each layer and not drawn anew: what they
have learned is gone, while their scale stays, so that no layer falls silent or overflows. Once shuffled, a network
has some places of the frame that it favours, whatever it is shown, and by chance they are the trained one's or the
opposite: single shufflings differ widely, so that many are drawn and their mean is judged with its interval. How
alike its map of another radiograph is tells that part from the radiograph's own.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np
from scipy.stats import spearmanr, t

from model.network import gradcam
from model.network.card import KERAS_FILE
from training import dataset
from training.dataset import Example

RADIOGRAPHS = 32
DRAWS = 30
"""Shufflings: their rank correlations spread by 0.2, so that the mean's interval is 0.08 either way."""
LARGEST = 0.2
"""Of the mean rank correlation, either way, that may be left when every layer is shuffled; a single draw may differ
by chance, the mean over the draws with its interval may not."""
LIKENESSES = ("spearman", "elsewhere", "ssim")
"""Rank correlation with the trained network's map, the same with that of another radiograph, and SSIM."""

STAGES = {
    "head": ("class_maps",),
    "and the last convolution": ("Conv_1",),
    "and blocks 13 to 16": ("block_13", "block_14", "block_15", "block_16"),
    "and blocks 6 to 12": tuple(f"block_{number}_" for number in range(6, 13)),
    "and all others": ("",),
}
"""From the top: what is shuffled beyond the stage before, and how the names of its layers begin."""


def randomisation(folder: Path, data: Path, members: Sequence[Example], full_scale: float) -> dict[str, Any]:
    """The test of a shipped network.

    Args:
        folder: that of ``pneumonia.keras``.
        data: the folder of the radiographs.
        members: a split; its pneumonias are taken, for a normal's map is cold.
        full_scale: the heat that is drawn at full strength, see ``gradcam.relative``.

    Returns:
        Each stage's ``LIKENESSES``, means over the radiographs as ``summary`` gives them, and whether the test is
        passed: the interval of the last stage's rank correlation lies within ``LARGEST`` of 0.
    """
    network = keras.saving.load_model(folder / KERAS_FILE, compile=False)
    chosen = spread([member for member in members if member.label == 1], RADIOGRAPHS)
    inputs = dataset.load_images(data, chosen, network.input.shape[1])[..., None].astype(np.float32)
    trained, before = maps(network, inputs), network.get_weights()
    draws = []
    for seed in range(DRAWS):
        network.set_weights(before)
        draws.append([alike(trained, maps(network, inputs), full_scale) for _ in cascade(network, seed)])
    stages: list[dict[str, Any]] = [
        {"shuffled": title, **{name: summary(one) for name, one in zip(LIKENESSES, by_draw.T, strict=True)}}
        for title, by_draw in zip(STAGES, np.swapaxes(np.array(draws), 0, 1), strict=True)
    ]
    left = stages[-1]["spearman"]
    return {
        "method": "cascading randomisation of the layers from the top (Adebayo et al. 2018), weights shuffled",
        "split": "validation",
        "radiographs": len(chosen),
        "draws": DRAWS,
        "largest": LARGEST,
        "stages": stages,
        "passed": max(abs(left["low"]), abs(left["high"])) <= LARGEST,
    }


def spread(members: Sequence[Example], most: int) -> list[Example]:
    """At most so many, equally spaced, so that neighbours, who may be one patient, do not crowd."""
    places = np.linspace(0, len(members) - 1, min(most, len(members))).round().astype(int)
    return [members[place] for place in places]


def maps(network: keras.Model, inputs: np.ndarray) -> np.ndarray:
    """The heat maps, float32 of shape (n, rows, columns), not negative."""
    return np.asarray(network.predict(inputs, batch_size=16, verbose=0)["heat"])


def cascade(network: keras.Model, seed: int) -> Iterator[str]:
    """Shuffle one stage after the other, in place; yields its title once it is done."""
    generator = np.random.default_rng(seed)
    left = list(weighted_layers(network))
    for title, beginnings in STAGES.items():
        for layer in [layer for layer in left if layer.name.startswith(beginnings)]:
            shuffle(layer, generator)
            left.remove(layer)
        yield title


def weighted_layers(network: keras.Model) -> Iterator[keras.layers.Layer]:
    """Every layer with weights, those of networks within it included."""
    for layer in network.layers:
        if isinstance(layer, keras.Model):
            yield from weighted_layers(layer)
        elif layer.weights:
            yield layer


def shuffle(layer: keras.layers.Layer, generator: np.random.Generator) -> None:
    """Take away what a layer has learned, and keep how large its weights are.

    Batch normalisation keeps each channel's four numbers together: a variance under another's scale would blow up.
    """
    weights = layer.get_weights()
    if isinstance(layer, keras.layers.BatchNormalization):
        order = generator.permutation(len(weights[0]))
        layer.set_weights([one[order] for one in weights])
        return
    layer.set_weights([generator.permutation(one.ravel()).reshape(one.shape) for one in weights])


def alike(trained: np.ndarray, shuffled: np.ndarray, full_scale: float) -> tuple[float, ...]:
    """The ``LIKENESSES`` of two networks' maps, shape (n, rows, columns), of the same radiographs: their means."""
    others = np.roll(shuffled, len(shuffled) // 2, axis=0)
    pictures = [[drawn(heat, full_scale) for heat in maps] for maps in (trained, shuffled)]
    return (
        float(np.mean(list(map(rank_correlation, trained, shuffled)))),
        float(np.mean(list(map(rank_correlation, trained, others)))),
        float(np.mean(list(map(ssim, *pictures)))),
    )


def rank_correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Spearman's, -1 to 1; 0 where a map is the same everywhere and so ranks nothing."""
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return 0.0
    return float(spearmanr(first.ravel(), second.ravel()).statistic)


def drawn(heat: np.ndarray, full_scale: float, side: int = 112) -> np.ndarray:
    """A map as the dashboard draws it, 0 to 1."""
    return gradcam.enlarge(gradcam.relative(heat, full_scale), side, side)


def ssim(first: np.ndarray, second: np.ndarray) -> float:
    """Structural similarity of two pictures from 0 to 1, at most 1 (Wang et al. 2004, eq. 13, their constants)."""
    a, b = first.astype(np.float64), second.astype(np.float64)
    mean_a, mean_b = _local(a), _local(b)
    variance_a, variance_b = _local(a * a) - mean_a**2, _local(b * b) - mean_b**2
    covariance = _local(a * b) - mean_a * mean_b
    c1, c2 = 0.01**2, 0.03**2
    above = (2 * mean_a * mean_b + c1) * (2 * covariance + c2)
    below = (mean_a**2 + mean_b**2 + c1) * (variance_a + variance_b + c2)
    return float(np.mean(above / below))


def _local(picture: np.ndarray) -> np.ndarray:
    return cv2.GaussianBlur(picture, (11, 11), 1.5)


def summary(draws: np.ndarray) -> dict[str, float]:
    """The mean over the draws with Student's 95 % interval, and the ``least`` and the ``most`` of a single one."""
    half = t.ppf(0.975, len(draws) - 1) * draws.std(ddof=1) / np.sqrt(len(draws))
    mean, least, most = float(draws.mean()), float(draws.min()), float(draws.max())
    return {"value": mean, "low": float(mean - half), "high": float(mean + half), "least": least, "most": most}
