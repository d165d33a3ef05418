"""Counterfactual background replacement: one child's lungs in another child's radiograph.

Children with pneumonia lie, are framed and are exposed differently, so a network can tell the label from the body.
Lungs set into other bodies, of either label equally often, leave it nothing but the lungs to learn from
(the idea: Xiao et al. 2021, "Noise or Signal", Mixed-Rand; Geirhos et al. 2019 for texture against shape).

A radiograph here is float32 of shape (size, size), 0 to 1; a mask the same, 1 inside the lungs; a box is left, top,
right and bottom in pixels, see ``masks.box``.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from model.network import occlusion
from training.lungs import masks

RING = (3, 12)
"""Pixels, of 224 a side, from the lungs' edge: between these lies what must match for a seam to tell nothing."""
HAZE = (0.04, 0.08)
"""Share of the side by which lungs are blurred: no vessel and no edge of an opacity is left."""
GAIN = (0.5, 2.0)
"""Contrast is changed no further than this to match another's."""


@dataclass(frozen=True)
class Patient:
    """A radiograph, where its lungs are, and how bright it is around them: mean and standard deviation."""

    image: np.ndarray
    mask: np.ndarray
    box: np.ndarray
    surround: tuple[float, float]


def patient(image: np.ndarray, mask: np.ndarray) -> Patient:
    """Describe a radiograph, uint8 of shape (size, size), and its lung mask, the same, 0 to 255."""
    near, far = (dilated(mask, pixels) >= masks.INSIDE for pixels in RING)
    ring = image[far & ~near].astype(np.float32) / 255
    surround = (float(ring.mean()), float(ring.std())) if ring.size else (0.5, 0.2)
    return Patient(image, mask, masks.box(mask), surround)


def dilated(mask: np.ndarray, pixels: int) -> np.ndarray:
    """Widen a mask by so many pixels each way, or narrow it by a negative number."""
    if pixels == 0:
        return mask
    side = 2 * abs(pixels) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return cv2.dilate(mask, disc) if pixels > 0 else cv2.erode(mask, disc)


def softened(mask: np.ndarray, sigma: float) -> np.ndarray:
    """Blur a mask, uint8, 0 to 255, by a Gaussian: float32, 0 to 1."""
    return cv2.GaussianBlur(mask.astype(np.float32) / 255, (0, 0), sigma)


def moved(picture: np.ndarray, box: np.ndarray, onto: np.ndarray, border: int = cv2.BORDER_CONSTANT) -> np.ndarray:
    """Shift and stretch a picture so that one box falls on another."""
    scale_x, scale_y = (onto[2:] - onto[:2]) / np.maximum(1, box[2:] - box[:2])
    transform = np.array(
        [[scale_x, 0, onto[0] - scale_x * box[0]], [0, scale_y, onto[1] - scale_y * box[1]]], np.float64
    )
    # Pixel centres lie half a pixel inside their corner.
    transform[:, 2] += transform[:, :2] @ np.array([0.5, 0.5]) - 0.5
    height, width = picture.shape
    return cv2.warpAffine(picture, transform, (width, height), flags=cv2.INTER_LINEAR, borderMode=border)


