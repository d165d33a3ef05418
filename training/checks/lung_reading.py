"""Measure whether the network reads the lungs or the body around them.

    python -m training.checks.lung_reading --data DIR --lung-masks DIR [--network FILE | --artifact DIR]

Radiographs whose lung fields somebody drew are taken apart: lungs and body of patients with different labels are
put together, the lungs or the body are painted over, the heat map is held against the lung field, and what it
highlights is blurred. Asked are the validation patients, never the test set.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from model.metrics import calibration, intervals
from model.network import occlusion
from model.network.card import ARTIFACT, load_card
from model.network.engine import load_keras_reference
from training import dataset
from training.dataset import ROOT
from training.lungs import masks, transplant
from training.lungs.candidate import from_file

SOFT = 2.0
"""Standard deviation of a mask's seam in pixels, of 224 a side."""
PAINT_MARGIN = 2
"""Pixels by which the lungs are widened before they are painted over."""
EVIDENCE_MARGIN = 4
"""Pixels by which the lungs are widened before evidence counts as outside."""
GREY = 110
"""Of 255: the paint over the lungs, or over the rest."""
OUTLINE = (200, 60)
"""Of 255: lungs and rest where the outline alone is left; once more with either grey inverted, lungs dark."""
PARTNERS = 2
"""Bodies of the other label that each radiograph's lungs are set into."""
RANDOM_TENTHS = 7
"""Random tenths of the image, within the lungs, that the hottest tenth is compared with."""
PATCH = 1 / 14
"""Standard deviation of the noise that shapes random tenths, as a share of the image's side."""
SEED = 20261126

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


@dataclass(frozen=True)
class Asked:
    """Radiographs and their lung fields, uint8 of shape (n, size, size), 0 to 255; labels, int of shape (n,)."""

    images: np.ndarray
    masks: np.ndarray
    labels: np.ndarray


@dataclass(frozen=True)
class LungReading:
    """What the measurements found; areas under the ROC curve are for the label of the lungs.

    ``body_moved``, ``lungs_moved``: lungs of one label in a body of the other. ``lungs_grey``, ``outline``,
    ``outline_dark``: nothing of the disease is left, so 0.5 is best. ``inside``: mean share of the evidence within
    the lungs, ``peak_inside``: how often its peak is. ``deletion``: the share of pneumonias where blurring the
    hottest tenth takes more log-odds than blurring a random tenth of the lungs does on average.
    """

    radiographs: int
    plain: float
    body_moved: float
    lungs_moved: float
    lungs_grey: float
    outline: float
    outline_dark: float
    only_lungs: float
    inside: float
    peak_inside: float
    deletion: float
    fall_hottest: float
    fall_random: float


def lung_reading(network: Network, asked: Asked) -> LungReading:
    """Ask a network every question of this module."""
    own, other = opposite_pairs(asked.labels)
    heat = network.heat(asked.images)
    positives = asked.labels == 1
    hottest, random = deletion(network, asked, heat)

    def area(views: np.ndarray, labels: np.ndarray = asked.labels) -> float:
        return intervals.auc(labels, network.log_odds(views)).value

    return LungReading(
        radiographs=len(asked.labels),
        plain=area(asked.images),
        body_moved=area(transplanted(asked, own, other, body_moved), asked.labels[own]),
        lungs_moved=area(transplanted(asked, own, other, lungs_moved), asked.labels[own]),
        lungs_grey=area(each(lungs_painted, asked)),
        outline=area(each(outline_alone, asked)),
        outline_dark=area(255 - each(outline_alone, asked)),
        only_lungs=area(each(only_lungs, asked)),
        inside=float(np.nanmean(share_inside(heat, asked.masks)[positives])),
        peak_inside=float(np.mean(peak_inside(heat, asked.masks)[positives])),
        deletion=float(np.mean(hottest > random)),
        fall_hottest=float(np.mean(hottest)),
        fall_random=float(np.mean(random)),
    )


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


def share_inside(heat: np.ndarray, lung_masks: np.ndarray) -> np.ndarray:
    """Share of each map's evidence within the widened lungs, float64 of shape (n,); NaN where a map is cold."""
    inside = np.array([float(drawn[widened(mask)].sum()) for drawn, mask in _drawn(heat, lung_masks)])
    total = np.array([float(drawn.sum()) for drawn, _ in _drawn(heat, lung_masks)])
    return np.divide(inside, total, out=np.full(len(total), np.nan), where=total > 0)


