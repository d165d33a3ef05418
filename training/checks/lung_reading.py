"""Measure whether the network reads the lungs or the body around them.

    python -m training.checks.lung_reading --data DIR --lung-masks DIR [--network FILE | --artifact DIR]

Radiographs whose lung fields somebody drew are taken apart: lungs and body of patients with different labels are
put together, the lungs or the body are painted over, the heat map is held against the lung field, and what it
highlights is blurred. Asked are the validation patients, never the test set.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import keras
import numpy as np
import tensorflow as tf

from model.metrics import calibration, intervals
from model.metrics.estimate import Estimate
from model.network import gradcam, occlusion
from model.network.card import ARTIFACT, load_card
from model.network.card.sections import LungReading
from model.network.engine import load_keras_reference
from model.network.lungs import INSIDE, at_size_of, share_inside, widened
from model.network.preprocessing import network_input
from training import dataset
from training.dataset import ROOT
from training.lungs import masks, transplant
from training.lungs.candidate import from_file

SOFT = 2.0
"""Standard deviation of a mask's seam in pixels, of 224 a side."""
PAINT_MARGIN = 2
"""Pixels by which the lungs are widened before they are painted over."""
GREY = 110
"""Of 255: the paint over the lungs, or over the rest."""
OUTLINE = (200, 60)
"""Of 255: lungs and rest where the outline alone is left; once more with either grey inverted, lungs dark."""
PARTNERS = 2
"""Bodies of the other label that each radiograph's lungs are set into."""
RANDOM_TENTHS = 7
"""Random tenths of the image, within the lungs, that the hottest tenth is compared with."""
SEED = 20261126
BATCH = 32

LogOdds = Callable[[np.ndarray], np.ndarray]
"""Radiographs, uint8 of shape (n, size, size), to pneumonia's log-odds, shape (n,)."""
Heat = Callable[[np.ndarray], np.ndarray]
"""Radiographs, the same, to heat maps, shape (n, rows, columns), not negative."""


class Network(Protocol):
    """Anything that reads radiographs, uint8 of shape (n, size, size), and shows where."""

    def log_odds(self, images: np.ndarray) -> np.ndarray:
        """Pneumonia's log-odds, shape (n,)."""
        ...

    def heat(self, images: np.ndarray) -> np.ndarray:
        """Evidence for pneumonia, shape (n, rows, columns), not negative."""
        ...


class FindsLungs(Protocol):
    """Anything that finds lungs on radiographs, uint8 of shape (n, size, size)."""

    def lungs(self, images: np.ndarray) -> np.ndarray:
        """Probability of lung, float32 of the same shape."""
        ...


@dataclass(frozen=True)
class Asked:
    """Radiographs and their lung fields, uint8 of shape (n, size, size), 0 to 255; labels, int of shape (n,)."""

    images: np.ndarray
    masks: np.ndarray
    labels: np.ndarray


def lung_reading(network: Network, asked: Asked) -> LungReading:
    """Ask a network every question of this module."""
    own, other = opposite_pairs(asked.labels)
    heat = network.heat(asked.images)
    warm = [int(row) for row in np.flatnonzero(asked.labels == 1) if heat[row].max() > 0]
    hottest, random = deletion(network, asked, heat, warm)
    inside = np.array([share_inside(heat[row], asked.masks[row] >= masks.INSIDE) for row in warm])

    def area(views: np.ndarray, labels: np.ndarray = asked.labels) -> Estimate[float]:
        return intervals.auc(labels, network.log_odds(views))

    return LungReading(
        radiographs=len(asked.labels),
        plain=area(asked.images),
        body_moved=area(transplanted(asked, own, other, body_moved), asked.labels[own]),
        lungs_moved=area(transplanted(asked, own, other, lungs_moved), asked.labels[own]),
        lungs_grey=area(each(lungs_painted, asked)),
        outline=area(each(outline_alone, asked)),
        outline_dark=area(255 - each(outline_alone, asked)),
        only_lungs=area(each(only_lungs, asked)),
        inside=mean(inside),
        peak_inside=share([peak_inside(heat[row], asked.masks[row] >= masks.INSIDE) for row in warm]),
        deletion=share(hottest > random),
        fall_hottest=mean(hottest),
        fall_random=mean(random),
    )


def mean(values: np.ndarray) -> Estimate[float]:
    """Estimate a mean, with Wald's interval; NaN of no values."""
    if not len(values):
        return Estimate(float("nan"), float("nan"), float("nan"))
    return intervals.wald(float(values.mean()), intervals.variance_of_mean(values) ** 0.5)


