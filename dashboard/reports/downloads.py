"""Buttons that download a reading as a PDF, DICOM objects or FHIR; each file is made when its button is pressed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import streamlit as st
from pydicom.dataset import Dataset

from dashboard.reports.context import Context
from dashboard.reports.dicom import DicomExport, UnusableSource
from dashboard.reports.fhir import diagnostic_report
from dashboard.reports.identity import Identity
from dashboard.reports.pdf import report_pdf
from dashboard.reports.secondary_capture import secondary_capture
from dashboard.reports.segmentation import segmentation
from dashboard.reports.structured_report import structured_report
from dashboard.shared import session
from dashboard.shared.formatting import decimals_apart
from dashboard.shared.observability.activity import recorded
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
    """Draw the buttons for the PDF, the DICOM objects and the FHIR report.

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
    named = ", patient named" if keep_identity else ""

    def offer(label: str, make: Callable[[], bytes], *rest: str) -> None:
        _offer(label, recorded(f"{label}{named}", make, scan.digest), *rest)

    with st.container(horizontal=True, gap="small"):
        pdf = partial(report_pdf, scan, reading, context, identity)
        offer("PDF report", pdf, f"{stem}.pdf", "application/pdf", f"{key}-pdf", "picture_as_pdf")
        try:
            export = DicomExport(source, scan, reading, context, keep_identity)
        except UnusableSource as problem:
            st.caption(str(problem))
            return
        offer(
            "DICOM picture",
            partial(secondary_capture, export),
            f"{stem}-heat-map.dcm",
            "application/dicom",
            f"{key}-capture",
            "image",
            "A Secondary Capture: the radiograph under the heat map.",
        )
        offer(
            "DICOM report",
            partial(structured_report, export),
            f"{stem}-report.dcm",
            "application/dicom",
            f"{key}-report",
            "data_object",
            "A Comprehensive 3D SR: finding, probability, threshold and algorithm, coded for machines.",
        )
        if source is not None:
            offer(
                "DICOM segmentation",
                partial(segmentation, export),
                f"{stem}-segmentation.dcm",
                "application/dicom",
                f"{key}-segmentation",
                "contrast",
                "Lungs and evidence, for a viewer to lay over the radiograph itself.",
            )
        offer(
            "FHIR report",
            partial(diagnostic_report, export),
            f"{stem}-report.json",
            "application/fhir+json",
            f"{key}-fhir",
            "clinical_notes",
            "A DiagnosticReport of FHIR R4, for a hospital's information system.",
        )


def _offer(
    label: str, make: Callable[[], bytes], file_name: str, mime: str, key: str, icon: str, explanation: str = ""
) -> None:
    """Draw a button whose file is made when it is pressed, and which runs the page no second time."""
    st.download_button(
        label,
        make,
        file_name=file_name,
        mime=mime,
        key=key,
        on_click="ignore",
        icon=f":material/{icon}:",
        help=explanation or None,
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
