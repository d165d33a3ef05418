"""Make sample radiographs for whoever has none at hand, of children who do not exist.

    python -m training.samples --data DIR [--out assets/samples]
    python -m training.samples --derive [--out assets/samples]

DIR holds NORMAL/ and PNEUMONIA/ in the published resolution. Every sample is the mean of ten patients
of one kind, in grey values and in shape: an affine alignment, then rounds of optical flow towards the
mean of the round before, each round carried over to the mean geometry of its patients (Guimond,
Meunier and Thirion, Computer Vision and Image Understanding 77:192, 2000). So neither a grey value
nor an outline is any one child's. Beside the images stands ``samples.json``, which says what they are.

Two more are derived from these, by themselves with ``--derive``, as is due whenever another network ships: one that
it doubts, a normal sample blended with one of pneumonia, and one that it refuses, upside down.
"""

import argparse
import hashlib
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image as PillowImage
from tqdm import tqdm

from model.io import radiograph
from model.network.classifier import Classifier
from training.dataset import SUBTYPES, Example, find_examples
from training.registration import Image, affine_map, align, centre_maps, frame_weight, refine_map, remap, resize

WIDTH = 1200  # columns that a patient is brought to: about the median of the published pneumonias
NARROWEST = 600  # published columns below which a patient is left out: enlarged more than twice, it would only blur
PATIENTS = 10  # patients of a sample: two more than a pixel needs, for extremes to drop and frames to end
FEWEST = 8  # patients that share every pixel alike, so that none gives more than an eighth of its grey value
REUSE = 0.06  # what a patient's similarity loses for each sample that it is in already: samples share few patients
SMOOTHING = (0.04, 0.025, 0.016, 0.01)  # blur of the deformation by round, in widths: chest, then ribs, no texture
MARKER_EDGE = 0.3  # grey step that lettering, clips and wedges reach between pixels, and bone hardly ever
WHITE_EDGE = 0.1  # the same beside full white: letters over a bright shoulder; burnt-out bone ends more softly
OCTAVES = 5  # octaves of detail whose contrast is restored: up to the width of a rib
LARGEST_GAIN = 1.8  # averaging halves the finest detail; beyond this gain it is noise that comes back
SAMPLES = {"normal": 4, "bacteria": 2, "virus": 2}  # samples of each subtype
BISECTIONS = 12  # of a blend's share: finer than its JPEG
QUALITY = 95  # JPEG quality: no visible loss, about 150 kB


class TooFewPatients(ValueError):
    """Not enough patients to hide each of them among the others."""


def write_samples(data: Path, out: Path) -> None:
    """Make every sample of ``SAMPLES`` and write the images and ``samples.json`` to ``out``."""
    pool = load_patients(data)
    out.mkdir(parents=True, exist_ok=True)
    entries = []
    for subtype, count in SAMPLES.items():
        images = pool[subtype]
        for number, members in enumerate(choose_patients(pairwise_similarity(images), count), start=1):
            pixels = restore_detail(*composite([images[i] for i in members]))
            entries.append(save_sample(pixels, out / f"{subtype}_{number}.jpg", subtype, len(members)))
            print(f"{entries[-1]['file']}: {entries[-1]['width']} x {entries[-1]['height']}", flush=True)
    (out / "samples.json").write_text(json.dumps(entries, indent=2) + "\n")
    derive_samples(out)


def derive_samples(out: Path) -> None:
    """Make the doubtful and the refused sample from those in ``out``, for the network that ships."""
    entries = [entry for entry in json.loads((out / "samples.json").read_text()) if entry["subtype"] in SAMPLES]
    normal, pneumonia = (next(e for e in entries if e["class"] == kind) for kind in ("normal", "pneumonia"))
    first, second = (read_sample(out / entry["file"]) for entry in (normal, pneumonia))
    classifier = Classifier.load()
    blend = blend_to_probability(
        *overlap(first, second),
        probability_of=lambda pixels: classifier.read(radiograph.read(jpeg(pixels), "blend")).probability,
        wanted=(0.5 + classifier.card.default_threshold) / 2,
    )
    made = [
        (blend, "doubtful", normal["patients"] + pneumonia["patients"]),
        (to_grey(np.rot90(first, 2)), "refused", normal["patients"]),
    ]
    entries += [save_sample(pixels, out / f"{kind}.jpg", kind, count) for pixels, kind, count in made]
    (out / "samples.json").write_text(json.dumps(entries, indent=2) + "\n")


