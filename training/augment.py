"""Data augmentation: random views of a radiograph that leave its diagnosis alone.

The published normals and pneumonias differ in aspect ratio, sharpness and exposure, and the test
set differs from train in the same ways. So each of these is varied more widely than any of those
differences, and a network can no longer read the answer from them.
"""

from collections.abc import Callable

import cv2
import numpy as np
from scipy import fft
from skimage.exposure import match_histograms

Image = np.ndarray
"""float32 of shape (height, width), 0 to 1."""

Augmentation = Callable[[Image, np.random.Generator], Image]


def none(image: Image, generator: np.random.Generator) -> Image:
    """Return the radiograph as it is."""
    return image


def reference(image: Image, generator: np.random.Generator) -> Image:
    """Shear, zoom and flip horizontally, as the usual notebooks do."""
    return random_affine(image, generator, area=(0.64, 1.0), shear_degrees=11.0, flip=True)


def strong(image: Image, generator: np.random.Generator, log_aspect: float = 0.35) -> Image:
    """Vary geometry, then exposure, then sharpness, compression and noise; then erase."""
    image = strong_affine(image, generator, log_aspect)
    image = vary_exposure(image, generator)
    image = vary_sharpness(image, generator)
    image = add_noise(image, generator, strongest=0.04)
    if generator.random() < 0.4:
        image = erase_rectangles(image, generator)
    return np.clip(image, 0, 1)


def strong_affine(image: Image, generator: np.random.Generator, log_aspect: float = 0.35) -> Image:
    """Vary the geometry as ``strong`` does at first: with the generator in the same state, a mask moves along."""
    return random_affine(
        image, generator, area=(0.6, 1.0), log_aspect=log_aspect, degrees=12.0, shear_degrees=12.0, flip=True
    )


def unstretched(image: Image, generator: np.random.Generator) -> Image:
    """Augment as ``strong`` does, with the shape left alone."""
    return strong(image, generator, log_aspect=0.0)


def wide(image: Image, generator: np.random.Generator) -> Image:
    """Augment as ``strong`` does and wider: smaller than the frame too, unevenly lit, collimated."""
    image = random_affine(
        image, generator, area=(0.55, 1.3), log_aspect=0.45, degrees=15.0, shear_degrees=12.0, flip=True, reach=1.14
    )
    image = vary_exposure(image, generator)
    if generator.random() < 0.5:
        image = vary_lighting(image, generator)
    for _ in range(2):
        image = vary_sharpness(image, generator)
    image = add_noise(image, generator, strongest=0.05)
    if generator.random() < 0.5:
        image = erase_rectangles(image, generator)
    if generator.random() < 0.25:
        image = collimate(image, generator)
    return np.clip(image, 0, 1)


def fifth_plain(image: Image, generator: np.random.Generator) -> Image:
    """Leave one view in five as it is, as it will be read; augment the rest as ``strong`` does."""
    return image if generator.random() < 0.2 else strong(image, generator)


def half_augmented(image: Image, generator: np.random.Generator) -> Image:
    """Leave one view in two as it is; augment the rest as ``strong`` does."""
    return image if generator.random() < 0.5 else strong(image, generator)


def random_affine(
    image: Image,
    generator: np.random.Generator,
    *,
    area: tuple[float, float],
    log_aspect: float = 0.0,
    degrees: float = 0.0,
    shear_degrees: float = 0.0,
    flip: bool = False,
    reach: float = 1.0,
) -> Image:
    """Crop at random, stretch back to the full frame, turn, shear and mirror, in one resampling.

    Args:
        area: share of the image that the crop keeps, lowest and highest.
        log_aspect: the crop's width/height is exp(u), u uniform in +-log_aspect (0.35: 0.70 to 1.42).
        degrees: largest rotation either way.
        shear_degrees: largest shear either way.
        flip: whether half of the views are mirrored left to right.
        reach: the crop's longest side, in sides of the image; above 1 it reaches into black.
    """
    height, width = image.shape
    kept, aspect = generator.uniform(*area), np.exp(generator.uniform(-log_aspect, log_aspect))
    crop_w, crop_h = min(np.sqrt(kept * aspect), reach), min(np.sqrt(kept / aspect), reach)
    centre_x = (0.5 + generator.uniform(-0.5, 0.5) * abs(1 - crop_w)) * width
    centre_y = (0.5 + generator.uniform(-0.5, 0.5) * abs(1 - crop_h)) * height
    turn, shear = np.deg2rad(generator.uniform(-1, 1, 2) * (degrees, shear_degrees))
    mirror = -1.0 if flip and generator.random() < 0.5 else 1.0

    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    sheared = np.array([[1.0, np.tan(shear)], [0.0, 1.0]])
    source = rotation @ sheared @ np.diag([crop_w * mirror, crop_h])
    offset = np.array([centre_x, centre_y]) - source @ np.array([width / 2, height / 2])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(image, np.column_stack([source, offset]), (width, height), flags=flags)


def vary_exposure(image: Image, generator: np.random.Generator) -> Image:
    """Vary gamma, contrast around the mean, and brightness."""
    image = np.power(image, np.float32(np.exp(generator.uniform(-0.5, 0.5))))
    mean = image.mean()
    contrast, brightness = np.exp(generator.uniform(-0.4, 0.4)), generator.uniform(-0.12, 0.12)
    return np.clip((image - mean) * np.float32(contrast) + np.float32(mean + brightness), 0, 1)


