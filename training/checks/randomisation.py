"""Model parameter randomisation test of the heat map (Adebayo et al. 2018, sec. 3.1).

From the head downwards the weights are shuffled, and the maps of the same radiographs are compared with the
trained network's. A map that stayed as it was would show the radiograph's edges; one that shows what was learned
loses all similarity. Weights are shuffled within each layer, not drawn anew: what they have learned is gone, while
their scale stays, so that no layer falls silent or overflows. A shuffled network favours some places of the frame
whatever it is shown, by chance the trained one's or the opposite: single shufflings differ widely, so many are
drawn and their mean is judged with its interval. Similarity to the map of another radiograph separates that part.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from scipy.stats import sem, spearmanr, t
from skimage.metrics import structural_similarity

from model.network import gradcam
from model.network.card import KERAS_FILE
from training import dataset
from training.dataset import Example

RADIOGRAPHS = 32
DRAWS = 30  # shufflings: their rank correlations spread by 0.2, so that the mean's interval is 0.08 either way
LARGEST = 0.2  # mean rank correlation, either way with its interval, that may be left when all is shuffled
SIMILARITIES = ("spearman", "elsewhere", "ssim")
"""Rank correlation with the trained network's map, the same with that of another radiograph, and SSIM."""

STAGES = {
    "head": ("class_maps",),
    "and the last convolution": ("Conv_1",),
    "and blocks 13 to 16": ("block_13", "block_14", "block_15", "block_16"),
    "and blocks 6 to 12": tuple(f"block_{number}_" for number in range(6, 13)),
    "and all others": ("",),
}
"""From the top: what is shuffled beyond the stage before, and how the names of its layers begin."""


def randomisation_test(folder: Path, data: Path, examples: Sequence[Example], full_scale: float) -> dict[str, Any]:
    """Test a shipped network.

    Args:
        folder: that of ``pneumonia.keras``.
        data: the folder of the radiographs.
        examples: a split; its pneumonias are taken, for a normal's map is cold.
        full_scale: the heat that is drawn at full strength, see ``gradcam.scale_heat``.

    Returns:
        Each stage's ``SIMILARITIES``, means over the radiographs as ``summarise`` gives them, and whether the test
        is passed: the interval of the last stage's rank correlation lies within ``LARGEST`` of 0.
    """
    network = keras.saving.load_model(folder / KERAS_FILE, compile=False)
    chosen = evenly_spaced([example for example in examples if example.label == 1], RADIOGRAPHS)
    inputs = dataset.load_images(data, chosen, network.input.shape[1])[..., None].astype(np.float32)
    trained, before = heat_maps(network, inputs), network.get_weights()
    draws = []
    for seed in range(DRAWS):
        network.set_weights(before)
        draws.append(
            [similarities(trained, heat_maps(network, inputs), full_scale) for _ in cascade(network, seed)]
        )
    summaries: list[dict[str, Any]] = [
        {
            "shuffled": title,
            **{name: summarise(values) for name, values in zip(SIMILARITIES, by_draw.T, strict=True)},
        }
        for title, by_draw in zip(STAGES, np.swapaxes(np.array(draws), 0, 1), strict=True)
    ]
    left = summaries[-1]["spearman"]
    return {
        "method": "cascading randomisation of the layers from the top (Adebayo et al. 2018), weights shuffled",
        "split": "validation",
        "radiographs": len(chosen),
        "draws": DRAWS,
        "largest": LARGEST,
        "stages": summaries,
        "passed": max(abs(left["low"]), abs(left["high"])) <= LARGEST,
    }


def evenly_spaced(examples: Sequence[Example], most: int) -> list[Example]:
    """Return at most so many, equally spaced, so that neighbours, who may be one patient, do not crowd."""
    places = np.linspace(0, len(examples) - 1, min(most, len(examples))).round().astype(int)
    return [examples[place] for place in places]


def heat_maps(network: keras.Model, inputs: np.ndarray) -> np.ndarray:
    """Return the heat maps, float32 of shape (n, rows, columns), not negative."""
    return np.asarray(network.predict(inputs, batch_size=16, verbose=0)["heat"])


def cascade(network: keras.Model, seed: int) -> Iterator[str]:
    """Shuffle one stage after the other, in place, and yield its title once it is done."""
    generator = np.random.default_rng(seed)
    left = list(weighted_layers(network))
    for title, beginnings in STAGES.items():
        for layer in [layer for layer in left if layer.name.startswith(beginnings)]:
            shuffle(layer, generator)
            left.remove(layer)
        yield title


def weighted_layers(network: keras.Model) -> Iterator[keras.layers.Layer]:
    """Yield every layer with weights, those of networks within it included."""
    for layer in network.layers:
        if isinstance(layer, keras.Model):
            yield from weighted_layers(layer)
        elif layer.weights:
            yield layer


def shuffle(layer: keras.layers.Layer, generator: np.random.Generator) -> None:
    """Shuffle a layer's weights in place.

    Batch normalisation keeps each channel's four numbers together: a variance under another's scale would blow up.
    """
    weights = layer.get_weights()
    if isinstance(layer, keras.layers.BatchNormalization):
        order = generator.permutation(len(weights[0]))
        layer.set_weights([values[order] for values in weights])
        return
    layer.set_weights([generator.permutation(values.ravel()).reshape(values.shape) for values in weights])


def similarities(trained: np.ndarray, shuffled: np.ndarray, full_scale: float) -> tuple[float, ...]:
    """Return the mean ``SIMILARITIES`` of two networks' maps, (n, rows, columns), of the same radiographs."""
    others = np.roll(shuffled, len(shuffled) // 2, axis=0)
    pictures = [[rendered(heat, full_scale) for heat in maps] for maps in (trained, shuffled)]
    return (
        float(np.mean(list(map(rank_correlation, trained, shuffled)))),
        float(np.mean(list(map(rank_correlation, trained, others)))),
        float(np.mean(list(map(ssim, *pictures)))),
    )


def rank_correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Return Spearman's, -1 to 1; 0 where a map is the same everywhere and so ranks nothing."""
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return 0.0
    return float(spearmanr(first.ravel(), second.ravel()).statistic)


def rendered(heat: np.ndarray, full_scale: float, side: int = 112) -> np.ndarray:
    """Return a map as the dashboard draws it, 0 to 1."""
    return gradcam.drawn_heat(gradcam.scale_heat(heat, full_scale), side, side)


def ssim(first: np.ndarray, second: np.ndarray) -> float:
    """Return the structural similarity of two pictures from 0 to 1, at most 1 (Wang et al. 2004, eq. 13)."""
    constants = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
    return float(structural_similarity(first, second, data_range=1.0, **constants))


def summarise(draws: np.ndarray) -> dict[str, float]:
    """Return the mean over the draws with Student's 95 % interval, and the ``least`` and ``most`` of one draw."""
    mean, half = float(draws.mean()), float(t.ppf(0.975, len(draws) - 1) * sem(draws))
    least, most = float(draws.min()), float(draws.max())
    return {"value": mean, "low": mean - half, "high": mean + half, "least": least, "most": most}
