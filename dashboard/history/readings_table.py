"""The table of readings, and the same as a CSV file."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard.history.csv_file import history_csv
from dashboard.history.keep_form import READER_FINDING_TITLES
from dashboard.history.store import KeptReading
from dashboard.shared.csv_files import defuse_formula
from dashboard.shared.findings import FINDINGS
from dashboard.shared.formatting import decimals_apart, format_count, format_probability, format_thresholds
from dashboard.shared.markup import render
from dashboard.shared.resources import load_card
from model.network.finding import doubted
from model.network.policy import policy_title


def draw_readings(rows: Sequence[KeptReading]) -> None:
    """Draw the table, its number of rows and the download."""
    st.dataframe(
        [table_row(row) for row in rows],
        hide_index=True,
        key="readings",
        column_config={
            "Time": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm"),
            "p of H0": st.column_config.NumberColumn(format="%.3f"),
            "File": st.column_config.TextColumn(width="small"),
        },
    )
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.html(render("shared/note.html", text=format_count(len(rows), "reading"), test_id="found"))
        st.download_button(
            "Download these readings",
            # Made when it is asked for: of many thousand readings it takes a second.
            lambda: history_csv(rows),
            "lungfield_history.csv",
            "text/csv",
            icon=":material/download:",
        )


def table_row(row: KeptReading) -> dict[str, Any]:
    """Return a row's cells by the titles of their columns."""
    decimals = decimals_apart(row.probability, row.lower_threshold, row.threshold)
    return {
        "Number": row.id,
        "Time": row.time.replace(tzinfo=None),
        "Model": FINDINGS[doubted(row.finding, row.probability)].short,
        "Reader": READER_FINDING_TITLES.get(row.reader_finding or "", ""),
        "Reader first": bool(row.reader_first),
        "Probability": format_probability(row.probability, decimals),
        "p of H0": row.p_value,
        "Threshold": format_thresholds(row.lower_threshold, row.threshold, decimals=decimals),
        "Policy": policy_title(row.policy, load_card().target_recall),
        "Warnings": row.warnings,
        # The table has its own way out to a spreadsheet.
        "Comment": defuse_formula(row.comment),
        "Corrects": row.corrects,
        "File": row.digest[:12],
        "Frame": row.frame,
        "Version": row.model_version,
    }
