"""One reading beside its radiograph: verdict, viewer, downloads, details and the form to keep it."""

import streamlit as st

from dashboard.history.keep_form import keep_ui
from dashboard.history.store import model_result
from dashboard.reading.occlusion_panel import occlusion_ui
from dashboard.reading.reader_first import agreement_text, own_finding, reveal_ui
from dashboard.reading.refused import has_figures, show_anyway_ui
from dashboard.reading.verdict import facts_html, verdict_html
from dashboard.reading.viewer import draw_viewer
from dashboard.reading.viewer_arguments import viewer_arguments
from dashboard.reading.warning_text import warning_sentences
from dashboard.reports.downloads import draw_downloads
from dashboard.shared.elements.note import draw_note
from dashboard.shared.navigation import THRESHOLDS
from dashboard.shared.policy import policy_in_force
from dashboard.shared.resources import load_card
from model.io import dicom
from model.io.radiograph import Radiograph
from model.network.classifier import Reading
from model.network.policy import Policy


def draw_reading(
    scan: Radiograph, reading: Reading, data: bytes, key: str, origin: str = "", *, keep: bool = True
) -> None:
    """Draw a reading beside its radiograph; with the reader first, the radiograph alone until the reader commits.

    Args:
        scan: the radiograph.
        reading: the model's reading of it.
        data: the bytes of its file, whose header DICOM downloads need.
        key: tells its widgets from others on the page.
        origin: where the radiograph came from, if the page and the report are to state it.
        keep: whether to draw the forms that save the reader's own reading; a page may have its own.
    """
    with st.container(border=True, key=key), st.container(key=f"reading-parts-{key}"):
        # The style sheet puts the details under the verdict, and under the picture where the screen is narrow.
        verdict, picture, details = st.columns([2, 3, 2], gap="large")
    policy = policy_in_force()
    result = model_result(reading, load_card(), policy, scan.frame)
    with verdict:
        revealed = reveal_ui(result, key, ask=keep)
        figures = revealed and has_figures(reading, scan.frame)
        if revealed:
            agreement = agreement_text(own_finding(result), policy.finding(reading))
            st.html(verdict_html(scan, reading, policy, agreement=agreement, figures=figures))
            if not figures:
                show_anyway_ui(reading, scan.frame, key)
    with picture:
        draw_viewer(viewer_arguments(scan, reading if figures else None), f"{key}-{scan.digest}")
    if not revealed:
        return
    if figures:
        with picture:
            occlusion_ui(scan, key)
            source = dicom.parse(data, scan.name) if scan.header else None
            warnings = warning_sentences(reading, load_card().input_size)
            draw_downloads(scan, reading, warnings, key, origin, source, own_finding(result))
    with details:
        draw_details(reading, policy, origin, key)
        if keep:
            keep_ui(result, key)


def draw_details(reading: Reading, policy: Policy, origin: str, key: str) -> None:
    """Draw what the verdict rests on; a probability that should not be trusted supports nothing."""
    if origin:
        draw_note(origin)
    if not reading.warnings:
        with st.expander("Details", icon=":material/info:", key=f"{key}-details-{reading.digest}"):
            st.html(facts_html(reading, policy))
        THRESHOLDS.link("See other thresholds", reading=f"{reading.probability:.7f}")
    else:
        THRESHOLDS.link("See other thresholds")