def read_sample(file: Path) -> Image:
    """Read a sample's pixels, 0 to 1."""
    return radiograph.read(file.read_bytes(), file.name).pixels


def overlap(reference: Image, other: Image) -> tuple[Image, Image]:
    """Align a picture to a reference; return the part that both show, of each."""
    source = affine_map(align(reference, other)[0], reference.shape)
    part = largest_rectangle(frame_weight(other, source) > 0)
    return reference[part], remap(other, source, cv2.INTER_CUBIC)[part]


def blend_to_probability(
    normal: Image, pneumonia: Image, probability_of: Callable[[np.ndarray], float], wanted: float
) -> np.ndarray:
    """Blend two pictures until a network gives the wanted probability, uint8 of their shape.

    Raises:
        ValueError: the network gives the two no probability on either side of it.
    """
    low, high = 0.0, 1.0
    ends = [probability_of(to_grey(picture)) for picture in (normal, pneumonia)]
    if not ends[0] < wanted < ends[1]:
        raise ValueError(
            f"expected probabilities on either side of {wanted:.3f}; received {ends[0]:.3f} and {ends[1]:.3f}."
        )
    for _ in range(BISECTIONS):
        share = (low + high) / 2
        blend = to_grey((1 - share) * normal + share * pneumonia)
        low, high = (share, high) if probability_of(blend) < wanted else (low, share)
    return blend


def to_grey(pixels: Image) -> np.ndarray:
    """Return pixels from 0 to 1 as uint8."""
    return np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8)


def jpeg(pixels: np.ndarray) -> bytes:
    """Code pixels, uint8, as a sample's file."""
    out = io.BytesIO()
    PillowImage.fromarray(pixels).save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def load_patients(data: Path) -> dict[str, list[Image]]:
    """Read the first radiograph of every patient by subtype, ``WIDTH`` columns wide, markers painted over.

    Raises:
        UnknownDataLayout: a folder or a name that is not the published data set's.
    """
    first: dict[str, Example] = {}
    for example in find_examples(data.parent, data.name):
        first.setdefault(example.patient, example)
    pool: dict[str, list[Image]] = {subtype: [] for subtype in SUBTYPES}
    for example in tqdm(first.values(), desc="reading radiographs", unit="image", mininterval=2):
        pixels = radiograph.read((data.parent / example.image).read_bytes(), example.image).pixels
        if pixels.shape[1] >= NARROWEST:
            pool[example.subtype].append(paint_over_markers(resize(pixels, WIDTH)))
    return pool


def paint_over_markers(image: Image) -> Image:
    """Fill letters, clips and the rims of black wedges from around them (Telea, 2004)."""
    near = np.ones((3, 3), np.uint8)
    step, brightest = cv2.morphologyEx(image, cv2.MORPH_GRADIENT, near), cv2.dilate(image, near)
    edges = (step > MARKER_EDGE) | ((step > WHITE_EDGE) & (brightest >= 0.99))
    strokes = cv2.morphologyEx(edges.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((17, 17), np.uint8))
    marked = cv2.dilate(strokes, np.ones((9, 9), np.uint8))
    filled = cv2.inpaint(np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8), marked, 5, cv2.INPAINT_TELEA)
    return np.where(marked > 0, filled / np.float32(255), image)


def pairwise_similarity(images: Sequence[Image]) -> np.ndarray:
    """Measure how well each two patients align, float64 of shape (n, n): 1 for the same, symmetric.

    Either may show what the other lacks, and both are then a poor pair: the worse direction counts.
    """
    count = len(images)
    similarity = np.eye(count)
    for i in tqdm(range(count), desc="comparing patients", unit="patient", mininterval=2):
        for j in set(range(count)) - {i}:
            similarity[i, j] = align(images[i], images[j])[1]
    return np.minimum(similarity, similarity.T)


