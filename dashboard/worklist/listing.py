"""The list as the session sees it: its rows by the policy in force, and each as the table shows it."""

from collections.abc import Iterable
from dataclasses import replace

from dashboard.reading.age_question import as_answered
from dashboard.reading.reader_first import is_hidden
from dashboard.reading.warning_text import WARNINGS
from dashboard.shared import session
from dashboard.shared.findings import FINDINGS
from dashboard.shared.formatting import decimals_apart, format_probability
from dashboard.shared.policy import policy_in_force
from dashboard.worklist.queue import Entry, session_queue
from dashboard.worklist.rows import HIDDEN, UNREADABLE, Row, ordered
from dashboard.worklist.status import Status
from dashboard.worklist.table import TableRow
from model.network.classifier import Reading
from model.network.finding import Finding

GROUPS = {
    HIDDEN: "Waiting for your reading",
    Finding.REVIEW.value: FINDINGS[Finding.REVIEW].group,
    **{finding.value: shown.group for finding, shown in FINDINGS.items() if finding is not Finding.REVIEW},
    UNREADABLE: "Not read",
}
"""A title for each group of rows, in the order in which they stand."""


def listed_rows(entries: Iterable[Entry]) -> list[Row]:
    """Return the rows in the order in which they are to be looked at."""
    return ordered(
        map(as_listed, entries),
        finding_of=policy_in_force().finding,
        is_hidden=lambda reading, frame: is_hidden(reading.digest, frame),
    )


def as_listed(entry: Entry) -> Entry:
    """Return an entry with its reading as the reader's answer on the children's age leaves it."""
    if entry.reading is None:
        return entry
    return replace(entry, reading=as_answered(entry.reading, entry.gives_age))


def order_in_list() -> list[int]:
    """Return the rows that can be opened as they stand: by the reader's sorting, else by the list's own."""
    in_order = session.worklist_sorted.get()
    if in_order is not None:
        return list(in_order)
    rows = listed_rows(session_queue().progress().entries)
    return [row.entry.id for row in rows if row.group != UNREADABLE]


def table_row(row: Row, status: Status) -> TableRow:
    """Return a row as the table shows it."""
    entry, patient = row.entry, row.entry.patient
    return {
        "id": entry.id,
        "group": row.group,
        "name": entry.name,
        "detail": f"frame {entry.frame} of {entry.frames}" if entry.frames > 1 else "",
        "thumbnail": entry.thumbnail,
        "patient": patient.who if patient else "",
        "patient_detail": patient.details if patient else "",
        "study": patient.study_date if patient else "",
        "study_detail": patient.study_details if patient else "",
        "probability": shown_probability(row),
        "share": row.figure,
        "finding": GROUPS[row.group],
        "note": note(row),
        "status": status.title,
        "status_detail": status.detail,
        "status_rank": status.rank,
    }


def shown_probability(row: Row) -> str:
    """Return the probability as it is written, beside the thresholds in force; empty where it is not shown."""
    return "" if row.figure is None or not row.shown else format_probability(row.figure, decimals(row.shown))


def note(row: Row) -> str:
    """Return why a row was not read, or in short why it is not to be trusted."""
    warnings = row.shown.warnings if row.shown else ()
    return row.entry.problem or ". ".join(WARNINGS[code].title for code in warnings)


def decimals(reading: Reading) -> int:
    """Return how many decimals the probability is written with, beside the thresholds in force."""
    policy = policy_in_force()
    return decimals_apart(reading.probability, policy.lower, policy.high)
