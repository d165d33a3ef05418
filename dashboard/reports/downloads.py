"""Handing a reading back: the buttons that make the PDF and the DICOM objects, each when it is pressed."""

from datetime import UTC, datetime

import streamlit as st
from pydicom.dataset import Dataset

from dashboard.reports import dicom
from dashboard.reports import pdf as report
from dashboard.reports.context import Context
from dashboard.reports.dicom import UnusableSource
from dashboard.reports.identity import Identity
from dashboard.shared.policy import in_force
from dashboard.shared.resources import load_card, load_scores
from model.io.radiograph import Radiograph
from model.metrics.operating_points import operating_points
from model.metrics.referral import referral
from model.network.classifier import Reading
from model.network.finding import Finding


def draw_downloads(
    scan: Radiograph,
    reading: Reading,
    finding: Finding,
    warnings: tuple[str, ...],
    key: str,
    origin: str = "",
    source: Dataset | None = None,
) -> None:
    """Buttons for the PDF, the picture and the structured report.

    Args:
        scan: the radiograph.
        reading: what the model said of it.
        finding: by the policy in force.
        warnings: whole sentences.
        key: tells these buttons from those of the same file elsewhere on the page.
        origin: what to say of where the radiograph came from.
        source: the header, where the file was DICOM; its identity goes along only where the box is ticked.
    """
    context = context_of(reading, finding, warnings, origin)
    # The file's own, wherever on the page it stands: what is ticked for one patient is ticked for no other.
    key = f"{key}-{reading.digest}"
    keep = source is not None and st.checkbox(
        "Keep the patient's identity",
        key=f"{key}-identity",
        help="Off: neither report nor DICOM object names the patient. What is written in the picture itself, "
        "or in the file's name, which the PDF prints, stays.",
    )
    with st.container(horizontal=True, gap="small"):
        _draw_pdf(scan, reading, context, key, source if keep else None)
        try:
            dicom.check(source)
        except UnusableSource as problem:
            st.caption(str(problem))
            return
        _draw_objects(scan, reading, context, key, source, keep)


def context_of(reading: Reading, finding: Finding, warnings: tuple[str, ...], origin: str = "") -> Context:
    """What stands around a reading by the policy in force."""
    policy, test = in_force(), load_scores("test")
    decided = referral(operating_points(test.labels, test.probabilities), policy.low, policy.high)
    return Context(
        card=load_card(),
        threshold=policy.high,
        policy=policy.provenance,
        finding=finding,
        warnings=warnings,
        counts=decided.kept,
        time=time_of_reading(reading.digest, reading.model_version),
        origin=origin,
        lower=policy.lower,
        referred=decided.referred,
    )


@st.cache_data(max_entries=1024, scope="session", show_spinner=False)
def time_of_reading(digest: str, model_version: str) -> datetime:
    """When a reader first saw a reading, UTC: what is handed back twice has been read once."""
    return datetime.now(UTC).replace(microsecond=0)


def _draw_pdf(scan: Radiograph, reading: Reading, context: Context, key: str, source: Dataset | None) -> None:
    identity = None if source is None else Identity.of(source)
    st.download_button(
        "PDF report",
        # A function: made when it is asked for, not at every touch of the page.
        lambda: report.pdf(scan, reading, context, identity),
        file_name=f"{_stem(scan)}.pdf",
        mime="application/pdf",
        key=f"{key}-pdf",
        on_click="ignore",
        icon=":material/picture_as_pdf:",
    )


def _draw_objects(
    scan: Radiograph, reading: Reading, context: Context, key: str, source: Dataset | None, keep: bool
) -> None:
    st.download_button(
        "DICOM picture",
        lambda: dicom.secondary_capture(source, scan, reading, context, keep),
        file_name=f"{_stem(scan)}-heat-map.dcm",
        mime="application/dicom",
        key=f"{key}-capture",
        on_click="ignore",
        icon=":material/image:",
        help="A Secondary Capture: the radiograph under the heat map.",
    )
    st.download_button(
        "DICOM report",
        lambda: dicom.structured_report(source, scan, reading, context, keep),
        file_name=f"{_stem(scan)}-report.dcm",
        mime="application/dicom",
        key=f"{key}-report",
        on_click="ignore",
        icon=":material/data_object:",
        help="A Comprehensive SR: finding, probability, threshold and algorithm, coded for machines.",
    )


def _stem(scan: Radiograph) -> str:
    """A file name that names no patient, and is no other frame's."""
    frame = f"-frame-{scan.frame}" if scan.frames > 1 else ""
    return f"lungfield-{scan.digest[:12]}{frame}"
