"""Conditions that leave the diagnosis of a radiograph alone: what a validation must survive.

Validation patients come from the same days and machines as the training's, so they are easy, and they
reward a network that reads shape, sharpness or exposure. Each condition changes one of these by a fixed
amount; the network's worst quarter of conditions shows what it depends on.
"""

from collections.abc import Callable
from functools import partial

import cv2
import numpy as np

Image = np.ndarray
"""uint8 of shape (height, width), grey."""


def stretch(image: Image, aspect: float) -> Image:
    """Make the content ``aspect`` times wider against its height, its area kept, black where nothing is."""
    height, width = image.shape
    wider, higher = np.sqrt(aspect), 1 / np.sqrt(aspect)
    about_centre = np.array(
        [[wider, 0, (1 - wider) * (width - 1) / 2], [0, higher, (1 - higher) * (height - 1) / 2]]
    )
    return cv2.warpAffine(image, about_centre, (width, height), flags=cv2.INTER_LINEAR)


def blur(image: Image, pixels: float) -> Image:
    """Blur by a Gaussian of that standard deviation at 224 pixels a side, in proportion at others."""
    return cv2.GaussianBlur(image, (0, 0), pixels * image.shape[1] / 224)


def sharpen(image: Image, amount: float) -> Image:
    """Add ``amount`` times what a blur takes away (unsharp masking)."""
    return cv2.addWeighted(image, 1 + amount, blur(image, 1.5), -amount, 0)


def recompress(image: Image, quality: int) -> Image:
    """Compress as JPEG, and decode again."""
    _, coded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE))


def resample(image: Image, share: float) -> Image:
    """Sample down to that share of the side, and up again."""
    height, width = image.shape
    small = (max(1, round(width * share)), max(1, round(height * share)))
    down = cv2.resize(image, small, interpolation=cv2.INTER_AREA)
    return cv2.resize(down, (width, height), interpolation=cv2.INTER_LINEAR)


def apply_gamma(image: Image, exponent: float) -> Image:
    """Raise grey values, 0 to 1, to that power: above 1 darker, below 1 lighter."""
    return np.rint(255 * (np.arange(256) / 255) ** exponent).astype(np.uint8)[image]


def scale_contrast(image: Image, factor: float) -> Image:
    """Multiply distances from the mean grey by ``factor``."""
    mean = image.mean()
    return np.clip(np.rint((image - mean) * factor + mean), 0, 255).astype(np.uint8)


def crop(image: Image, share: float, corner: bool) -> Image:
    """Cut ``share`` of either side away, around the centre or all of it from one corner, and stretch the rest."""
    height, width = image.shape
    cut_y, cut_x = round(height * share), round(width * share)
    top, left = (cut_y, cut_x) if corner else (cut_y // 2, cut_x // 2)
    kept = image[top : top + height - cut_y, left : left + width - cut_x]
    return cv2.resize(kept, (width, height), interpolation=cv2.INTER_LINEAR)


CONDITIONS: dict[str, Callable[[Image], Image]] = {
    "squeezed to 0.75": partial(stretch, aspect=0.75),
    "squeezed to 0.87": partial(stretch, aspect=0.87),
    "stretched to 1.15": partial(stretch, aspect=1.15),
    "stretched to 1.33": partial(stretch, aspect=1.33),
    "blurred, 1 px": partial(blur, pixels=1.0),
    "blurred, 2 px": partial(blur, pixels=2.0),
    "sharpened": partial(sharpen, amount=1.0),
    "sharpened twice": partial(sharpen, amount=2.0),
    "JPEG quality 30": partial(recompress, quality=30),
    "JPEG quality 10": partial(recompress, quality=10),
    "gamma 0.7": partial(apply_gamma, exponent=0.7),
    "gamma 1.4": partial(apply_gamma, exponent=1.4),
    "contrast 0.7": partial(scale_contrast, factor=0.7),
    "contrast 1.4": partial(scale_contrast, factor=1.4),
    "10 % cropped around the centre": partial(crop, share=0.1, corner=False),
    "10 % cropped from a corner": partial(crop, share=0.1, corner=True),
}
