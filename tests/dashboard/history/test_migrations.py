"""The schema's steps: what they make, that they are taken once, and that no row can be changed or removed."""

from dataclasses import asdict

import pytest
from sqlalchemy import Connection, Engine, create_mock_engine, inspect, text
from sqlalchemy.dialects import postgresql

from dashboard.history import migrations
from dashboard.history.database import UnusableDatabase, open_engine, read_transaction, write_transaction
from dashboard.history.store import KeptReading, open_history
from tests.readings import RESULT, result


@pytest.fixture
def engine(own_history: str) -> Engine:
    """Of a history with one reading and its correction."""
    history = open_history(own_history)
    history.correct(history.record(RESULT, reader_finding="normal"), reader_finding="pneumonia", comment="")
    return open_engine(own_history)


def test_the_schema_is_what_the_history_reads(engine: Engine) -> None:
    made = {column["name"]: column["nullable"] for column in inspect(engine).get_columns("readings")}
    assert made == {column.name: bool(column.nullable) for column in KeptReading.__table__.columns}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE readings SET word = 'unsure' WHERE id = 1",
        "DELETE FROM readings WHERE id = 2",
        "INSERT OR REPLACE INTO readings SELECT * FROM readings WHERE id = 1",
        "INSERT INTO readings SELECT * FROM readings WHERE id = 1 ON CONFLICT (id) DO UPDATE SET word = 'unsure'",
    ],
)
def test_the_database_itself_refuses_to_change_a_row(engine: Engine, statement: str) -> None:
    refusal = "a kept reading is never changed or removed; correct it with a new row"
    with pytest.raises(UnusableDatabase, match=refusal), write_transaction(engine) as connection:
        connection.execute(text(statement))
    with read_transaction(engine) as connection:
        assert connection.execute(text("SELECT id, word FROM readings")).all() == [(1, "normal"), (2, "pneumonia")]


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ("corrects = 9", "FOREIGN KEY"),
        ("corrects = 3", "CHECK constraint failed: corrects <> id"),
        ("corrects = 1", "never changed or removed"),
        ("probability = 1.5", "CHECK constraint failed: probability"),
        ("word = 'ill'", "CHECK constraint failed: word"),
        ("lower_threshold = 0.91", "CHECK constraint failed: lower_threshold"),
        (f"reader = '{65 * 'a'}'", r"CHECK constraint failed: length\(reader\) <= 64"),
        ("finding = 'doubtful'", "CHECK constraint failed: finding"),
        ("word = NULL, reader_first = 1", "CHECK constraint failed: reader_first = 0 OR word"),
    ],
)
def test_the_database_itself_refuses_a_senseless_row(engine: Engine, changed: str, refusal: str) -> None:
    values = dict(part.split(" = ") for part in changed.split(", "))
    columns = [column.name for column in KeptReading.__table__.columns]
    values = {"id": "3", "corrects": "NULL"} | values
    row = ", ".join(values.get(name, name) for name in columns)
    with pytest.raises(UnusableDatabase, match=refusal), write_transaction(engine) as connection:
        connection.execute(text(f"INSERT INTO readings SELECT {row} FROM readings WHERE id = 2"))


@pytest.mark.parametrize("taken", [1, 2, 3, 4, 5])
def test_an_older_history_is_brought_up_to_date_with_its_rows(own_history: str, taken: int) -> None:
    engine = open_engine(own_history)
    with write_transaction(engine) as connection:
        migrations.migrate(connection, migrations.STEPS[:taken])
        old = asdict(RESULT) | {"time": "2026-01-01 00:00:00.000000", "reader_first": 0, "comment": "an old one"}
        del old["lower_threshold"]
        if taken >= 4:
            old["reader"] = ""
        connection.execute(text(f"INSERT INTO readings ({', '.join(old)}) VALUES (:{', :'.join(old)})"), old)
    history = open_history(own_history)
    history.record(result(policy="band", lower_threshold=0.1), comment="a new one", reader="AK")
    assert [(row.comment, row.lower_threshold, row.reader) for row in history.readings()] == [
        ("a new one", 0.1, "AK"),
        ("an old one", None, ""),
    ]
    with read_transaction(engine) as connection:
        assert migrations.schema_version(connection) == len(migrations.STEPS)
    with pytest.raises(UnusableDatabase, match="never changed"), write_transaction(engine) as connection:
        connection.execute(text("DELETE FROM readings"))


def test_a_newer_history_is_left_alone(engine: Engine, own_history: str) -> None:
    with write_transaction(engine) as connection:
        connection.execute(text("INSERT INTO schema_version VALUES (6, '2030-01-01')"))
    with pytest.raises(
        UnusableDatabase, match=r"has schema version 6; expected at most 5\. A newer Lungfield wrote it"
    ):
        open_history(own_history)


def test_a_step_that_fails_leaves_the_history_as_it_was(engine: Engine) -> None:
    def half(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE half (done INTEGER)"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), write_transaction(engine) as connection:
        migrations.migrate(connection, (*migrations.STEPS, half))
    with read_transaction(engine) as connection:
        assert migrations.schema_version(connection) == len(migrations.STEPS)
        assert not inspect(connection).has_table("half")


def test_steps_are_taken_once(engine: Engine, own_history: str) -> None:
    open_history(own_history)
    with read_transaction(engine) as connection:
        assert connection.execute(text("SELECT version FROM schema_version")).scalars().all() == [1, 2, 3, 4, 5]


def test_the_tables_are_postgresqls_too() -> None:
    statements: list[str] = []

    mock = create_mock_engine(
        "postgresql://", lambda sql, *_: statements.append(str(sql.compile(dialect=postgresql.dialect())))
    )
    migrations.readings_table(mock)  # type: ignore[arg-type]
    table = statements[0]
    for part in (
        "id INTEGER GENERATED BY DEFAULT AS IDENTITY",
        "time TIMESTAMP WITHOUT TIME ZONE NOT NULL",
        "UNIQUE",
    ):
        assert part in table
    triggers = "; ".join(migrations.APPEND_ONLY["postgresql"] + migrations.AUDIT_APPEND_ONLY["postgresql"])
    for table in ("readings", "audit"):
        assert f"BEFORE UPDATE OR DELETE ON {table}" in triggers
        assert f"BEFORE TRUNCATE ON {table}" in triggers
