"""Sample radiographs for whoever has none at hand, of children who do not exist.

    python -m training.samples --data DIR [--out assets/samples]

DIR holds NORMAL/ and PNEUMONIA/ in the published resolution. Every sample is the mean of ten patients
of one kind, in grey values and in shape: an affine alignment, then rounds of optical flow towards the
mean of the round before, each round carried over to the mean geometry of its patients (Guimond,
Meunier and Thirion, Computer Vision and Image Understanding 77:192, 2000). So neither a grey value
nor an outline is any one child's. Beside the images stands ``samples.json``, which says what they are.
"""

import argparse
import hashlib
import io
import json
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image as Picture
from tqdm import tqdm

from model.io import radiograph
from training.dataset import FOLDERS, SUBTYPES, UnknownDataLayout, example

WIDTH = 1200
"""Columns that a patient is brought to: about the median of the published pneumonias."""
NARROWEST = 600
"""Published columns below which a patient is left out: enlarged more than twice, it would only blur."""
COARSE_WIDTH = 200
"""Columns at which patients are aligned and compared: ribs still show, and it takes milliseconds."""
STARTS = (-0.12, -0.06, 0.0, 0.06, 0.12)
"""Shifts up and down, in widths, from which an alignment starts: a rib apart, or it settles a rib off."""
PATIENTS = 10
"""Patients of a sample: two more than a pixel needs, for extremes to drop and frames to end."""
FEWEST = 8
"""Patients that share every pixel alike, so that none gives more than an eighth of its grey value."""
REUSE = 0.06
"""What a patient's likeness loses for each sample that it is in already: samples share few patients."""
FRAMING = 4
"""Power of the covered share in a likeness: who shows little of the chest costs the sample its frame."""
FADE = 0.04
"""Width, in widths, over which a patient fades towards the border of the frame, where a step would show."""
SMOOTHING = (0.04, 0.025, 0.016, 0.01)
"""Blur of the deformation in each round, in widths: first the chest, at last single ribs, never texture."""
LOCAL = 0.03
"""Blur, in widths, that tells ribs from exposure: half the distance of two ribs."""
MARKER_EDGE = 0.3
"""Grey step between neighbouring pixels that lettering, clips and wedges reach, and bone hardly ever."""
WHITE_EDGE = 0.1
"""The same beside full white: letters over a bright shoulder; bone that is burnt out ends more softly."""
BANDS = 5
"""Octaves of detail whose contrast is restored: up to the width of a rib."""
LARGEST_GAIN = 1.8
"""Averaging halves the finest detail; beyond this gain it is noise that comes back."""
SAMPLES = {"normal": 4, "bacteria": 2, "virus": 2}
"""Samples of each subtype."""
QUALITY = 95
"""JPEG quality: no visible loss, about 150 kB."""

Image = np.ndarray
"""float32 of shape (height, width), 0 black to 1 white."""
Map = np.ndarray
"""float32 of shape (height, width, 2): for each pixel of a frame, the x and y of its source in a patient."""


class TooFewPatients(ValueError):
    """Not enough patients to hide each of them among the others."""


def write(data: Path, out: Path) -> None:
    """Make every sample of ``SAMPLES`` and write the images and ``samples.json`` to ``out``."""
    pool = patients(data)
    out.mkdir(parents=True, exist_ok=True)
    entries = []
    for subtype, count in SAMPLES.items():
        images = pool[subtype]
        for number, members in enumerate(choose(likenesses(images), count), start=1):
            pixels = finish(*composite([images[i] for i in members]))
            entries.append(save(pixels, out / f"{subtype}_{number}.jpg", subtype, len(members)))
            print(f"{entries[-1]['file']}: {entries[-1]['width']} x {entries[-1]['height']}", flush=True)
    (out / "samples.json").write_text(json.dumps(entries, indent=2) + "\n")


def patients(data: Path) -> dict[str, list[Image]]:
    """The first radiograph of every patient by subtype, ``WIDTH`` columns wide, markers painted over.

    Raises:
        UnknownDataLayout: a folder or a name that is not the published data set's.
    """
    missing = [name for name in FOLDERS if not (data / name).is_dir()]
    if missing:
        raise UnknownDataLayout(
            f"expected the folders NORMAL and PNEUMONIA in {data}; missing: {', '.join(missing)}. "
            f"Point --data at the radiographs in their published resolution."
        )
    first: dict[str, Path] = {}
    for file in sorted(file for name in FOLDERS for file in (data / name).glob("*.jpeg")):
        first.setdefault(example(file.name).patient, file)
    pool: dict[str, list[Image]] = {subtype: [] for subtype in SUBTYPES}
    for file in tqdm(first.values(), desc="reading radiographs", unit="image", mininterval=2):
        pixels = radiograph.read(file.read_bytes(), file.name).pixels
        if pixels.shape[1] >= NARROWEST:
            pool[example(file.name).subtype].append(without_markers(resize(pixels, WIDTH)))
    return pool


