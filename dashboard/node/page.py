"""Node: what the DICOM node has received and not answered yet, and why; no patient is named."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from dashboard.node.configuration import VARIABLE, Configuration, InvalidConfiguration, load_configuration
from dashboard.node.spool import UnusableSpool
from dashboard.node.status import Status, read_status
from dashboard.shared.elements.note import draw_note
from dashboard.shared.elements.wide_table import draw_wide_table
from dashboard.shared.formatting import escape_markdown, format_count

REFRESH_SECONDS = 5


def main() -> None:
    """Draw the page, anew every few seconds."""
    st.title("Node")
    try:
        configuration = load_configuration(Path(os.environ[VARIABLE]))
    except InvalidConfiguration as problem:
        st.error(escape_markdown(str(problem)), icon=":material/block:")
        return
    draw_current(configuration)


@st.fragment(run_every=REFRESH_SECONDS)
def draw_current(configuration: Configuration) -> None:
    """Draw what the spool holds now."""
    try:
        status = read_status(configuration.spool)
    except UnusableSpool as problem:
        st.error(escape_markdown(str(problem)), icon=":material/database_off:")
        return
    draw_archive(status, configuration)
    if status.full_disk:
        st.error(escape_markdown(status.full_disk), icon=":material/hard_drive:")
    draw_counts(status)
    if status.problems:
        st.header("What holds them up")
        rows = [{"Reason": reason, "Radiographs": f"{count:,}"} for reason, count in status.problems.items()]
        draw_wide_table(rows, "Reasons why radiographs are not answered")
    if status.failed:
        draw_note(
            "A failed radiograph stays in the spool until its sender sends it again, or until someone runs "
            "lungfield node retry or lungfield node discard."
        )


def draw_archive(status: Status, configuration: Configuration) -> None:
    """Draw whether answers reach the archive."""
    if configuration.shadow:
        st.info(
            "Shadow mode: radiographs are read, nothing is sent. Results are on the page History.",
            icon=":material/visibility_off:",
        )
    if outage := status.outage:
        st.warning(
            escape_markdown(
                f"The archive has taken no answer since {format_moment(outage.since)} "
                f"({format_count(outage.attempts, 'attempt')}): {outage.problem} Everything is kept; next attempt "
                f"at {format_moment(outage.next)}."
            ),
            icon=":material/cloud_off:",
        )


def draw_counts(status: Status) -> None:
    """Draw how many radiographs wait, failed and were answered."""
    with st.container(horizontal=True):
        st.metric("Waiting", f"{status.waiting:,}", border=True)
        st.metric("Oldest waits", format_wait(status), border=True)
        st.metric("Failed", f"{status.failed:,}", border=True)
        st.metric("Answered in 24 hours", f"{status.answered:,}", border=True)


def format_wait(status: Status, now: float | None = None) -> str:
    """Return for how long the oldest radiograph has waited, a dash where none does."""
    if status.oldest is None:
        return "-"
    minutes = int(((time.time() if now is None else now) - status.oldest) / 60)
    if minutes < 1:
        return "under 1 min"
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"


def format_moment(moment: float) -> str:
    """Format a time, in seconds since 1970: ``4 March 2026, 05:06 UTC``."""
    stated = datetime.fromtimestamp(moment, UTC)
    return f"{stated.day} {stated:%B %Y, %H:%M} UTC"


if __name__ == "__main__":
    main()
