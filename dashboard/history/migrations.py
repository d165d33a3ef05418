"""The schema of the history, as numbered steps; opening a database takes those that it lacks.

A list of functions and a table of the steps taken, not Alembic: a handful of steps that only ever go up, one
transaction each way, and no ini file, environment module or templates to ship. The steps compile for SQLite and
PostgreSQL alike. A step that has shipped is never changed; a new one is appended.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    func,
    insert,
    inspect,
    select,
)

from dashboard.history.database import UnusableDatabase

Step = Callable[[Connection], None]

SCHEMA_VERSION = Table(
    "schema_version",
    MetaData(),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("taken", DateTime, nullable=False),
)
LOCK = 0x4C756E67
"""PostgreSQL's advisory lock of the upgrade: any number that no other program uses."""


def readings_table(connection: Connection) -> None:
    """Step 1: a row a reading, linked to the row that it corrects."""
    Table(
        "readings",
        MetaData(),
        Column("id", Integer, Identity(), primary_key=True),
        Column("time", DateTime, nullable=False, index=True),
        Column("digest", String(64), CheckConstraint("length(digest) = 64"), nullable=False, index=True),
        Column("frame", Integer, CheckConstraint("frame >= 1"), nullable=False),
        Column("model_version", String(64), nullable=False),
        Column("network", String(64), CheckConstraint("length(network) = 64"), nullable=False),
        Column("threshold", Float(53), CheckConstraint("threshold BETWEEN 0 AND 1"), nullable=False),
        Column("policy", String(64), nullable=False),
        Column("probability", Float(53), CheckConstraint("probability BETWEEN 0 AND 1"), nullable=False),
        Column("p_value", Float(53), CheckConstraint("p_value BETWEEN 0 AND 1"), nullable=False),
        Column("finding", String(16), nullable=False),
        Column("warnings", Text, nullable=False),
        Column("word", String(16), CheckConstraint("word IN ('normal', 'pneumonia', 'unsure')")),
        # 0 or 1, not a Boolean: SQLite has none, and the check below reads the same in both.
        Column("reader_first", Integer, CheckConstraint("reader_first IN (0, 1)"), nullable=False),
        Column("comment", Text, nullable=False),
        # Unique: of two corrections of one row neither would be the current one.
        Column("corrects", Integer, ForeignKey("readings.id"), unique=True),
        CheckConstraint("corrects <> id"),
        CheckConstraint("finding IN ('pneumonia', 'normal', 'review')"),
        CheckConstraint("reader_first = 0 OR word IS NOT NULL"),
        # A number once given is never given again, even if somebody forces a row out of the file.
        sqlite_autoincrement=True,
    ).create(connection)


def append_only(connection: Connection) -> None:
    """Step 2: the database itself refuses to change or to remove a row."""
    for statement in APPEND_ONLY[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def lower_threshold(connection: Connection) -> None:
    """Step 3: the lower of a policy's two thresholds, which none of the readings before had."""
    number = Float(53).compile(connection.dialect)
    connection.exec_driver_sql(
        f"ALTER TABLE readings ADD COLUMN lower_threshold {number} CHECK (lower_threshold BETWEEN 0 AND threshold)"
    )


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

STEPS: tuple[Step, ...] = (readings_table, append_only, lower_threshold)


def version(connection: Connection) -> int:
    """The number of the last step taken, 0 in an empty database."""
    if not inspect(connection).has_table(SCHEMA_VERSION.name):
        return 0
    return connection.scalar(select(func.max(SCHEMA_VERSION.c.version))) or 0


def upgrade(connection: Connection, steps: Sequence[Step] = STEPS) -> None:
    """Take the steps that the database lacks, within the connection's transaction: all of them or none.

    Raises:
        UnusableDatabase: the database has taken steps that this version of Lungfield does not know.
    """
    _one_at_a_time(connection)
    taken = version(connection)
    if taken > len(steps):
        raise UnusableDatabase(
            f"The history at {connection.engine.url.render_as_string()} has schema version {taken}; expected "
            f"at most {len(steps)}. A newer Lungfield wrote it: open it with that one, or name another database."
        )
    SCHEMA_VERSION.create(connection, checkfirst=True)
    for number, step in enumerate(steps[taken:], taken + 1):
        step(connection)
        now = datetime.now(UTC).replace(tzinfo=None)
        connection.execute(insert(SCHEMA_VERSION).values(version=number, taken=now))


def _one_at_a_time(connection: Connection) -> None:
    """SQLite's writers are so already."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
