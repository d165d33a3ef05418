"""The search in the history: its fields, the table of the readings found, and their download."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard.history.csv_file import history_csv
from dashboard.history.store import NO_READER_FINDING, READER_FINDINGS, History, KeptReading, Search
from dashboard.shared.csv_files import defuse_formula
from dashboard.shared.elements.note import draw_note
from dashboard.shared.findings import FINDINGS
from dashboard.shared.formatting import decimals_apart, format_count, format_probability, format_thresholds
from dashboard.shared.observability.activity import recorded
from dashboard.shared.resources import load_card
from model.network.finding import DECISIONS, doubted
from model.network.policy import policy_title


def search_ui(history: History, every: Sequence[KeptReading]) -> list[KeptReading]:
    """Draw the fields of the search and return what it finds, latest first."""
    findings = {finding.value: FINDINGS[finding].short for finding in DECISIONS}
    reader_findings = {finding: finding.capitalize() for finding in READER_FINDINGS}
    versions = {version: version for version in sorted({row.model_version for row in every})}
    with st.container(horizontal=True, vertical_alignment="bottom", key="history-search"):
        search = Search(
            digest=st.text_input("SHA-256 of the file", key="history-digest", max_chars=64, width=210),
            finding=choice_ui("Model's finding", findings, "history-finding"),
            reader_finding=choice_ui(
                "Reader's finding", reader_findings | {NO_READER_FINDING: "None given"}, "history-word"
            ),
            since=st.date_input("From", value=None, key="history-since", width=140),
            until=st.date_input("To", value=None, key="history-until", width=140),
            model_version=choice_ui("Model version", versions, "history-version"),
            current=not st.toggle("Show corrected ones too", key="history-superseded"),
        )
    return history.readings(search)


def choice_ui(label: str, titles: Mapping[str, str], key: str) -> str | None:
    """Ask for one of some titled values and return it, or None for any."""
    return st.selectbox(
        label, titles, index=None, placeholder="Any", format_func=titles.__getitem__, key=key, width=180
    )


def draw_readings(rows: Sequence[KeptReading]) -> KeptReading | None:
    """Draw the table, its number of rows and the download; return the reading whose row was chosen, if any."""
    chosen = st.dataframe(
        [table_row(row) for row in rows],
        hide_index=True,
        # Another search has other rows: what was chosen among those before is chosen no more.
        key=f"readings-{rows[0].id if rows else 0}-{len(rows)}",
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "Time": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm"),
            "p-value": st.column_config.NumberColumn(format="%.3f"),
            "File": st.column_config.TextColumn(width="small"),
        },
    ).selection.rows
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        draw_note(format_count(len(rows), "reading"), test_id="found")
        st.download_button(
            "Download these readings",
            # Made when it is asked for: of many thousand readings it takes a second.
            recorded("history (CSV)", lambda: history_csv(rows)),
            "lungfield_history.csv",
            "text/csv",
            on_click="ignore",
            icon=":material/download:",
        )
    return rows[chosen[0]] if chosen else None


def table_row(row: KeptReading) -> dict[str, Any]:
    """Return a row's cells by the titles of their columns."""
    decimals = decimals_apart(row.probability, row.lower_threshold, row.threshold)
    return {
        "Number": row.id,
        "Time": row.time.replace(tzinfo=None),
        "Model": FINDINGS[doubted(row.finding, row.probability)].short,
        "Reader": (row.reader_finding or "").capitalize(),
        "By": defuse_formula(row.reader),
        "Reader first": bool(row.reader_first),
        "Probability": format_probability(row.probability, decimals),
        "p-value": row.p_value,
        "Threshold": format_thresholds(row.lower_threshold, row.threshold, decimals=decimals),
        "Policy": policy_title(row.policy, load_card().target_recall),
        "Warnings": row.warnings,
        # The table has its own way out to a spreadsheet.
        "Comment": defuse_formula(row.comment),
        "Corrects": "" if row.corrects is None else str(row.corrects),
        "File": row.digest[:12],
        "Frame": row.frame,
        "Version": row.model_version,
    }
