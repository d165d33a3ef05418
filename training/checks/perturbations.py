"""Radiographs under conditions that leave their diagnosis alone: what a validation must survive.

Validation patients come from the same days and machines as the training's, so they are easy, and they
reward a network that reads shape, sharpness or exposure. Each condition changes one of these by a fixed
amount; the network's worst quarter of conditions says what it leans on.
"""

from collections.abc import Callable

import cv2
import numpy as np

Image = np.ndarray
"""uint8 of shape (height, width), grey."""


def stretched(aspect: float) -> Callable[[Image], Image]:
    """Content made ``aspect`` times wider against its height, its area kept, black where nothing is."""

    def apply(image: Image) -> Image:
        height, width = image.shape
        wider, higher = np.sqrt(aspect), 1 / np.sqrt(aspect)
        about_centre = np.array(
            [[wider, 0, (1 - wider) * (width - 1) / 2], [0, higher, (1 - higher) * (height - 1) / 2]]
        )
        return cv2.warpAffine(image, about_centre, (width, height), flags=cv2.INTER_LINEAR)

    return apply


def blurred(pixels: float) -> Callable[[Image], Image]:
    """A Gaussian of that standard deviation, for an image of 224 pixels a side, and so in proportion."""
    return lambda image: cv2.GaussianBlur(image, (0, 0), pixels * image.shape[1] / 224)


def sharpened(amount: float) -> Callable[[Image], Image]:
    """Unsharp masking: ``amount`` times what a blur takes away is added."""

    def apply(image: Image) -> Image:
        soft = cv2.GaussianBlur(image, (0, 0), 1.5 * image.shape[1] / 224)
        return cv2.addWeighted(image, 1 + amount, soft, -amount, 0)

    return apply


def recompressed(quality: int) -> Callable[[Image], Image]:
    """Through JPEG and back."""

    def apply(image: Image) -> Image:
        _, coded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
        return np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE))

    return apply


def resized(share: float) -> Callable[[Image], Image]:
    """Sampled down to that share of its side, and up again."""

    def apply(image: Image) -> Image:
        height, width = image.shape
        small = (max(1, round(width * share)), max(1, round(height * share)))
        down = cv2.resize(image, small, interpolation=cv2.INTER_AREA)
        return cv2.resize(down, (width, height), interpolation=cv2.INTER_LINEAR)

    return apply


def gamma(exponent: float) -> Callable[[Image], Image]:
    """Grey values, 0 to 1, to that power: above 1 darker, below 1 lighter."""
    table = np.rint(255 * (np.arange(256) / 255) ** exponent).astype(np.uint8)
    return lambda image: table[image]


def contrasted(factor: float) -> Callable[[Image], Image]:
    """Distances from the mean grey times ``factor``."""

    def apply(image: Image) -> Image:
        mean = image.mean()
        return np.clip(np.rint((image - mean) * factor + mean), 0, 255).astype(np.uint8)

    return apply


def cropped(share: float, corner: bool) -> Callable[[Image], Image]:
    """``share`` of either side cut away, around the centre or all of it from one corner; stretched back."""

    def apply(image: Image) -> Image:
        height, width = image.shape
        cut_y, cut_x = round(height * share), round(width * share)
        top, left = (cut_y, cut_x) if corner else (cut_y // 2, cut_x // 2)
        kept = image[top : top + height - cut_y, left : left + width - cut_x]
        return cv2.resize(kept, (width, height), interpolation=cv2.INTER_LINEAR)

    return apply


CONDITIONS: dict[str, Callable[[Image], Image]] = {
    "squeezed to 0.75": stretched(0.75),
    "squeezed to 0.87": stretched(0.87),
    "stretched to 1.15": stretched(1.15),
    "stretched to 1.33": stretched(1.33),
    "blurred, 1 px": blurred(1.0),
    "blurred, 2 px": blurred(2.0),
    "sharpened": sharpened(1.0),
    "sharpened twice": sharpened(2.0),
    "JPEG quality 30": recompressed(30),
    "JPEG quality 10": recompressed(10),
    "gamma 0.7": gamma(0.7),
    "gamma 1.4": gamma(1.4),
    "contrast 0.7": contrasted(0.7),
    "contrast 1.4": contrasted(1.4),
    "10 % cropped around the centre": cropped(0.1, corner=False),
    "10 % cropped from a corner": cropped(0.1, corner=True),
}