def share(holds: Sequence[bool] | np.ndarray) -> Estimate[float]:
    """Estimate how often something holds."""
    return intervals.proportion(int(np.sum(holds)), len(holds))


def opposite_pairs(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Draw ``PARTNERS`` of the other label for each radiograph: rows of the lungs, and rows of the bodies."""
    generator = np.random.default_rng(SEED)
    own = np.repeat(np.arange(len(labels)), PARTNERS)
    other = [generator.choice(np.flatnonzero(labels != labels[row])) for row in own]
    return own, np.array(other)


def each(change: Callable[[np.ndarray, np.ndarray], np.ndarray], asked: Asked) -> np.ndarray:
    """Change every radiograph by its mask, uint8 of the shape of the images."""
    return np.stack([change(image, mask) for image, mask in zip(asked.images, asked.masks, strict=True)])


def lungs_painted(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Paint the lungs one grey."""
    cover = transplant.softened(transplant.dilated(mask, PAINT_MARGIN), SOFT)
    return _grey(transplant.blended(_flat(image, GREY), image.astype(np.float32), cover))


def outline_alone(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Paint the lungs one grey and the rest another."""
    return _grey(transplant.blended(_flat(image, OUTLINE[0]), _flat(image, OUTLINE[1]), _soft(mask)))


def only_lungs(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Paint all but the lungs one grey."""
    return _grey(transplant.blended(image.astype(np.float32), _flat(image, GREY), _soft(mask)))


def transplanted(
    asked: Asked, own: np.ndarray, other: np.ndarray, way: Callable[[Asked, int, int], np.ndarray]
) -> np.ndarray:
    """Set lungs into bodies, row by row of two arrays of rows."""
    return np.stack([way(asked, int(lungs), int(body)) for lungs, body in zip(own, other, strict=True)])


def body_moved(asked: Asked, own: int, other: int) -> np.ndarray:
    """Put another's body round the own lungs, moved so that its lung box falls on the own."""
    body = transplant.moved(
        asked.images[other].astype(np.float32), masks.box(asked.masks[other]), masks.box(asked.masks[own])
    )
    return _grey(transplant.blended(asked.images[own].astype(np.float32), body, _soft(asked.masks[own])))


def lungs_moved(asked: Asked, own: int, other: int) -> np.ndarray:
    """Move the own lungs into another's outline."""
    lungs = transplant.moved(
        asked.images[own].astype(np.float32), masks.box(asked.masks[own]), masks.box(asked.masks[other])
    )
    return _grey(transplant.blended(lungs, asked.images[other].astype(np.float32), _soft(asked.masks[other])))


def peak_inside(heat: np.ndarray, inside: np.ndarray) -> bool:
    """Tell whether a map is hottest within the widened lungs (pointing game, Zhang et al. 2018)."""
    return bool(widened(inside).ravel()[at_size_of(heat, inside).argmax()])


def deletion(
    network: Network, asked: Asked, heat: np.ndarray, rows: Sequence[int]
) -> tuple[np.ndarray, np.ndarray]:
    """Blur the hottest tenth of radiographs, then random tenths of their lungs.

    Returns:
        By how much log-odds fall: for the hottest tenth, and on average for the random ones; each of shape (m,),
        for the m ``rows``, whose maps must show something.
    """
    size = asked.images.shape[1]
    falls = np.empty((len(rows), 2))
    for place, row in enumerate(rows):
        image = asked.images[row].astype(np.float32)[..., None]
        generator = np.random.default_rng([SEED, row])
        tenths = [
            occlusion.hottest_tenth(heat[row], size),
            *occlusion.random_tenths(asked.masks[row] >= masks.INSIDE, RANDOM_TENTHS, generator),
        ]
        views = np.stack([image, *(occlusion.blurred(image, tenth) for tenth in tenths)])
        untouched, hottest, *random = network.log_odds(_grey(views[..., 0]))
        falls[place] = untouched - hottest, untouched - np.mean(random)
    return falls[:, 0], falls[:, 1]


def _soft(mask: np.ndarray) -> np.ndarray:
    return transplant.softened(mask, SOFT)


def _flat(image: np.ndarray, grey: int) -> np.ndarray:
    return np.full(image.shape, grey, np.float32)


def _grey(picture: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)


class Trained:
    """A network of the ladder, as it was trained; its heat map is Grad-CAM of its last maps, if it has any."""

    def __init__(self, network: keras.Model, size: int) -> None:
        maps = [layer.output for layer in network.layers if len(layer.output.shape) == 4]
        self._size = size
        self._network = keras.Model(network.input, [maps[-1], network.output])
        self._sees = len(maps) > 1 and maps[-1].shape[1] < size

    def log_odds(self, images: np.ndarray) -> np.ndarray:
        return np.concatenate([calibration.log_odds(self._run(part)[1].numpy()) for part in _parts(images)])

    def heat(self, images: np.ndarray) -> np.ndarray:
        return np.concatenate([self._heat(part) for part in _parts(images)])

    def _heat(self, images: np.ndarray) -> np.ndarray:
        if not self._sees:
            return np.zeros((len(images), 1, 1), np.float32)
        with tf.GradientTape() as tape:
            maps, logits = self._run(images)
            score = tf.reduce_logsumexp(logits[:, 1:], axis=-1) - logits[:, 0]
        gradients = tape.gradient(score, maps).numpy()
        return np.stack([gradcam.grad_cam(*pair) for pair in zip(maps.numpy(), gradients, strict=True)])

    def _run(self, images: np.ndarray) -> tuple[tf.Tensor, tf.Tensor]:
        inputs = np.stack([network_input(image.astype(np.float32) / 255, self._size) for image in images])
        maps, logits = self._network(tf.convert_to_tensor(inputs), training=False)
        return maps, logits


def _parts(images: np.ndarray) -> Iterator[np.ndarray]:
    for start in range(0, len(images), BATCH):
        yield images[start : start + BATCH]


class Shipped:
    """The artefact's reference network."""

    def __init__(self, folder: Path) -> None:
        self._engine = load_keras_reference(load_card(folder), folder)

    def log_odds(self, images: np.ndarray) -> np.ndarray:
        return calibration.log_odds(self._engine.run(images[..., None]).logits)

    def heat(self, images: np.ndarray) -> np.ndarray:
        return self._engine.run(images[..., None]).heat

    def lungs(self, images: np.ndarray) -> np.ndarray:
        return self._engine.run(images[..., None]).lungs


def asked_of(
    data: Path, folder: Path, members: list[dataset.Example], originals: Path | None = None, size: int = 224
) -> Asked:
    """Load the radiographs among ``members`` whose lung fields somebody drew.

    ``originals`` is a folder with NORMAL and PNEUMONIA of radiographs at original resolution: those are asked
    instead, as far as it has them.
    """
    drawn = masks.with_drawn_mask(folder, members)
    if originals is not None:
        shown = dataset.at_full_resolution(originals, drawn)
        known = {member.image for member in shown}
        drawn = [member for member in drawn if member.image.removeprefix("train/") in known]
    return Asked(
        dataset.load_images(originals or data, shown if originals else drawn, size),
        masks.load_drawn(folder, drawn, size),
        np.array([member.label for member in drawn]),
    )


def overlap(network: FindsLungs, asked: Asked) -> dict[str, Any]:
    """Measure how the lung fields that a network finds lie on the drawn ones, as the card holds it."""
    found = masks.dice(network.lungs(asked.images) >= INSIDE, asked.masks >= masks.INSIDE)
    return {
        "dice": mean(found)._asdict(),
        "lowest_tenth": float(np.quantile(found, 0.1)),
        "radiographs": len(found),
    }


def as_json(found: LungReading) -> dict[str, Any]:
    """Return what was found as the card and the ladder hold it: estimates as value, low and high."""
    return {name: one._asdict() if isinstance(one, Estimate) else one for name, one in vars(found).items()}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m training.checks.lung_reading", description="Lungs or body?")
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="folder with train/ and test/")
    parser.add_argument("--lung-masks", type=Path, required=True, help="folder with train/ of drawn masks")
    parser.add_argument("--artifact", type=Path, default=ARTIFACT, help="folder of the network that ships")
    parser.add_argument("--network", type=Path, help="a trained lung reader instead, network.keras of its run")
    parser.add_argument("--originals", type=Path, help="ask the radiographs of this folder, at original resolution")
    options = parser.parse_args(arguments)
    asked = asked_of(options.data, options.lung_masks, dataset.split(options.data)["validation"], options.originals)
    network = from_file(options.network) if options.network else Shipped(options.artifact)
    print(json.dumps(as_json(lung_reading(network, asked)), indent=2))


if __name__ == "__main__":
    main()
