"""The viewer: a radiograph under its heat map, windowed, zoomed and turned in the browser alone.

Python sends the pixels once, at full depth; nothing is sent back. The script's parts are joined into one module:
a part uses what those before it define.
"""

from pathlib import Path

import streamlit as st

from dashboard.reading.viewer.encoding import pack
from dashboard.reading.viewer_arguments import ViewerArguments

FOLDER = Path(__file__).resolve().parent
PARTS = (
    "picture.js",
    "placement.js",
    "gpu.js",
    "plain.js",
    "lengths.js",
    "outline.js",
    "commands.js",
    "input.js",
    "viewer.js",
)
SCRIPT = "\n".join((FOLDER / part).read_text(encoding="utf-8") for part in PARTS)

_mount = st.components.v2.component(
    "lungfield_viewer",
    html=(FOLDER / "viewer.html").read_text(encoding="utf-8"),
    css=(FOLDER / "viewer.css").read_text(encoding="utf-8"),
    js=SCRIPT,
    isolate_styles=False,
)


def draw_viewer(arguments: ViewerArguments, key: str) -> None:
    """Show a picture; ``key`` tells its viewer from others on the page.

    Raises:
        ValueError: a window of the file without width.
    """
    _mount(key=key, data=pack(arguments))
