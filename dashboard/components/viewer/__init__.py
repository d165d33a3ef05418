"""A radiograph under its heat map; the map's switch and opacity act in the browser alone."""

import base64
from pathlib import Path

import cv2
import numpy as np
import streamlit as st

from model import gradcam

FOLDER = Path(__file__).resolve().parent
LONGEST_SIDE = 1400
"""Pixels sent to the browser: more than the page shows on a dense screen, far fewer than a detector's."""
MAP_SIDE = 256
"""Side of the overlay: a map of 7 x 7 positions holds nothing finer."""

_mount = st.components.v2.component(
    "lungfield_viewer",
    html=(FOLDER / "viewer.html").read_text(),
    css=(FOLDER / "viewer.css").read_text(),
    js=(FOLDER / "viewer.js").read_text(),
    isolate_styles=False,
)


def viewer(pixels: np.ndarray, heat: np.ndarray, description: str, key: str) -> None:
    """Show a radiograph with its heat map.

    Args:
        pixels: float32 of shape (height, width), 0 to 1.
        heat: float32 of shape (rows, columns), 0 to 1, over the same field.
        description: what the picture shows, for those who cannot see it.
        key: tells this viewer from others on the page.
    """
    _mount(key=key, data=picture(pixels, heat) | {"description": description})


def picture(pixels: np.ndarray, heat: np.ndarray) -> dict[str, str | int]:
    """The radiograph and its overlay as data URLs, with the radiograph's shape."""
    height, width = pixels.shape
    shrink = min(1.0, LONGEST_SIDE / max(height, width))
    size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    grey = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA) if shrink < 1 else pixels
    overlay = gradcam.colours(gradcam.enlarge(heat, MAP_SIDE, MAP_SIDE))
    return {
        "width": size[0],
        "height": size[1],
        "radiograph": _url(np.rint(grey * 255).astype(np.uint8), ".jpg", "jpeg"),
        "overlay": _url(cv2.cvtColor(overlay, cv2.COLOR_RGBA2BGRA), ".png", "png"),
    }


def _url(image: np.ndarray, ending: str, kind: str) -> str:
    options = [cv2.IMWRITE_JPEG_QUALITY, 92] if kind == "jpeg" else []
    _, coded = cv2.imencode(ending, image, options)
    return f"data:image/{kind};base64,{base64.b64encode(coded.tobytes()).decode()}"
