"""Pictures out of distribution: other than upright frontal chest radiographs, so that the guard must warn of them.

Radiographs turned or inverted, photographs, noise, pages of text, and other body parts: drawn ones, and cut-outs of
chest radiographs that show a shoulder or the belly alone.
"""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from training.checks.synthetic_bones import PARTS, draw_body_part

NUMBER = 200  # made-up pictures of a kind: with all of them warned of, 95 % interval from 98 % on
PHOTOGRAPHS = (
    *("astronaut.png", "brick.png", "camera.png", "cell.png", "chelsea.png", "clock_motion.png", "coffee.png"),
    *("coins.png", "grass.png", "gravel.png", "hubble_deep_field.jpg", "ihc.png", "moon.png"),
    *("motorcycle_left.png", "retina.jpg", "rocket.jpg"),
)
"""scikit-image's bundled pictures that are photographs, through a camera or a microscope."""
WORDS = ["the", "chest", "shows", "clear", "lungs", "no", "effusion", "heart", "normal", "report", "date", "ward"]


def out_of_distribution_pictures(radiographs: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """Return pictures by kind, each uint8 of shape (n, size, size).

    ``radiographs`` are chests as the network gets them, uint8 of shape (n, size, size), to be turned, inverted and
    cut out of.
    """
    size = radiographs.shape[1]
    generator = np.random.default_rng(seed)
    some = radiographs[:: max(1, len(radiographs) // NUMBER)]
    return {
        "upside down": radiographs[:, ::-1, ::-1],
        "inverted": 255 - radiographs,
        "turned a quarter": np.stack([np.rot90(image, 1 + 2 * (i % 2)) for i, image in enumerate(radiographs)]),
        "photographs": photographs(size),
        "noise": noise(NUMBER, size, generator),
        "text pages": np.stack([text_page(size, generator) for _ in range(NUMBER)]),
        **{f"drawn {part}": draw_body_part(part, NUMBER, size, seed) for part in PARTS},
        "shoulder cut out": cut_out(some, top=0.0, left=0.0, share=0.3),
        "belly cut out": cut_out(some, top=0.75, left=0.35, share=0.25),
    }


def photographs(size: int) -> np.ndarray:
    """Return each of ``PHOTOGRAPHS``, whole and in quarters; uint8 of shape (5 * 16, size, size)."""
    import skimage

    folder = Path(skimage.__file__).parent / "data"
    whole = [np.asarray(Image.open(folder / name).convert("L")) for name in PHOTOGRAPHS]
    views = [view for image in whole for view in (image, *quarters(image))]
    return np.stack([cv2.resize(view, (size, size), interpolation=cv2.INTER_AREA) for view in views])


def quarters(image: np.ndarray) -> list[np.ndarray]:
    """Return the four corners of an image, each half as high and half as wide."""
    return [corner for half in np.array_split(image, 2) for corner in np.array_split(half, 2, axis=1)]


def noise(number: int, size: int, generator: np.random.Generator) -> np.ndarray:
    """Draw grain from fine to as coarse as a fifth of the picture, of any mean and contrast."""
    pictures = []
    for coarseness in np.geomspace(0.3, size / 5, number):
        grain = cv2.GaussianBlur(generator.normal(0, 1, (size, size)), (0, 0), coarseness)
        grain = (grain - grain.mean()) / grain.std()
        pictures.append(generator.uniform(70, 185) + generator.uniform(15, 60) * grain)
    return np.rint(np.clip(pictures, 0, 255)).astype(np.uint8)


def text_page(size: int, generator: np.random.Generator) -> np.ndarray:
    """Draw lines of words, black on white or white on black; uint8 of shape (size, size)."""
    paper = Image.new("L", (size, size), 245)
    pen, height = ImageDraw.Draw(paper), float(generator.uniform(9, 20))
    font = ImageFont.load_default(height)
    for y in np.arange(generator.uniform(4, 30), size, height * generator.uniform(1.1, 1.8)):
        pen.text((generator.uniform(4, 14), y), " ".join(generator.choice(WORDS, 9)), fill=20, font=font)
    pixels = np.asarray(paper)
    return 255 - pixels if generator.random() < 0.5 else pixels


def cut_out(radiographs: np.ndarray, top: float, left: float, share: float) -> np.ndarray:
    """Enlarge a square of each radiograph, ``share`` of its side, to the whole."""
    size = radiographs.shape[1]
    y, x, side = (round(size * part) for part in (top, left, share))
    parts = radiographs[:, y : y + side, x : x + side]
    return np.stack([cv2.resize(part, (size, size), interpolation=cv2.INTER_CUBIC) for part in parts])