def blended(inside: np.ndarray, outside: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Show one picture within a soft mask and another around it."""
    return outside + mask * (inside - outside)


def exposed_as(picture: np.ndarray, own: tuple[float, float], other: tuple[float, float]) -> np.ndarray:
    """Give a picture the brightness and contrast, mean and standard deviation, of another's surround."""
    gain = np.clip(other[1] / max(own[1], 1e-3), *GAIN)
    return (picture - np.float32(own[0])) * np.float32(gain) + np.float32(other[0])


def into_outline(own: Patient, other: Patient, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Set the own lungs into another's outline: place, size and shape are the other's.

    Returns:
        The view and its lung mask, float32, 0 to 1.
    """
    lungs = moved(_grey(own), own.box, jittered(other.box, generator), cv2.BORDER_REPLICATE)
    lungs, body = matched(lungs, _grey(other), own.surround, other.surround, generator)
    return _clipped(blended(lungs, body, seam(other.mask, generator))), _grey_mask(other.mask)


def lungs_alone(own: Patient, other: Patient, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Set the own lungs into another's outline on one grey; as ``into_outline``."""
    lungs = moved(_grey(own), own.box, jittered(other.box, generator), cv2.BORDER_REPLICATE)
    ground = np.full(own.image.shape, generator.uniform(0.1, 0.9), np.float32)
    return blended(lungs, ground, seam(other.mask, generator)), _grey_mask(other.mask)


def painted(own: Patient, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Paint the lungs over, with a grey, a slope or noise; as ``into_outline``.

    What is left, the body and the outline, tells nothing of the disease: its target is the prior.
    """
    return _covered(own, _grey(own), generator)


def blurred(own: Patient, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Blur the lungs until no finding is left, only how bright they are; as ``painted``."""
    grey = _grey(own)
    haze = cv2.GaussianBlur(grey, (0, 0), generator.uniform(*HAZE) * grey.shape[0])
    return _clipped(blended(haze, grey, seam(own.mask, generator))), _grey_mask(own.mask)


def outline_alone(own: Patient, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Paint the lungs over, and the rest in one grey; as ``painted``."""
    rest = np.full(own.image.shape, generator.uniform(0, 1), np.float32)
    return _covered(own, rest, generator)


def hidden_tenth(
    view: np.ndarray, mask: np.ndarray, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Blur a random tenth of a view within the lungs, as the occlusion test does; float32, 0 to 1, both.

    Returns:
        The view, and 1 where it is blurred.
    """
    tenth = occlusion.random_tenths(mask >= 0.5, 1, generator)[0]
    return occlusion.blurred(view[..., None], tenth)[..., 0], tenth.astype(np.float32)


def close_up(view: np.ndarray, mask: np.ndarray, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Crop a view and its mask, float32, 0 to 1, to the lungs, with a margin of up to a sixth of the side."""
    size = view.shape[0]
    near, far = generator.uniform(0.0, 0.16, (2, 2)) * size
    box, frame = masks.box(255 * mask), np.concatenate([near, size - far])
    return moved(view, box, frame), moved(mask, box, frame)


def _covered(own: Patient, rest: np.ndarray, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Paint over the lungs and up to four pixels around them."""
    cover = softened(dilated(own.mask, int(generator.integers(0, 5))), generator.uniform(0.5, 2.5))
    return _clipped(blended(paint(own.image.shape[0], generator), rest, cover)), _grey_mask(own.mask)


def paint(size: int, generator: np.random.Generator) -> np.ndarray:
    """Return a grey square; half of the time with a slope, half of the time with smooth noise."""
    grey: np.ndarray = np.full((size, size), generator.uniform(0.1, 0.9), np.float32)
    if generator.random() < 0.5:
        across, down = generator.uniform(-0.2, 0.2, 2).astype(np.float32)
        line = np.linspace(-1, 1, size, dtype=np.float32)
        grey = grey + across * line[None, :] + down * line[:, None]
    if generator.random() < 0.5:
        noise = generator.normal(0, 1, (size, size)).astype(np.float32)
        smooth = cv2.GaussianBlur(noise, (0, 0), generator.uniform(0.5, 8.0))
        grey = grey + smooth * np.float32(generator.uniform(0.02, 0.12) / max(float(smooth.std()), 1e-6))
    return grey


def jittered(frame: np.ndarray, generator: np.random.Generator, share: float = 0.03) -> np.ndarray:
    """Move each side of a box by up to a share of the box's side."""
    sides = np.tile(frame[2:] - frame[:2], 2)
    return frame + generator.uniform(-share, share, 4) * sides


def seam(mask: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Widen or narrow a mask by up to three pixels and soften it by 0.5 to 2.5: a seam that is never the same."""
    return softened(dilated(mask, int(generator.integers(-3, 4))), generator.uniform(0.5, 2.5))


def matched(
    lungs: np.ndarray,
    body: np.ndarray,
    own: tuple[float, float],
    other: tuple[float, float],
    generator: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Match the exposure of lungs and body in 7 of 10: the body's to the lungs', or as often the other way."""
    choice = generator.random()
    if choice < 0.35:
        return lungs, exposed_as(body, other, own)
    if choice < 0.7:
        return exposed_as(lungs, own, other), body
    return lungs, body


def _grey(one: Patient) -> np.ndarray:
    return one.image.astype(np.float32) / np.float32(255)


def _grey_mask(mask: np.ndarray) -> np.ndarray:
    return mask.astype(np.float32) / np.float32(255)


def _clipped(view: np.ndarray) -> np.ndarray:
    """0 to 1: a negative grey would become NaN under gamma."""
    return np.clip(view, 0, 1)