def choose_patients(similarity: np.ndarray, count: int) -> list[list[int]]:
    """Choose the patients of ``count`` samples, each a reference followed by those most like it.

    The next reference is the one whose company is most alike, after ``REUSE`` for each former use.

    Raises:
        TooFewPatients: the pool is smaller than ``FEWEST``, or than ``count``.
    """
    if len(similarity) < max(FEWEST, count):
        raise TooFewPatients(_too_few(len(similarity), max(FEWEST, count)))
    used = np.zeros(len(similarity))
    chosen: list[list[int]] = []
    for _ in range(count):
        worth = similarity - REUSE * used
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
    """Average patients in grey values and in shape, trimmed to where ``FEWEST`` patients have pixels.

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
        maps = centre_maps([refine_map(m, mean, image, share) for m, image in zip(maps, images, strict=True)])
        mapped = list(zip(images, maps, strict=True))
        weights = np.stack([frame_weight(image, source) for image, source in mapped])
        shared = weights.min(axis=0) > 0
        remapped = (remap(image, source, cv2.INTER_CUBIC) for image, source in mapped)
        registered = np.stack([normalise_exposure(image, shared) for image in remapped])
        mean = trimmed_mean(registered, weights)
    rows, columns = largest_rectangle(weights.sum(axis=0) >= FEWEST)
    return mean[rows, columns], registered[:, rows, columns]


def normalise_exposure(image: Image, shared: np.ndarray) -> Image:
    """Scale grey values to mean 0.5 and deviation 0.2 where all patients have pixels."""
    values = image[shared]
    return (image - values.mean()) * (np.float32(0.2) / values.std()) + np.float32(0.5)


def trimmed_mean(registered: np.ndarray, weights: np.ndarray) -> Image:
    """Return the mean of the middle ``FEWEST`` units of weight at each pixel.

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


def largest_rectangle(shared: np.ndarray) -> tuple[slice, slice]:
    """Return rows and columns of the largest rectangle that is true throughout."""
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


def restore_detail(mean: Image, registered: np.ndarray) -> np.ndarray:
    """Return the sample as uint8: each octave of detail as strong as in its patients, grey end to end."""
    *details, base = split_octaves(mean)
    strengths = np.mean([[detail.std() for detail in split_octaves(image)[:-1]] for image in registered], axis=0)
    for detail, strength in zip(details, strengths, strict=True):
        base = base + detail * np.float32(min(LARGEST_GAIN, strength / detail.std()))
    low, high = np.percentile(base, [0.5, 99.9])
    return np.rint(np.clip((base - low) / (high - low), 0, 1) * 255).astype(np.uint8)


def split_octaves(image: Image) -> list[Image]:
    """Split an image into ``OCTAVES`` images of ever coarser detail and what is left; their sum is the image."""
    bands = []
    for octave in range(OCTAVES):
        coarser = cv2.GaussianBlur(image, (0, 0), 2.0**octave)
        bands.append(image - coarser)
        image = coarser
    return [*bands, image]


def save_sample(pixels: np.ndarray, file: Path, subtype: str, count: int) -> dict[str, str | int]:
    """Write the sample as JPEG, and return its entry in ``samples.json``."""
    file.write_bytes(jpeg(pixels))
    return {
        "file": file.name,
        "class": subtype if subtype not in ("bacteria", "virus") else "pneumonia",
        "subtype": subtype,
        "patients": count,
        "width": pixels.shape[1],
        "height": pixels.shape[0],
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
    }


def main() -> None:
    """Make the samples of the radiographs that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--data", type=Path, help="folder that holds NORMAL/ and PNEUMONIA/")
    what.add_argument(
        "--derive", action="store_true", help="only the doubtful and the refused one, from the others"
    )
    parser.add_argument("--out", type=Path, default=Path("assets/samples"), help="folder to write to")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)  # the flow's stripes depend on the number of threads, and so would the samples
    if arguments.derive:
        derive_samples(arguments.out)
    else:
        write_samples(arguments.data, arguments.out)


if __name__ == "__main__":
    main()