def resize(image: Image, width: int) -> Image:
    """The image with ``width`` columns, its aspect kept."""
    height = round(image.shape[0] * width / image.shape[1])
    shrinks = width < image.shape[1]
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)


def without_markers(image: Image) -> Image:
    """Letters, clips and the rims of black wedges filled from around them (Telea, 2004)."""
    near = np.ones((3, 3), np.uint8)
    step, brightest = cv2.morphologyEx(image, cv2.MORPH_GRADIENT, near), cv2.dilate(image, near)
    edges = (step > MARKER_EDGE) | ((step > WHITE_EDGE) & (brightest >= 0.99))
    strokes = cv2.morphologyEx(edges.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((17, 17), np.uint8))
    marked = cv2.dilate(strokes, np.ones((9, 9), np.uint8))
    filled = cv2.inpaint(np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8), marked, 5, cv2.INPAINT_TELEA)
    return np.where(marked > 0, filled / np.float32(255), image)


def likenesses(images: Sequence[Image]) -> np.ndarray:
    """How well each two patients align, float64 of shape (n, n): 1 for the same, symmetric.

    Either may show what the other lacks, and both are then a poor pair: the worse direction counts.
    """
    count = len(images)
    likeness = np.eye(count)
    for i in tqdm(range(count), desc="comparing patients", unit="patient", mininterval=2):
        for j in set(range(count)) - {i}:
            likeness[i, j] = align(images[i], images[j])[1]
    return np.minimum(likeness, likeness.T)


def choose(likeness: np.ndarray, count: int) -> list[list[int]]:
    """The patients of ``count`` samples, each a reference followed by those most like it.

    The next reference is the one whose company is most alike, after ``REUSE`` for each former use.

    Raises:
        TooFewPatients: the pool is smaller than ``FEWEST``, or than ``count``.
    """
    if len(likeness) < max(FEWEST, count):
        raise TooFewPatients(_too_few(len(likeness), max(FEWEST, count)))
    used = np.zeros(len(likeness))
    chosen: list[list[int]] = []
    for _ in range(count):
        worth = likeness - REUSE * used
        np.fill_diagonal(worth, np.inf)
        company = np.argsort(-worth, axis=1, kind="stable")[:, :PATIENTS]
        quality = np.take_along_axis(worth, company[:, 1:], axis=1).mean(axis=1) - REUSE * used
        quality[[members[0] for members in chosen]] = -np.inf
        members = company[quality.argmax()].tolist()
        used[members] += 1
        chosen.append(members)
    return chosen


def _too_few(count: int, fewest: int) -> str:
    return (
        f"expected at least {fewest} patients of one kind, got {count}. With fewer, one child's image would "
        f"show through the sample. Put more radiographs of that kind into the data folder."
    )


def composite(images: Sequence[Image]) -> tuple[Image, np.ndarray]:
    """The mean patient, trimmed to where ``FEWEST`` patients have pixels.

    Args:
        images: one a patient, equally wide; the first is the reference of the first round alone.

    Returns:
        The mean, and the registered patients of shape (n, height, width), brought to one exposure.

    Raises:
        TooFewPatients: fewer than ``FEWEST`` images.
    """
    if len(images) < FEWEST:
        raise TooFewPatients(_too_few(len(images), FEWEST))
    mean = images[0]
    maps = [affine_map(align(mean, image)[0], mean.shape) for image in images]
    for share in SMOOTHING:
        maps = centre([refine(m, mean, image, share) for m, image in zip(maps, images, strict=True)])
        weights = np.stack([presence(image, m) for image, m in zip(images, maps, strict=True)])
        shared = weights.min(axis=0) > 0
        registered = np.stack([expose(sample(image, m), shared) for image, m in zip(images, maps, strict=True)])
        mean = trimmed_mean(registered, weights)
    rows, columns = trim(weights.sum(axis=0) >= FEWEST)
    return mean[rows, columns], registered[:, rows, columns]


