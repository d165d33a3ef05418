"""A radiograph under its heat map, in a viewer that windows, zooms and turns in the browser alone.

Python sends the pixels once, at full depth; from there on nothing goes back and forth. The script's parts
are one module once joined: a part uses what those before it define.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import streamlit as st

from dashboard.reading.viewer.encoding import pack
from model.io.greyscale import Window

FOLDER = Path(__file__).resolve().parent
PARTS = ("picture.js", "placement.js", "gpu.js", "plain.js", "commands.js", "viewer.js")
SCRIPT = "\n".join((FOLDER / part).read_text(encoding="utf-8") for part in PARTS)

_mount = st.components.v2.component(
    "lungfield_viewer",
    html=(FOLDER / "viewer.html").read_text(encoding="utf-8"),
    css=(FOLDER / "viewer.css").read_text(encoding="utf-8"),
    js=SCRIPT,
    isolate_styles=False,
)


def viewer(
    pixels: np.ndarray,
    heat: np.ndarray | None,
    description: str,
    key: str,
    *,
    bits: int = 16,
    presets: Sequence[Window] = (),
    values: tuple[float, float, str] | None = None,
    marker: str = "",
    orientation: tuple[str, str] | None = None,
    negative: bool = False,
    overlay: bool = True,
) -> None:
    """Show a radiograph, with its heat map where there is one.

    Args:
        pixels: float32 of shape (height, width), 0 to 1, the least and the greatest value that can be shown.
        heat: float32 of shape (rows, columns), 0 to 1, over the same field; without one,
            nothing on the page speaks of it.
        description: what the picture shows, for those who cannot see it.
        key: tells this viewer from others on the page.
        bits: of the file's pixels, 1 to 16; up to 8, one byte a pixel is sent, else two.
        presets: windows that came with the picture, in units of the shown values.
            The first is the one it opens with. Without them, they are taken from the histogram.
        values: what a pixel of 0 and one of 1 are to be called, and the unit; 0 to 2 ** bits - 1 by default.
        marker: the view and laterality as recorded, such as ``PA, upright``; shown in a corner.
        orientation: the parts of the body that rows and columns run to, in the letters L, R, A, P, H and F, such
            as ("L", "F"); shown at the edges, wherever the picture is turned.
        negative: whether high values are to be shown dark.
        overlay: whether the heat map is on at the beginning.

    Raises:
        ValueError: see ``package.pack``.
    """
    told = pack(
        pixels,
        heat,
        description,
        bits=bits,
        presets=presets,
        values=values,
        marker=marker,
        orientation=orientation,
        negative=negative,
        overlay=overlay,
    )
    _mount(key=key, data=told)