def peak_inside(heat: np.ndarray, lung_masks: np.ndarray) -> np.ndarray:
    """Whether each map is hottest within the widened lungs (pointing game, Zhang et al. 2018), bool, (n,)."""
    return np.array([bool(widened(mask).ravel()[drawn.argmax()]) for drawn, mask in _drawn(heat, lung_masks)])


def widened(mask: np.ndarray) -> np.ndarray:
    """Return the lungs and ``EVIDENCE_MARGIN`` pixels around them, bool."""
    return transplant.dilated(mask, EVIDENCE_MARGIN) >= masks.INSIDE


def deletion(network: Network, asked: Asked, heat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Blur the hottest tenth of every pneumonia, then random tenths of its lungs.

    Returns:
        By how much log-odds fall: for the hottest tenth, and on average for the random ones; each of shape (m,),
        for the pneumonias whose maps show anything.
    """
    rows = [row for row in np.flatnonzero(asked.labels == 1) if heat[row].max() > 0]
    size = asked.images.shape[1]
    views = []
    for row in rows:
        image = asked.images[row].astype(np.float32)[..., None]
        tenths = [
            occlusion.hottest_tenth(heat[row], size),
            *random_tenths(asked.masks[row], np.random.default_rng([SEED, int(row)])),
        ]
        views += [image, *(occlusion.blurred(image, tenth) for tenth in tenths)]
    log_odds = network.log_odds(_grey(np.stack(views)[..., 0])).reshape(len(rows), -1)
    falls = log_odds[:, :1] - log_odds[:, 1:]
    return falls[:, 0], falls[:, 1:].mean(axis=1)


def random_tenths(mask: np.ndarray, generator: np.random.Generator) -> list[np.ndarray]:
    """Draw random patches within the lungs, each a tenth of the image, or all of lungs that are smaller; bool."""
    size = mask.shape[0]
    inside = mask >= masks.INSIDE
    wanted = min(round(occlusion.SHARE * size * size), int(inside.sum()))
    tenths = []
    for _ in range(RANDOM_TENTHS):
        noise = cv2.GaussianBlur(generator.normal(0, 1, mask.shape), (0, 0), PATCH * size)
        order = np.argsort(np.where(inside, -noise, np.inf).ravel(), kind="stable")
        tenth = np.zeros(mask.size, bool)
        tenth[order[:wanted]] = True
        tenths.append(tenth.reshape(mask.shape))
    return tenths


def _drawn(heat: np.ndarray, lung_masks: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Each map at its mask's size, with the mask."""
    height, width = lung_masks.shape[1:]
    return [
        (np.maximum(cv2.resize(one.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR), 0), mask)
        for one, mask in zip(heat, lung_masks, strict=True)
    ]


def _soft(mask: np.ndarray) -> np.ndarray:
    return transplant.softened(mask, SOFT)


def _flat(image: np.ndarray, grey: int) -> np.ndarray:
    return np.full(image.shape, grey, np.float32)


def _grey(picture: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)


class Shipped:
    """The artefact's reference network."""

    def __init__(self, folder: Path) -> None:
        self._engine = load_keras_reference(load_card(folder), folder)

    def log_odds(self, images: np.ndarray) -> np.ndarray:
        return calibration.log_odds(self._engine.run(images[..., None]).logits)

    def heat(self, images: np.ndarray) -> np.ndarray:
        return self._engine.run(images[..., None]).heat


def asked_of(
    data: Path, folder: Path, members: list[dataset.Example], originals: Path | None = None, size: int = 224
) -> Asked:
    """Load the radiographs among ``members`` whose lung fields somebody drew.

    ``originals`` is a folder with NORMAL and PNEUMONIA of radiographs at original resolution: those are asked
    instead, as far as it has them.
    """
    drawn = masks.with_drawn_mask(folder, members)
    if originals is not None:
        drawn = [member for member in drawn if (originals / _without_part(member).image).is_file()]
    shown = drawn if originals is None else [_without_part(member) for member in drawn]
    return Asked(
        dataset.load_images(data if originals is None else originals, shown, size),
        masks.load_drawn(folder, drawn, size),
        np.array([member.label for member in drawn]),
    )


def _without_part(member: dataset.Example) -> dataset.Example:
    """Name a radiograph as a folder without train and test does."""
    return replace(member, image=member.image.removeprefix("train/"))


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
    print(json.dumps(asdict(lung_reading(network, asked)), indent=2))


if __name__ == "__main__":
    main()
