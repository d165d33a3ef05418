"""Buttons that download a reading as a PDF, DICOM objects or FHIR; each file is made when its button is pressed."""

from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st
from pydicom.dataset import Dataset

from dashboard.reports.context import Context
from dashboard.reports.dicom import DicomExport, UnusableSource
from dashboard.reports.fhir import diagnostic_report
from dashboard.reports.identity import Identity
from dashboard.reports.pdf import report_pdf
from dashboard.reports.secondary_capture import secondary_capture
from dashboard.reports.structured_report import structured_report
from dashboard.shared import session
from dashboard.shared.formatting import decimals_apart
from dashboard.shared.policy import policy_in_force
from dashboard.shared.resources import load_card, load_scores
from dashboard.shared.similar_scores import similar_scores
from model.io.radiograph import Radiograph
from model.metrics.operating_points import operating_points
from model.network.classifier import Reading


def draw_downloads(
    scan: Radiograph,
    reading: Reading,
    warnings: tuple[str, ...],
    key: str,
    origin: str = "",
    source: Dataset | None = None,
    reader_finding: str | None = None,
) -> None:
    """Draw the buttons for the PDF, the secondary capture, the structured report and the FHIR report.

    Args:
        scan: the radiograph.
        reading: the model's reading of it.
        warnings: whole sentences.
        key: tells these buttons from those of the same file elsewhere on the page.
        origin: where the radiograph came from, if the report is to state it.
        source: the header, where the file was DICOM; its identity is kept only where the box is ticked.
        reader_finding: what the reader saved, which the PDF carries with the reader's name and a line to sign.
    """
    # The digest is part of the key: a box that is ticked for one patient is ticked for no other.
    key = f"{key}-{reading.digest}"
    keep_identity = source is not None and st.checkbox(
        "Keep the patient's identity",
        key=f"{key}-identity",
        help="Off: neither report nor DICOM object names the patient. What is written in the picture itself, "
        "or in the file's name, which the PDF prints, stays.",
    )
    context = report_context(reading, warnings, origin)
    if reader_finding:
        context = replace(context, reader_finding=reader_finding, reader_name=session.reader_name.get())
    frame = f"-frame-{scan.frame}" if scan.frames > 1 else ""
    # It names no patient, and is no other frame's.
    stem = f"lungfield-{scan.digest[:12]}{frame}"
    identity = Identity.from_header(source) if source is not None and keep_identity else None
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "PDF report",
            lambda: report_pdf(scan, reading, context, identity),
            file_name=f"{stem}.pdf",
            mime="application/pdf",
            key=f"{key}-pdf",
            on_click="ignore",
            icon=":material/picture_as_pdf:",
        )
        try:
            export = DicomExport(source, scan, reading, context, keep_identity)
        except UnusableSource as problem:
            st.caption(str(problem))
            return
        st.download_button(
            "DICOM picture",
            lambda: secondary_capture(export),
            file_name=f"{stem}-heat-map.dcm",
            mime="application/dicom",
            key=f"{key}-capture",
            on_click="ignore",
            icon=":material/image:",
            help="A Secondary Capture: the radiograph under the heat map.",
        )
        st.download_button(
            "DICOM report",
            lambda: structured_report(export),
            file_name=f"{stem}-report.dcm",
            mime="application/dicom",
            key=f"{key}-report",
            on_click="ignore",
            icon=":material/data_object:",
            help="A Comprehensive 3D SR: finding, probability, threshold and algorithm, coded for machines.",
        )
        st.download_button(
            "FHIR report",
            lambda: diagnostic_report(export),
            file_name=f"{stem}-report.json",
            mime="application/fhir+json",
            key=f"{key}-fhir",
            on_click="ignore",
            icon=":material/clinical_notes:",
            help="A DiagnosticReport of FHIR R4, for a hospital's information system.",
        )


def report_context(reading: Reading, warnings: tuple[str, ...], origin: str) -> Context:
    """Return what a report states beside the reading, by the policy in force."""
    policy, test = policy_in_force(), load_scores("test")
    decimals = decimals_apart(reading.probability, *policy.thresholds)
    return Context(
        card=load_card(),
        policy=policy,
        finding=policy.finding(reading),
        warnings=warnings,
        test=operating_points(test.labels, test.probabilities).referral(policy.low, policy.high),
        time=time_of_reading(reading.digest, reading.model_version),
        origin=origin,
        worth="" if reading.warnings else similar_scores(reading.probability, policy, decimals),
    )


@st.cache_data(max_entries=1024, scope="session", show_spinner=False)
def time_of_reading(digest: str, model_version: str) -> datetime:
    """Return when this session first showed a reading, UTC: a reading that is downloaded twice was read once."""
    return datetime.now(UTC).replace(microsecond=0)
