"""The schema of the history, as numbered steps; opening a database takes those that it lacks.

A list of functions and a table of the steps taken, not Alembic: a handful of steps that only go up need no ini
file, environment module or templates. Each compiles for SQLite and PostgreSQL. A step that has shipped is never
changed; a new one is appended.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import sqlalchemy as sa

from dashboard.history.database import UnusableDatabase

Step = Callable[[sa.Connection], None]

SCHEMA_VERSION = sa.Table(
    "schema_version",
    sa.MetaData(),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("taken", sa.DateTime, nullable=False),
)
LOCK = 0x4C756E67
"""PostgreSQL's advisory lock of the migration: any number that no other program uses."""


def readings_table(connection: sa.Connection) -> None:
    """Make the table (step 1): a row for each reading, linked to the row that it corrects."""
    sa.Table(
        "readings",
        sa.MetaData(),
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("time", sa.DateTime, nullable=False, index=True),
        sa.Column("digest", sa.String(64), sa.CheckConstraint("length(digest) = 64"), nullable=False, index=True),
        sa.Column("frame", sa.Integer, sa.CheckConstraint("frame >= 1"), nullable=False),
        sa.Column("model_version", sa.String(64), nullable=False),
        sa.Column("network", sa.String(64), sa.CheckConstraint("length(network) = 64"), nullable=False),
        sa.Column("threshold", sa.Float(53), sa.CheckConstraint("threshold BETWEEN 0 AND 1"), nullable=False),
        sa.Column("policy", sa.String(64), nullable=False),
        sa.Column("probability", sa.Float(53), sa.CheckConstraint("probability BETWEEN 0 AND 1"), nullable=False),
        sa.Column("p_value", sa.Float(53), sa.CheckConstraint("p_value BETWEEN 0 AND 1"), nullable=False),
        sa.Column("finding", sa.String(16), nullable=False),
        sa.Column("warnings", sa.Text, nullable=False),
        sa.Column("word", sa.String(16), sa.CheckConstraint("word IN ('normal', 'pneumonia', 'unsure')")),
        # 0 or 1, not a Boolean: SQLite has none, and the check below reads the same in both.
        sa.Column("reader_first", sa.Integer, sa.CheckConstraint("reader_first IN (0, 1)"), nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        # Unique: of two corrections of one row neither would be the current one.
        sa.Column("corrects", sa.Integer, sa.ForeignKey("readings.id"), unique=True),
        sa.CheckConstraint("corrects <> id"),
        sa.CheckConstraint("finding IN ('pneumonia', 'normal', 'review')"),
        sa.CheckConstraint("reader_first = 0 OR word IS NOT NULL"),
        # A number once given is never given again, even if somebody forces a row out of the file.
        sqlite_autoincrement=True,
    ).create(connection)


def append_only(connection: sa.Connection) -> None:
    """Make the database itself refuse to change or to remove a row (step 2)."""
    for statement in APPEND_ONLY[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def lower_threshold(connection: sa.Connection) -> None:
    """Add the lower of a policy's two thresholds (step 3), which none of the readings before had."""
    number = sa.Float(53).compile(connection.dialect)
    connection.exec_driver_sql(
        f"ALTER TABLE readings ADD COLUMN lower_threshold {number} CHECK (lower_threshold BETWEEN 0 AND threshold)"
    )


def reader(connection: sa.Connection) -> None:
    """Add the name of the reader (step 4), empty for the readings before."""
    text = sa.String(64).compile(connection.dialect)
    connection.exec_driver_sql(
        f"ALTER TABLE readings ADD COLUMN reader {text} DEFAULT '' NOT NULL CHECK (length(reader) <= 64)"
    )


def audit(connection: sa.Connection) -> None:
    """Make the table of the audit (step 5), whose rows are never changed or removed either."""
    sa.Table(
        "audit",
        sa.MetaData(),
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("time", sa.DateTime, nullable=False, index=True),
        sa.Column("login", sa.String(255), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("what", sa.String(255), nullable=False),
        sa.Column("digest", sa.String(64), sa.CheckConstraint("length(digest) IN (0, 64)"), nullable=False),
        sqlite_autoincrement=True,
    ).create(connection)
    for statement in AUDIT_APPEND_ONLY[connection.dialect.name]:
        connection.exec_driver_sql(statement)


REFUSAL = "a kept reading is never changed or removed; correct it with a new row"
APPEND_ONLY = {
    "sqlite": (
        f"CREATE TRIGGER readings_no_update BEFORE UPDATE ON readings BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
        f"CREATE TRIGGER readings_no_delete BEFORE DELETE ON readings BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
        # INSERT OR REPLACE removes the old row without asking the trigger above.
        "CREATE TRIGGER readings_no_replace BEFORE INSERT ON readings "
        "WHEN EXISTS (SELECT 1 FROM readings WHERE id = NEW.id OR corrects = NEW.corrects) "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION readings_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$",
        "CREATE TRIGGER readings_no_change BEFORE UPDATE OR DELETE ON readings "
        "FOR EACH ROW EXECUTE FUNCTION readings_refuse()",
        "CREATE TRIGGER readings_no_truncate BEFORE TRUNCATE ON readings "
        "FOR EACH STATEMENT EXECUTE FUNCTION readings_refuse()",
    ),
}

AUDIT_REFUSAL = "a row of the audit is never changed or removed"
AUDIT_APPEND_ONLY = {
    "sqlite": (
        f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, '{AUDIT_REFUSAL}'); END",
        f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, '{AUDIT_REFUSAL}'); END",
        # INSERT OR REPLACE removes the old row without asking the trigger above.
        "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit "
        "WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id) "
        f"BEGIN SELECT RAISE(ABORT, '{AUDIT_REFUSAL}'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{AUDIT_REFUSAL}'; END $$",
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
        "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    ),
}

STEPS: tuple[Step, ...] = (readings_table, append_only, lower_threshold, reader, audit)


def schema_version(connection: sa.Connection) -> int:
    """Return the number of the last step taken, 0 in an empty database."""
    if not sa.inspect(connection).has_table(SCHEMA_VERSION.name):
        return 0
    return connection.scalar(sa.select(sa.func.max(SCHEMA_VERSION.c.version))) or 0


def migrate(connection: sa.Connection, steps: Sequence[Step] = STEPS) -> None:
    """Take the steps that the database lacks, within the connection's transaction: all of them or none.

    Raises:
        UnusableDatabase: the database has taken steps that this version of Lungfield does not know.
    """
    if connection.dialect.name == "postgresql":
        # One at a time, as SQLite's writers are anyway.
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
    taken = schema_version(connection)
    if taken > len(steps):
        raise UnusableDatabase(
            f"The history at {connection.engine.url.render_as_string()} has schema version {taken}; expected "
            f"at most {len(steps)}. A newer Lungfield wrote it: open it with that one, or name another database."
        )
    SCHEMA_VERSION.create(connection, checkfirst=True)
    for number, step in enumerate(steps[taken:], taken + 1):
        step(connection)
        now = datetime.now(UTC).replace(tzinfo=None)
        connection.execute(sa.insert(SCHEMA_VERSION).values(version=number, taken=now))
