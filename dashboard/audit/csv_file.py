"""The audit as a CSV file: a row for each action, every column of its table."""

from collections.abc import Iterable

from dashboard.audit.store import AuditEntry
from dashboard.shared.csv_files import csv_bytes, defuse_formula

COLUMNS = ("id", "time", "login", "name", "action", "what", "digest")


def audit_csv(entries: Iterable[AuditEntry]) -> bytes:
    """Return actions as CSV in UTF-8; times are ISO 8601, UTC, and no name can become a formula."""
    return csv_bytes(COLUMNS, map(_row, entries))


def _row(entry: AuditEntry) -> tuple[object, ...]:
    texts = (entry.login, entry.name, entry.action, entry.what, entry.digest)
    return (entry.id, entry.time.isoformat(timespec="milliseconds"), *map(defuse_formula, texts))