def align(reference: Image, patient: Image) -> tuple[np.ndarray, float]:
    """The affine transform from the reference's pixels to the patient's, (2, 3), and their likeness.

    The likeness is the correlation of local contrast times the share of the reference that the patient
    covers, to the power ``FRAMING``; 0 where nothing aligns. Method: Evangelidis and Psarakis,
    IEEE PAMI 30:1858, 2008.
    """
    scale = COARSE_WIDTH / reference.shape[1]
    coarse = (resize(image, COARSE_WIDTH) for image in (reference, patient))
    target, moving = (local_contrast(image, 2 * LOCAL) for image in coarse)
    best, likeness = np.eye(2, 3), 0.0
    for shift in STARTS:
        down = (moving.shape[0] - target.shape[0]) / 2 + shift * COARSE_WIDTH
        try:
            matrix, correlation = _correlate(target, moving, np.array([[1, 0, 0], [0, 1, down]], np.float32))
        except cv2.error:  # no overlap is left, or no texture to align
            continue
        found = correlation * (margin(moving, affine_map(matrix, target.shape)) >= 0).mean() ** FRAMING
        if found > likeness:
            best, likeness = matrix, float(found)
    # Pixel centres lie at half-integers: scaled about the corner of the image, not about its first pixel.
    offset = best[:, 2] / scale + (1 / scale - 1) / 2 * (1 - best[:, :2].sum(axis=1))
    return np.column_stack([best[:, :2], offset]), likeness


def _correlate(target: Image, moving: Image, start: np.ndarray) -> tuple[np.ndarray, float]:
    """Affine enhanced correlation, first of blurred images to come near, then of sharp ones."""
    everywhere = np.full(moving.shape, 255, np.uint8)
    correlation, matrix = 0.0, start
    for blur, steps in ((21, 60), (5, 40)):
        criteria = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, steps, 1e-4)
        correlation, matrix = cv2.findTransformECC(
            target, moving, matrix, cv2.MOTION_AFFINE, criteria, everywhere, blur
        )
    return matrix, correlation


def local_contrast(image: Image, share: float) -> Image:
    """Grey values less their neighbourhood's mean, over its deviation; ``share`` of the width is its blur."""
    mean = _blur(image, share)
    variance = _blur((image - mean) ** 2, share)
    return (image - mean) / np.sqrt(variance + np.float32(0.05**2))


def _blur(values: np.ndarray, share: float) -> np.ndarray:
    return cv2.GaussianBlur(values, (0, 0), share * values.shape[1])


def grid(shape: tuple[int, ...]) -> Map:
    """The map that leaves every pixel where it is."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    return np.dstack([x, y])


def affine_map(matrix: np.ndarray, shape: tuple[int, ...]) -> Map:
    """The map of a (2, 3) affine transform on a frame of ``shape``."""
    return (grid(shape) @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)


def sample(image: Image, source: Map) -> Image:
    """The patient in the frame of the map; beyond the patient's border its border goes on."""
    return _remap(image, source, cv2.INTER_CUBIC)


def _remap(values: np.ndarray, source: Map, method: int) -> np.ndarray:
    return cv2.remap(values, source[..., 0], source[..., 1], method, borderMode=cv2.BORDER_REPLICATE)


def margin(image: Image, source: Map) -> np.ndarray:
    """Pixels between a map's source and the patient's border, negative outside; of the frame's shape."""
    far = np.array(image.shape[::-1], np.float32) - 1 - source
    return np.minimum(source, far).min(axis=-1)


def presence(image: Image, source: Map) -> np.ndarray:
    """The patient's weight in the frame: 0 outside its border to 1 at ``FADE`` widths inside."""
    return np.clip((margin(image, source) + 1) / (FADE * image.shape[1]), 0, 1)


def compose(outer: Map, inner: Map) -> Map:
    """First ``inner``, then ``outer``; outside its frame ``outer`` moves on as at its border."""
    move = outer - grid(outer.shape)
    return inner + _remap(move, inner, cv2.INTER_LINEAR)


def refine(source: Map, mean: Image, image: Image, share: float) -> Map:
    """The map moved along the flow between mean and patient, then smoothed by ``share`` of the width."""
    flow = optical_flow(mean, sample(image, source)) * presence(image, source)[..., None]
    return smooth(compose(source, grid(mean.shape) + flow), share)


def optical_flow(fixed: Image, moving: Image) -> Map:
    """Displacement in pixels from ``fixed`` to ``moving``, by dense inverse search (Kroeger, ECCV 2016)."""
    contrast = (local_contrast(image, LOCAL) * 50 + 128 for image in (fixed, moving))
    first, second = (np.clip(image, 0, 255).astype(np.uint8) for image in contrast)
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    return search.calc(first, second, np.zeros((*first.shape, 2), np.float32))


def smooth(source: Map, share: float) -> Map:
    """The map with all but its affine part blurred: blurred as a whole it would shrink at the border."""
    pixels = grid(source.shape)
    places = np.dstack([pixels, np.ones(source.shape[:2], np.float32)])
    fit = np.linalg.lstsq(places[::8, ::8].reshape(-1, 3), source[::8, ::8].reshape(-1, 2), rcond=None)[0]
    affine = places @ fit.astype(np.float32)
    return affine + _blur(source - affine, share)