def perturb(image: Image, generator: np.random.Generator) -> Image:
    """Vary shape, crop, exposure, sharpness or compression, and nothing else: what must not move a reading."""
    if generator.random() < 0.8:
        image = random_affine(image, generator, area=(0.7, 1.1), log_aspect=0.4, reach=1.2)
    if generator.random() < 0.3:
        image = vary_exposure(image, generator)
    return vary_sharpness(image, generator, worst=1.4)


def vary_sharpness(image: Image, generator: np.random.Generator, worst: float = 1.0) -> Image:
    """Blur, sharpen, sample down and up again, or compress as JPEG; or leave as it is.

    ``worst`` multiplies the largest change.
    """
    choice = generator.integers(5)
    if choice == 1:
        return cv2.GaussianBlur(image, (0, 0), generator.uniform(0.4, 1.6 * worst))
    if choice == 2:
        blurred = cv2.GaussianBlur(image, (0, 0), generator.uniform(0.8, 2.0))
        return np.clip(image + np.float32(generator.uniform(0.3, 1.5 * worst)) * (image - blurred), 0, 1)
    if choice == 3:
        height, width = image.shape
        small = generator.uniform(0.35 / worst, 0.8)
        down = cv2.resize(image, (round(width * small), round(height * small)), interpolation=cv2.INTER_AREA)
        return cv2.resize(down, (width, height), interpolation=cv2.INTER_LINEAR)
    if choice == 4:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(generator.integers(int(25 / worst**2), 90))]
        _, coded = cv2.imencode(".jpg", np.rint(image * 255).astype(np.uint8), quality)
        return np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.float32) / 255
    return image


def style_transfer(image: Image, other: Image, generator: np.random.Generator) -> Image:
    """Transfer grey values, spectrum, both or neither from another radiograph.

    Whatever the other's class, so that exposure and sharpness no longer depend on the class.
    """
    if generator.random() < 0.5:
        image = match_grey_values(image, other, share=generator.random())
    if generator.random() < 0.5:
        image = mix_spectrum(image, other, share=generator.uniform(0, 0.4))  # more looks like opacities
    return image


def match_grey_values(image: Image, other: Image, share: float) -> Image:
    """Move ``share`` of the way to the other's histogram: grey values of the same rank become the same."""
    levels, others = (np.rint(255 * picture).astype(np.uint8) for picture in (image, other))
    matched = match_histograms(levels, others).astype(np.float32) / 255
    return image + np.float32(share) * (matched - image)


def mix_spectrum(image: Image, other: Image, share: float) -> Image:
    """Mix in ``share`` of the other's Fourier amplitudes, phases kept (Xu et al. 2021, FACT, eq. 4 and 5)."""
    own, foreign = fft.rfft2(image), fft.rfft2(other)
    size = np.abs(own)
    mixed = own * ((1 - share) * size + share * np.abs(foreign)) / np.maximum(size, 1e-6)
    return np.clip(fft.irfft2(mixed.astype(np.complex64), s=image.shape), 0, 1).astype(np.float32)


def add_noise(image: Image, generator: np.random.Generator, strongest: float) -> Image:
    """Add Gaussian noise of a deviation of at most ``strongest``, three times in ten."""
    if generator.random() >= 0.3:
        return image
    return image + generator.normal(0, generator.uniform(0.005, strongest), image.shape).astype(np.float32)


def erase_rectangles(image: Image, generator: np.random.Generator) -> Image:
    """Fill one to three rectangles of 2 to 10 % of the image with a random grey."""
    image = image.copy()
    height, width = image.shape
    for _ in range(generator.integers(1, 4)):
        share, aspect = generator.uniform(0.02, 0.1), np.exp(generator.uniform(-0.7, 0.7))
        h, w = round(height * np.sqrt(share / aspect)), round(width * np.sqrt(share * aspect))
        top, left = generator.integers(0, height - h), generator.integers(0, width - w)
        image[top : top + h, left : left + w] = generator.random()
    return image


def vary_lighting(image: Image, generator: np.random.Generator) -> Image:
    """Brighten towards one side, as an uneven beam or a turned patient does."""
    height, width = image.shape
    across, down = generator.uniform(-0.25, 0.25, 2)
    x, y = np.linspace(-1, 1, width, dtype=np.float32), np.linspace(-1, 1, height, dtype=np.float32)
    ramp = np.float32(across) * x[None, :] + np.float32(down) * y[:, None]
    return np.clip(image * (1 + ramp), 0, 1)


def collimate(image: Image, generator: np.random.Generator) -> Image:
    """Blacken up to 12 % from each side inwards."""
    height, width = image.shape
    top, bottom = (generator.uniform(0, 0.12, 2) * height).astype(int)
    left, right = (generator.uniform(0, 0.12, 2) * width).astype(int)
    framed = np.zeros_like(image)
    inside = slice(top, height - bottom), slice(left, width - right)
    framed[inside] = image[inside]
    return framed


AUGMENTATIONS: dict[str, Augmentation] = {
    augmentation.__name__: augmentation
    for augmentation in (none, reference, strong, unstretched, wide, fifth_plain, half_augmented)
}
