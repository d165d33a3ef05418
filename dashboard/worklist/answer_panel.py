"""Results sent to the archive, one radiograph's or the whole list's; drawn where an archive takes answers."""

import os
from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.history.store import ModelResult, model_result
from dashboard.node.answers import answer_of
from dashboard.node.archive.storage import ArchiveAway, ArchiveRefused
from dashboard.node.configuration import VARIABLE, Configuration, InvalidConfiguration, load_configuration
from dashboard.node.delivery import delivery
from dashboard.reading.warning_text import warning_sentences
from dashboard.reports.dicom import DicomExport, UnusableSource
from dashboard.reports.downloads import report_context
from dashboard.shared import session
from dashboard.shared.formatting import escape_markdown, format_count
from dashboard.shared.observability.activity import Action, record
from dashboard.shared.policy import policy_in_force
from dashboard.shared.resources import load_card
from dashboard.worklist.queue import Entry, session_queue
from model.io import dicom
from model.network.classifier import Reading

ORIGIN = "Read on Lungfield's page Worklist."


def answer_ui(entries: Sequence[Entry], key: str, place: DeltaGenerator) -> None:
    """Draw the button that sends results to the archive, those that were not sent before.

    Args:
        entries: whose results may be seen; files that are not DICOM have no place in an archive, and are left out.
        key: tells this button from others on the page.
        place: where it says what was not sent, and why.
    """
    configuration = answering_configuration()
    known = [(entry, entry.reading) for entry in entries if entry.reading and entry.patient]
    if configuration is None or not known:
        return
    waiting = [pair for pair in known if shown_result(*pair) not in session.worklist_sent.get()]
    pressed = st.button(
        f"Send {format_count(len(waiting), 'result')} to the archive" if waiting else "Sent to the archive",
        key=key,
        icon=f":material/{'cloud_upload' if waiting else 'cloud_done'}:",
        disabled=not waiting,
        help="As decided on this page, with the patient's identity, in the forms that the node answers in.",
    )
    if not pressed:
        return
    try:
        with st.spinner("Sending"):
            problems = send(waiting, configuration)
    except (ArchiveAway, InvalidConfiguration) as problem:
        place.error(escape_markdown(str(problem)), icon=":material/cloud_off:")
        return
    if problems:
        place.error(escape_markdown("\n\n".join(problems)), icon=":material/block:")
    else:
        st.rerun()


def answering_configuration() -> Configuration | None:
    """Return the node's configuration where its archive takes answers; what is wrong with it is told elsewhere."""
    if not (file := os.environ.get(VARIABLE)):
        return None
    try:
        configuration = load_configuration(Path(file))
    except InvalidConfiguration:
        return None
    return None if configuration.shadow else configuration


def send(readings: Sequence[tuple[Entry, Reading]], configuration: Configuration) -> list[str]:
    """Send the results of DICOM files to the archive, and return why some were not taken.

    Raises:
        ArchiveAway: it does not answer; those sent until then are marked as sent.
        InvalidConfiguration: the archive cannot be reached as it says.
        UnusableDatabase: who sent it cannot be kept; the result is not marked as sent, and may be sent again.
    """
    deliver = delivery(configuration)
    problems = []
    for entry, reading in readings:
        try:
            deliver(answer_of([shown_export(entry, reading)], configuration.reading.answers))
        except (ArchiveRefused, UnusableSource) as problem:
            problems.append(f"{entry.name}: {problem}")
        else:
            record(Action.SENT, "result", reading.digest)
            session.worklist_sent.get().add(shown_result(entry, reading))
    return problems


def shown_result(entry: Entry, reading: Reading) -> ModelResult:
    """Return a row's result as the page shows it: by the policy in force."""
    return model_result(reading, load_card(), policy_in_force(), entry.frame)


def shown_export(entry: Entry, reading: Reading) -> DicomExport:
    """Return what is sent of a row.

    Raises:
        UnusableSource: its header lacks a UID that an answer refers to.
    """
    scan, data = session_queue().decode(entry)
    context = report_context(reading, warning_sentences(reading, load_card().input_size), ORIGIN)
    source = dicom.parse(data, entry.name)
    return DicomExport(source, scan, reading, context, keep_identity=True, repeatable=True)
