"""The audit: rows that are only ever inserted."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from dashboard.audit.csv_file import audit_csv
from dashboard.audit.store import LONGEST, Audit, AuditSearch, PersonsRecorder, open_audit
from dashboard.history import migrations
from dashboard.history.database import UnusableDatabase, open_engine, write_transaction
from dashboard.shared.observability.activity import Action

DIGEST = "0" * 64


@pytest.fixture
def audit(own_history: str) -> Audit:
    return open_audit(own_history)


def test_an_action_is_kept_with_its_person_and_moment(audit: Audit, own_history: str) -> None:
    PersonsRecorder(audit, "5f2c", "Rita Reader").record(Action.READ, "frame 2", DIGEST)
    (entry,) = open_audit(own_history).entries()
    assert (entry.login, entry.name, entry.action) == ("5f2c", "Rita Reader", Action.READ)
    assert (entry.what, entry.digest) == ("frame 2", DIGEST)
    assert timedelta(0) <= datetime.now(UTC) - entry.time < timedelta(minutes=1)


def test_the_latest_come_first_by_person_and_kind(audit: Audit) -> None:
    for name, action in (("Rita", Action.LOGGED_IN), ("Stan", Action.REFUSED), ("Rita", Action.SAVED)):
        audit.record(name.lower(), name, action)
    assert [entry.action for entry in audit.entries()] == ["saved", "was refused", "logged in"]
    assert [entry.action for entry in audit.entries(AuditSearch(name="Rita"))] == ["saved", "logged in"]
    assert [entry.name for entry in audit.entries(AuditSearch(action=Action.REFUSED))] == ["Stan"]
    assert [entry.action for entry in audit.entries(most=1)] == ["saved"]
    assert audit.names() == ["Rita", "Stan"]


def test_days_are_counted_in_utc_and_both_included(audit: Audit) -> None:
    audit.record("rita", "Rita", Action.READ)
    today = datetime.now(UTC).date()
    day = timedelta(days=1)
    assert audit.count(AuditSearch(since=today, until=today)) == 1
    assert audit.count(AuditSearch(since=today + day)) == audit.count(AuditSearch(until=today - day)) == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET name = 'Nobody'",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit VALUES (1, '2026-01-01 00:00:00', '', 'Nobody', 'read', '', '')",
    ],
)
def test_the_database_itself_refuses_to_change_or_remove_a_row(
    audit: Audit, own_history: str, statement: str
) -> None:
    audit.record("rita", "Rita", Action.READ)
    with (
        pytest.raises(UnusableDatabase, match=migrations.AUDIT_REFUSAL),
        write_transaction(open_engine(own_history)) as connection,
    ):
        connection.execute(text(statement))
    # By any other program too.
    with (
        sqlite3.connect(own_history.removeprefix("sqlite:///")) as other,
        pytest.raises(sqlite3.IntegrityError, match=migrations.AUDIT_REFUSAL),
    ):
        other.execute(statement)
    assert [entry.name for entry in audit.entries()] == ["Rita"]


def test_what_is_too_long_is_cut_and_no_name_becomes_a_formula(audit: Audit) -> None:
    audit.record("rita\0", "=" * 1000, Action.READ, "x" * 1000)
    (entry,) = audit.entries()
    assert entry.login == "rita" and len(entry.what) == LONGEST
    header, row, *_ = audit_csv([entry]).decode("utf-8-sig").splitlines()
    assert header == "id,time,login,name,action,what,digest"
    assert row.split(",")[3].startswith("'=")
