"""The search in the history: fields above the table of readings."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard.history.keep_form import READER_FINDING_TITLES
from dashboard.history.store import NO_READER_FINDING, History, KeptReading, Search
from dashboard.shared.findings import FINDINGS
from model.network.finding import DECISIONS


def search_ui(history: History, every: Sequence[KeptReading]) -> list[KeptReading]:
    """Draw the fields of the search and return what it finds, latest first."""
    versions = sorted({row.model_version for row in every})
    with st.container(horizontal=True, vertical_alignment="bottom", key="history-search"):
        search = Search(
            digest=st.text_input("File's SHA-256 begins with", key="history-digest", max_chars=64, width=210),
            finding=choice_ui(
                "Model's finding", {finding: FINDINGS[finding].short for finding in DECISIONS}, "history-finding"
            ),
            reader_finding=choice_ui(
                "Reader's word", READER_FINDING_TITLES | {NO_READER_FINDING: "None given"}, "history-word"
            ),
            since=st.date_input("From", value=None, key="history-since", width=140),
            until=st.date_input("To", value=None, key="history-until", width=140),
            model_version=choice_ui("Model version", dict(zip(versions, versions, strict=True)), "history-version"),
            current=not st.toggle("Corrected ones too", key="history-superseded"),
        )
    return history.readings(search)


def choice_ui(label: str, titles: Mapping[str, str], key: str) -> str | None:
    """Ask for one of some titled values and return it, or None for any."""
    return st.selectbox(
        label, titles, index=None, placeholder="Any", format_func=titles.__getitem__, key=key, width=180
    )
