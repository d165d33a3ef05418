"""A page with one viewer; `?show=` in its address names one of ``SHOWN``."""

import sys
import time
from pathlib import Path

import numpy as np
import streamlit as st

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from dashboard.reading.viewer import draw_viewer  # noqa: E402
from dashboard.reading.viewer_arguments import ValueScale, ViewerArguments  # noqa: E402
from model.io.dicom_header import PixelSpacing  # noqa: E402
from model.io.greyscale import Window  # noqa: E402
from tests.browser.ramps import HEAT, LARGE, LUNG, RAMP, detector  # noqa: E402
from tests.pictures import chest  # noqa: E402

SHOWN = {
    "ramp": lambda: {"pixels": RAMP / np.float32(65535), "view_label": "PA, upright", "orientation": ("L", "F")},
    "byte": lambda: {"pixels": (RAMP >> 8) / np.float32(255), "bits": 8},
    "rescaled": lambda: {
        "pixels": RAMP / np.float32(65535),
        "bits": 12,
        "values": ValueScale(-1000.0, 3095.0, "HU"),
        "presets": [Window("As recorded", 40.0, 400.0)],
    },
    "negative": lambda: {"pixels": RAMP / np.float32(65535), "negative": True, "overlay": False},
    "spaced": lambda: {"pixels": RAMP / np.float32(65535), "spacing": PixelSpacing(0.5, 0.25, True)},
    "large": lambda: {"pixels": LARGE},
    "detector": lambda: {"pixels": detector() / np.float32(65535)},
    "chest": lambda: {"pixels": chest(800, 900) / np.float32(255), "bits": 8, "view_label": "AP, supine"},
}

st.set_page_config(layout="wide")
shown = SHOWN[st.query_params["show"]]()
# Seconds since 1970, for who measures how long it takes from here to the first paint.
st.html(f'<i data-testid="began" data-at="{time.time()}"></i>')
st.button("Run again")
draw_viewer(ViewerArguments(heat=HEAT, outlines=[LUNG], description="A made-up picture", **shown), "viewer")
