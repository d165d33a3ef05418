"""The occlusion test of the heat map, beside the picture: whether the probability hangs on what is highlighted."""

import streamlit as st
from markupsafe import Markup

from dashboard.shared.formatting import format_probability
from dashboard.shared.markup import render
from dashboard.shared.resources import load_card, load_classifier
from model.io.radiograph import Radiograph
from model.network.occlusion import NOTICEABLE, OUTDONE, RANDOM, SHARE, OcclusionTest


@st.fragment
def occlusion_ui(scan: Radiograph, key: str) -> None:
    """Draw an expander that runs the test when it is opened, and redraws nothing else of the page."""
    opened = st.expander(
        "Does the probability hang on what is highlighted?",
        icon=":material/blur_on:",
        key=f"{key}-heat-map-test-{scan.digest}",
        on_change="rerun",
    )
    if opened.open:
        with opened:
            st.html(occlusion_html(load_occlusion_test(scan, scan.digest, scan.frame, load_card().version)))


@st.cache_data(max_entries=64, scope="session", show_spinner="Reading it again with parts blurred")
def load_occlusion_test(_scan: Radiograph, digest: str, frame: int, model_version: str) -> OcclusionTest | None:
    """Return the test's result, kept for the session by file, frame and model; None where the map is cold."""
    return load_classifier().occlusion_test(_scan)


def occlusion_html(test: OcclusionTest | None) -> Markup:
    """Return the answer, then the three probabilities and what becomes of the odds."""
    return render(
        "reading/occlusion.html",
        test=test,
        format_probability=format_probability,
        odds_change=odds_change,
        random=RANDOM,
        share=SHARE,
        outdone=OUTDONE,
        noticeable=1 - NOTICEABLE,
    )


def odds_change(factor: float) -> str:
    """Return what the odds are divided or multiplied by, to follow a probability."""
    times = 1 / factor if factor < 1 else factor
    shown = f"{times:.2f}" if times < 1.95 else f"{times:.1f}" if times < 10 else f"{times:,.0f}"
    return f", odds divided by {shown}" if factor < 1 else f", odds times {shown}"
