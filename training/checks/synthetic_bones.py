"""Drawings of hands, limbs and skulls as a radiograph would show them: other body parts to try the guard on.

Soft tissue in grey, bones lighter with a bright rim, on black, blurred and grainy. Each differs from the next in
size, place, angle and exposure. They stand in for what no free data set at hand has.
"""

from collections.abc import Callable
from itertools import pairwise

import cv2
import numpy as np

SIDE = 448  # pixels a side while drawing; the picture is then sampled down, which softens its edges
SOFT_TISSUE, BONE, RIM = 0.38, 0.62, 0.8

Canvas = np.ndarray
"""float32 of shape (SIDE, SIDE), 0 black to 1 white."""
Point = tuple[float, float]


def draw_hand(canvas: Canvas, generator: np.random.Generator) -> None:
    """Draw a palm, five fingers of three bones (the thumb of two), a wrist."""
    scale = generator.uniform(0.8, 1.1)
    wrist = np.array([SIDE / 2, SIDE * generator.uniform(0.72, 0.8)])
    fingers = [(-62, 0.30, 2), (-22, 0.40, 3), (-4, 0.44, 3), (13, 0.41, 3), (30, 0.33, 3)]
    draw_soft_tissue(canvas, [tuple(wrist), (wrist[0], SIDE * 1.1)], 90 * scale)
    for degrees, length, _ in fingers:
        draw_soft_tissue(canvas, [tuple(wrist), point_at(wrist, degrees, length * SIDE * scale * 1.45)], 44 * scale)
    for degrees, length, phalanges in fingers:
        ends = np.linspace(0.28, 1.4, phalanges + 2) * length * SIDE * scale
        for start, end in pairwise(ends):
            draw_bone(canvas, point_at(wrist, degrees, start + 5), point_at(wrist, degrees, end - 5), 17 * scale)
    for _ in range(8):
        x, y = wrist + generator.uniform(-30, 30, 2) * scale
        draw_bone(canvas, (x, y), (x + 4, y + 4), 20 * scale)
    for side in (-20, 20):
        draw_bone(canvas, (wrist[0] + side, wrist[1] + 45), (wrist[0] + side, SIDE * 1.1), 26 * scale)


def draw_limb(canvas: Canvas, generator: np.random.Generator) -> None:
    """Draw a thigh or an upper arm, a bent joint, and two bones beyond it."""
    joint = SIDE / 2 + generator.uniform(-30, 30, 2)
    bend, width = generator.uniform(-35, 35), generator.uniform(90, 160)
    up, down = point_at(joint, 0, SIDE), point_at(joint, 180 + bend, SIDE)
    draw_soft_tissue(canvas, [up, tuple(joint), down], width)
    draw_bone(canvas, up, point_at(joint, 0, 12), width * 0.32)
    draw_bone(canvas, point_at(joint, 0, 30), point_at(joint, 0, 14), width * 0.55)
    for side in (-1, 1):
        shift = np.array([side * width * 0.17, 0.0])
        draw_bone(
            canvas, tuple(np.add(point_at(joint, 180 + bend, 16), shift)), tuple(np.add(down, shift)), width * 0.2
        )


def draw_skull(canvas: Canvas, generator: np.random.Generator) -> None:
    """Draw a vault with a bright rim, two orbits, a nose, a jaw with teeth."""
    x, y = SIDE / 2 + generator.uniform(-15, 15, 2)
    wide, high = generator.uniform(120, 150), generator.uniform(150, 180)
    draw_ellipse(canvas, (x, y - 20), (wide + 12, high + 12), SOFT_TISSUE)
    draw_ellipse(canvas, (x, y - 20), (wide, high), RIM)
    draw_ellipse(canvas, (x, y - 20), (wide - 12, high - 12), 0.55)
    draw_ellipse(canvas, (x, y + high * 0.85), (wide * 0.6, high * 0.4), BONE)
    for side in (-1, 1):
        draw_ellipse(canvas, (x + side * wide * 0.42, y + 22), (wide * 0.27, high * 0.19), 0.25)
    draw_ellipse(canvas, (x, y + high * 0.45), (wide * 0.14, high * 0.17), 0.25)
    for tooth in np.linspace(-0.4, 0.4, 8):
        draw_bone(canvas, (x + tooth * wide, y + high * 0.78), (x + tooth * wide, y + high * 0.9), 11)


PARTS: dict[str, Callable[[Canvas, np.random.Generator], None]] = {
    "hands": draw_hand,
    "limbs": draw_limb,
    "skulls": draw_skull,
}


def draw_body_part(part: str, number: int, size: int, seed: int) -> np.ndarray:
    """Draw a part of ``PARTS`` ``number`` times, uint8 of shape (number, size, size)."""
    generator = np.random.default_rng(seed)
    return np.stack([_picture(PARTS[part], size, generator) for _ in range(number)])


def _picture(
    draw: Callable[[Canvas, np.random.Generator], None], size: int, generator: np.random.Generator
) -> np.ndarray:
    canvas: Canvas = np.zeros((SIDE, SIDE), np.float32)
    draw(canvas, generator)
    turn = cv2.getRotationMatrix2D((SIDE / 2, SIDE / 2), generator.uniform(-25, 25), generator.uniform(0.8, 1.15))
    canvas = cv2.GaussianBlur(cv2.warpAffine(canvas, turn, (SIDE, SIDE)), (0, 0), generator.uniform(2, 5))
    canvas = cv2.resize(canvas, (size, size), interpolation=cv2.INTER_AREA) ** generator.uniform(0.7, 1.4)
    grain = cv2.GaussianBlur(generator.normal(0, 1, canvas.shape).astype(np.float32), (0, 0), 0.7)
    exposed = generator.uniform(0.02, 0.1) + generator.uniform(0.8, 1.1) * canvas + 0.03 * grain
    return np.rint(255 * np.clip(exposed, 0, 1)).astype(np.uint8)


def point_at(start: np.ndarray, degrees: float, length: float) -> Point:
    """Return the point that far from ``start``, 0 degrees being straight up and 90 to the right."""
    angle = np.deg2rad(degrees)
    return float(start[0] + length * np.sin(angle)), float(start[1] - length * np.cos(angle))


def draw_soft_tissue(canvas: Canvas, path: list[Point], width: float) -> None:
    """Draw soft tissue along a path."""
    line = np.array(path, np.int32).reshape(-1, 1, 2)
    cv2.polylines(canvas, [line], False, SOFT_TISSUE, max(1, round(width)), cv2.LINE_AA)


def draw_bone(canvas: Canvas, start: Point, end: Point, width: float) -> None:
    """Draw a bone with knobbed ends, its rim brighter than its marrow."""
    a, b = (tuple(round(v) for v in point) for point in (start, end))
    for grey, share in ((RIM, 1.0), (BONE, 0.6)):
        cv2.line(canvas, a, b, grey, max(1, round(width * share)), cv2.LINE_AA)
        for point in (a, b):
            cv2.circle(canvas, point, max(1, round(width * share * 0.62)), grey, -1, cv2.LINE_AA)


def draw_ellipse(canvas: Canvas, centre: Point, axes: Point, grey: float) -> None:
    """Draw a filled ellipse."""
    x, y, a, b = (round(v) for v in (*centre, *axes))
    cv2.ellipse(canvas, (x, y), (a, b), 0, 0, 360, grey, -1, cv2.LINE_AA)
