"""Audit: who did what and when; no patient and no file is named."""

import streamlit as st

from dashboard.audit.csv_file import audit_csv
from dashboard.audit.load_audit import load_audit
from dashboard.audit.store import Audit, AuditEntry, AuditSearch
from dashboard.history.database import UnusableDatabase
from dashboard.shared.elements.note import draw_note
from dashboard.shared.formatting import escape_markdown, format_count
from dashboard.shared.observability.activity import Action, recorded

SHOWN = 1000
"""Actions on the page; the file holds all."""


def main() -> None:
    """Draw the page."""
    st.title("Audit")
    try:
        audit = load_audit()
        draw_entries(audit, search_ui(audit))
    except UnusableDatabase as problem:
        st.error(escape_markdown(str(problem)), icon=":material/database_off:")


def search_ui(audit: Audit) -> AuditSearch:
    """Draw the fields of the search and return it."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="audit-search"):
        return AuditSearch(
            name=st.selectbox("Who", audit.names(), index=None, placeholder="Anybody", key="audit-name", width=240),
            action=st.selectbox(
                "Action",
                list(Action),
                index=None,
                placeholder="Any",
                format_func=lambda action: action.value.capitalize(),
                key="audit-action",
                width=180,
            ),
            since=st.date_input("From", value=None, key="audit-since", width=140),
            until=st.date_input("To", value=None, key="audit-until", width=140),
        )


def draw_entries(audit: Audit, search: AuditSearch) -> None:
    """Draw the latest actions that a search asks for, how many there are, and their download."""
    if not (count := audit.count(search)):
        st.info("No action of this kind.", icon=":material/search_off:")
        return
    st.dataframe(
        [table_row(entry) for entry in audit.entries(search, SHOWN)],
        hide_index=True,
        column_config={
            "Time (UTC)": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm:ss"),
            "File (SHA-256)": st.column_config.TextColumn(width="small"),
        },
    )
    shown = "" if count <= SHOWN else f", the latest {SHOWN:,} of them above"
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        draw_note(f"{format_count(count, 'action')}{shown}", test_id="audit-count")
        st.download_button(
            "Download these actions",
            recorded("audit (CSV)", lambda: audit_csv(audit.entries(search))),
            "lungfield_audit.csv",
            "text/csv",
            on_click="ignore",
            icon=":material/download:",
        )
    draw_note(
        "Kept from login to logout, in the history's database, which refuses to change or to remove a row. A file "
        "is known by its digest, a reading by its number on the page History."
    )


def table_row(entry: AuditEntry) -> dict[str, object]:
    """Return an entry's cells by the titles of their columns."""
    return {
        "Time (UTC)": entry.time.replace(tzinfo=None),
        "Who": entry.name or entry.login,
        "Action": entry.action.capitalize(),
        "What": entry.what,
        "File (SHA-256)": entry.digest,
    }


if __name__ == "__main__":
    main()
