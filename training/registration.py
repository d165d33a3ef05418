"""Image registration: an affine alignment of two radiographs, then smooth maps by optical flow.

A map tells for each pixel of a frame where in a patient's image it comes from.
"""

from collections.abc import Sequence

import cv2
import numpy as np

COARSE_WIDTH = 200  # columns at which patients are aligned and compared: ribs still show, and it takes milliseconds
STARTS = (-0.12, -0.06, 0.0, 0.06, 0.12)  # shifts up and down, in widths: a rib apart, or it settles a rib off
FRAMING = 4  # power of the covered share in a similarity: who shows little of the chest costs the sample its frame
FADE = 0.04  # width, in widths, over which a patient fades towards the border of the frame, where a step would show
LOCAL = 0.03  # blur, in widths, that tells ribs from exposure: half the distance of two ribs

Image = np.ndarray
"""float32 of shape (height, width), 0 black to 1 white."""
Map = np.ndarray
"""float32 of shape (height, width, 2): for each pixel of a frame, the x and y of its source in a patient."""


def resize(image: Image, width: int) -> Image:
    """Scale an image to ``width`` columns, its aspect kept."""
    height = round(image.shape[0] * width / image.shape[1])
    shrinks = width < image.shape[1]
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)


def align(reference: Image, patient: Image) -> tuple[np.ndarray, float]:
    """Fit the affine transform from the reference's pixels to the patient's, (2, 3); return their similarity too.

    The similarity is the correlation of local contrast times the share of the reference that the patient
    covers, to the power ``FRAMING``; 0 where nothing aligns. Method: Evangelidis and Psarakis,
    IEEE PAMI 30:1858, 2008.
    """
    scale = COARSE_WIDTH / reference.shape[1]
    coarse = (resize(image, COARSE_WIDTH) for image in (reference, patient))
    target, moving = (local_contrast(image, 2 * LOCAL) for image in coarse)
    best, similarity = np.eye(2, 3), 0.0
    for shift in STARTS:
        down = (moving.shape[0] - target.shape[0]) / 2 + shift * COARSE_WIDTH
        try:
            matrix, correlation = _correlate(target, moving, np.array([[1, 0, 0], [0, 1, down]], np.float32))
        except cv2.error:  # no overlap is left, or no texture to align
            continue
        found = correlation * (border_distance(moving, affine_map(matrix, target.shape)) >= 0).mean() ** FRAMING
        if found > similarity:
            best, similarity = matrix, float(found)
    # Pixel centres lie at half-integers: scaled about the corner of the image, not about its first pixel.
    offset = best[:, 2] / scale + (1 / scale - 1) / 2 * (1 - best[:, :2].sum(axis=1))
    return np.column_stack([best[:, :2], offset]), similarity


def _correlate(target: Image, moving: Image, start: np.ndarray) -> tuple[np.ndarray, float]:
    """Maximise the enhanced correlation coefficient, first of blurred images to come near, then of sharp ones."""
    everywhere = np.full(moving.shape, 255, np.uint8)
    correlation, matrix = 0.0, start
    for blur, steps in ((21, 60), (5, 40)):
        criteria = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, steps, 1e-4)
        correlation, matrix = cv2.findTransformECC(
            target, moving, matrix, cv2.MOTION_AFFINE, criteria, everywhere, blur
        )
    return matrix, correlation


def local_contrast(image: Image, share: float) -> Image:
    """Standardise grey values by their neighbourhood, a Gaussian of ``share`` of the width."""
    mean = _blur(image, share)
    variance = _blur((image - mean) ** 2, share)
    return (image - mean) / np.sqrt(variance + np.float32(0.05**2))


def _blur(values: np.ndarray, share: float) -> np.ndarray:
    return cv2.GaussianBlur(values, (0, 0), share * values.shape[1])


def identity_map(shape: tuple[int, ...]) -> Map:
    """Return the map that leaves every pixel where it is."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    return np.dstack([x, y])


def affine_map(matrix: np.ndarray, shape: tuple[int, ...]) -> Map:
    """Return the map of a (2, 3) affine transform on a frame of ``shape``."""
    return (identity_map(shape) @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)


def remap(values: np.ndarray, source: Map, interpolation: int = cv2.INTER_LINEAR) -> np.ndarray:
    """Sample an image, or the moves of a map, at a map's sources; beyond its border its border goes on."""
    return cv2.remap(values, source[..., 0], source[..., 1], interpolation, borderMode=cv2.BORDER_REPLICATE)


def border_distance(image: Image, source: Map) -> np.ndarray:
    """Return the pixels between a map's source and the patient's border, negative outside; of the frame's shape."""
    far = np.array(image.shape[::-1], np.float32) - 1 - source
    return np.minimum(source, far).min(axis=-1)


def frame_weight(image: Image, source: Map) -> np.ndarray:
    """Return the patient's weight in the frame: 0 outside its border to 1 at ``FADE`` widths inside."""
    return np.clip((border_distance(image, source) + 1) / (FADE * image.shape[1]), 0, 1)


def compose_maps(outer: Map, inner: Map) -> Map:
    """Chain two maps, ``inner`` first; outside its frame ``outer`` moves on as at its border."""
    move = outer - identity_map(outer.shape)
    return inner + remap(move, inner)


def refine_map(source: Map, mean: Image, image: Image, share: float) -> Map:
    """Move a map along the flow between mean and patient, then smooth it by ``share`` of the width."""
    flow = optical_flow(mean, remap(image, source, cv2.INTER_CUBIC)) * frame_weight(image, source)[..., None]
    return smooth_map(compose_maps(source, identity_map(mean.shape) + flow), share)


def optical_flow(fixed: Image, moving: Image) -> Map:
    """Find the displacement in pixels from ``fixed`` to ``moving``: dense inverse search (Kroeger, ECCV 2016)."""
    contrast = (local_contrast(image, LOCAL) * 50 + 128 for image in (fixed, moving))
    first, second = (np.clip(image, 0, 255).astype(np.uint8) for image in contrast)
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    return search.calc(first, second, np.zeros((*first.shape, 2), np.float32))


def smooth_map(source: Map, share: float) -> Map:
    """Blur a map but for its affine part: blurred as a whole it would shrink at the border."""
    pixels = identity_map(source.shape)
    places = np.dstack([pixels, np.ones(source.shape[:2], np.float32)])
    fit = np.linalg.lstsq(places[::8, ::8].reshape(-1, 3), source[::8, ::8].reshape(-1, 2), rcond=None)[0]
    affine = places @ fit.astype(np.float32)
    return affine + _blur(source - affine, share)


def centre_maps(maps: Sequence[Map]) -> list[Map]:
    """Bring patients to their mean geometry: every map after the inverse of their mean."""
    back = invert_map(np.mean(maps, axis=0))
    return [compose_maps(source, back) for source in maps]


def invert_map(source: Map, steps: int = 20) -> Map:
    """Find the map that undoes ``source`` by fixed-point iteration (Chen et al., Medical Physics 35:81, 2008)."""
    pixels = identity_map(source.shape)
    move, back = source - pixels, np.zeros_like(source)
    for _ in range(steps):
        back = -remap(move, pixels + back)
    return pixels + back