def centre(maps: Sequence[Map]) -> list[Map]:
    """The same patients in their mean geometry: every map after the inverse of their mean."""
    back = inverse(np.mean(maps, axis=0))
    return [compose(source, back) for source in maps]


def inverse(source: Map, steps: int = 20) -> Map:
    """The map that undoes ``source``, by fixed-point iteration (Chen et al., Medical Physics 35:81, 2008)."""
    pixels = grid(source.shape)
    move, back = source - pixels, np.zeros_like(source)
    for _ in range(steps):
        back = -_remap(move, pixels + back, cv2.INTER_LINEAR)
    return pixels + back


def expose(image: Image, shared: np.ndarray) -> Image:
    """The image with mean 0.5 and deviation 0.2 where all patients have pixels."""
    values = image[shared]
    return (image - values.mean()) * (np.float32(0.2) / values.std()) + np.float32(0.5)


def trimmed_mean(registered: np.ndarray, weights: np.ndarray) -> Image:
    """The mean of the middle ``FEWEST`` units of weight at each pixel.

    Args:
        registered: grey values of shape (n, height, width).
        weights: of the same shape, 0 to 1. A patient keeps at most its weight, so at most one unit. Where
            all weights together are less than ``FEWEST`` nothing is trimmed.
    """
    order = np.argsort(registered, axis=0, kind="stable")
    values, weights = np.take_along_axis(registered, order, 0), np.take_along_axis(weights, order, 0)
    upto = np.cumsum(weights, axis=0)
    total = upto[-1]
    extreme = np.maximum(total - FEWEST, 0) / 2
    kept = np.minimum(upto, total - extreme) - np.maximum(upto - weights, extreme)
    kept = np.maximum(kept, np.float32(1e-6))  # where no patient has pixels, all of them go on alike
    return (kept * values).sum(axis=0) / kept.sum(axis=0)


def trim(shared: np.ndarray) -> tuple[slice, slice]:
    """Rows and columns of the largest rectangle that is true throughout."""
    largest, window = 0, (slice(0, 0), slice(0, 0))
    heights = np.zeros(shared.shape[1] + 1, int)  # of true pixels upwards; the last stays 0
    for bottom, row in enumerate(shared, start=1):
        heights[:-1] = (heights[:-1] + 1) * row
        open_at: list[tuple[int, int]] = []
        for right, height in enumerate(heights.tolist()):
            left = right
            while open_at and open_at[-1][1] >= height:
                left, tall = open_at.pop()
                if tall * (right - left) > largest:
                    largest = tall * (right - left)
                    window = slice(bottom - tall, bottom), slice(left, right)
            open_at.append((left, height))
    return window


def finish(mean: Image, registered: np.ndarray) -> np.ndarray:
    """The sample as uint8: each octave of detail as strong as in its patients, grey end to end."""
    *details, base = octaves(mean)
    strengths = np.mean([[detail.std() for detail in octaves(image)[:-1]] for image in registered], axis=0)
    for detail, strength in zip(details, strengths, strict=True):
        base = base + detail * np.float32(min(LARGEST_GAIN, strength / detail.std()))
    low, high = np.percentile(base, [0.5, 99.9])
    return np.rint(np.clip((base - low) / (high - low), 0, 1) * 255).astype(np.uint8)


def octaves(image: Image) -> list[Image]:
    """``BANDS`` images of ever coarser detail, and what is left; their sum is the image."""
    bands = []
    for octave in range(BANDS):
        coarser = cv2.GaussianBlur(image, (0, 0), 2.0**octave)
        bands.append(image - coarser)
        image = coarser
    return [*bands, image]


def save(pixels: np.ndarray, file: Path, subtype: str, count: int) -> dict[str, str | int]:
    """Write the sample as JPEG; returns its entry in ``samples.json``."""
    coded = io.BytesIO()
    Picture.fromarray(pixels).save(coded, "JPEG", quality=QUALITY, optimize=True)
    file.write_bytes(coded.getvalue())
    return {
        "file": file.name,
        "class": "normal" if subtype == "normal" else "pneumonia",
        "subtype": subtype,
        "patients": count,
        "width": pixels.shape[1],
        "height": pixels.shape[0],
        "sha256": hashlib.sha256(coded.getvalue()).hexdigest(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds NORMAL/ and PNEUMONIA/")
    parser.add_argument("--out", type=Path, default=Path("assets/samples"), help="folder to write to")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)  # the flow's stripes depend on the number of threads, and so would the samples
    write(arguments.data, arguments.out)


if __name__ == "__main__":
    main()
