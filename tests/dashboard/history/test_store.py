"""The history: what is kept, how it is corrected and found again, and that it survives what may come."""

import json
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest

from dashboard.history.database import UnusableDatabase
from dashboard.history.store import (
    History,
    InvalidReading,
    KeptReading,
    ModelResult,
    Search,
    model_result,
    open_history,
)
from model.network.card import load_card
from model.network.classifier import Reading
from model.network.policy import own_policy
from tests.readings import RESULT, result

ROOT = Path(__file__).resolve().parents[3]


def test_a_reading_comes_back_as_it_was_kept(history: History) -> None:
    moment = datetime(2026, 3, 1, 23, 30, tzinfo=timezone(timedelta(hours=-2)))
    number = history.record(RESULT, reader_finding="normal", reader_first=True, comment="Ünsure?", moment=moment)
    (row,) = history.readings()
    assert (row.id, row.result(), row.reader_finding, row.reader_first, row.comment) == (
        number,
        RESULT,
        "normal",
        1,
        "Ünsure?",
    )
    assert row.time == moment
    assert row.time.tzinfo is UTC
    assert row.corrects is None


def test_the_time_is_now_unless_given(history: History) -> None:
    before = datetime.now(UTC)
    history.record(RESULT)
    assert before <= history.readings()[0].time <= datetime.now(UTC)


def test_the_columns_hold_no_picture_and_no_name() -> None:
    columns = {column.key for column in KeptReading.__table__.columns}
    assert columns == {
        *ModelResult.__dataclass_fields__,
        "id",
        "time",
        "word",
        "reader_first",
        "comment",
        "corrects",
        "reader",
    }
    assert not any("name" in column or "pixel" in column for column in columns)


COLD = np.zeros((7, 7), np.float32)


def test_what_is_kept_of_a_reading() -> None:
    card = load_card()
    reading = Reading(
        0.99,
        0.5,
        np.zeros((7, 7), np.float32),
        np.zeros((8, 8), np.float32),
        ("view", "resolution"),
        "1.0.0",
        "c" * 64,
    )
    kept = model_result(reading, card, own_policy(0.9), frame=3)
    assert kept == result(
        digest="c" * 64,
        frame=3,
        network=card.files["pneumonia.keras"],
        policy="own",
        probability=0.99,
        p_value=0.5,
        finding="review",
        warnings="view;resolution",
    )


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"digest": "A" * 64}, "digest: expected 64 hexadecimal digits; received 'AAA"),
        ({"network": "b"}, "network: expected 64 hexadecimal digits; received 'b'."),
        ({"probability": 1.1}, "probability: expected 0 to 1; received 1.1."),
        ({"p_value": float("nan")}, "p_value: expected 0 to 1; received nan."),
        ({"lower_threshold": 0.95}, "lower_threshold: expected 0 to the threshold, 0.9; received 0.95."),
        ({"frame": 0}, "frame: expected 1 or more; received 0."),
        ({"finding": "doubtful"}, "finding: expected one of normal, pneumonia, review; received 'doubtful'."),
    ],
)
def test_a_senseless_result_is_refused(changed: dict, message: str) -> None:
    with pytest.raises(InvalidReading) as refusal:
        result(**changed)
    assert str(refusal.value).startswith(message)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            {"reader_finding": "ill"},
            "reader_finding: expected one of normal, pneumonia, unsure, or none; received 'ill'.",
        ),
        ({"reader_first": True}, "reader_finding: expected one given before the model's result; received none."),
        ({"comment": "x" * 2001}, "comment: expected at most 2000 characters; received 2001."),
    ],
)
def test_a_readers_part_that_cannot_be_is_refused(history: History, entry: dict, message: str) -> None:
    with pytest.raises(InvalidReading) as refusal:
        history.record(RESULT, **entry)
    assert str(refusal.value) == message
    assert history.readings() == []


def test_a_correction_is_a_new_row_and_takes_the_old_ones_place(history: History) -> None:
    first = history.record(RESULT, reader_finding="normal", reader_first=True, comment="a")
    second = history.correct(first, reader_finding="pneumonia", comment="b")
    third = history.correct(second, reader_finding="pneumonia", comment="c")
    assert [
        (row.id, row.reader_finding, row.comment, row.corrects) for row in history.readings(Search(current=False))
    ] == [
        (third, "pneumonia", "c", second),
        (second, "pneumonia", "b", first),
        (first, "normal", "a", None),
    ]
    (current,) = history.readings()
    assert current.id == third
    assert current.result() == RESULT


def test_a_changed_finding_is_no_longer_first_but_with_a_changed_comment_it_is(history: History) -> None:
    first = history.record(RESULT, reader_finding="normal", reader_first=True)
    second = history.correct(first, reader_finding="normal", comment="a better view")
    third = history.correct(second, reader_finding="unsure", comment="a better view")
    assert [row.reader_first for row in history.readings(Search(current=False))] == [0, 1, 1]
    assert third == history.readings()[0].id


def test_a_correction_that_cannot_be_is_refused(history: History) -> None:
    first = history.record(RESULT, reader_finding="normal")
    with pytest.raises(InvalidReading, match="Expected the number of a kept reading; there is no number 7"):
        history.correct(7, reader_finding=None, comment="")
    with pytest.raises(
        InvalidReading, match=r"Reading 1 says just that\. Expected another word or another comment"
    ):
        history.correct(first, reader_finding="normal", comment="")
    second = history.correct(first, reader_finding=None, comment="")
    with pytest.raises(InvalidReading, match=f"Reading 1 was corrected already, by {second}. Correct that one"):
        history.correct(first, reader_finding="unsure", comment="")
    assert len(history.readings(Search(current=False))) == 2


@pytest.mark.parametrize(
    ("search", "found"),
    [
        (Search(), "54321"),
        (Search(digest=" AB"), "21"),
        (Search(digest="%"), ""),
        (Search(finding="review"), "3"),
        (Search(reader_finding="unsure"), "2"),
        (Search(reader_finding="none"), "543"),
        (Search(model_version="2.0.0"), "4"),
        (Search(since=date(2026, 1, 2)), "5432"),
        (Search(until=date(2026, 1, 2)), "21"),
        (Search(since=date(2026, 1, 2), until=date(2026, 1, 2)), "2"),
        (Search(digest="ab", reader_finding="normal"), "1"),
    ],
)
def test_readings_are_found_again(history: History, search: Search, found: str) -> None:
    def at(day: int, hour: int) -> datetime:
        return datetime(2026, 1, day, hour, tzinfo=UTC)

    history.record(result(digest="ab" + "0" * 62), reader_finding="normal", moment=at(1, 23))
    history.record(result(digest="ab" + "1" * 62), reader_finding="unsure", moment=at(2, 0))
    history.record(result(finding="review"), moment=at(3, 1))
    history.record(result(model_version="2.0.0"), moment=at(4, 1))
    history.record(RESULT, moment=at(5, 1))
    assert "".join(str(row.id) for row in history.readings(search)) == found


# In processes of their own: what a SIGKILL leaves, and many who write at once.

WRITER = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from dashboard.history.store import open_history
from tests.readings import RESULT
history = open_history(sys.argv[1])
for number in range(int(sys.argv[2])):
    print(history.record(RESULT, comment=f"{{sys.argv[3]}} {{number}}"), flush=True)
"""


def writer(url: str, rows: int, name: str) -> subprocess.Popen[str]:
    """Return a process that keeps readings, and prints the number of each once it is confirmed."""
    return subprocess.Popen([sys.executable, "-c", WRITER, url, str(rows), name], stdout=subprocess.PIPE, text=True)


def integrity(file: Path) -> str:
    connection = sqlite3.connect(file)
    answer = json.dumps(connection.execute("PRAGMA integrity_check").fetchall())
    connection.close()
    return answer


@pytest.mark.slow
def test_every_confirmed_reading_survives_a_sigkill(own_history: str) -> None:
    confirmed: list[int] = []
    for killed_after in (1, 40, 110):
        process = writer(own_history, 500, "killed")
        assert process.stdout is not None
        confirmed += [int(process.stdout.readline()) for _ in range(killed_after)]
        process.send_signal(signal.SIGKILL)
        # What it had confirmed between the last line read and its end.
        confirmed += [int(line) for line in process.stdout.read().splitlines() if line]
        assert process.wait() == -signal.SIGKILL
        kept = [row.id for row in open_history(own_history).readings()]
        assert set(confirmed) <= set(kept)
        # At most the one whose number was not yet printed is there beyond those.
        assert len(kept) == len(set(kept)) <= len(confirmed) + 3
    assert integrity(Path(own_history.removeprefix("sqlite:///"))) == '[["ok"]]'
    assert len(confirmed) >= 151


@pytest.mark.slow
def test_many_may_open_and_write_a_new_history_at_once(own_history: str) -> None:
    processes = [writer(own_history, 50, name) for name in "abcd"]
    printed = [int(line) for process in processes for line in process.communicate()[0].split()]
    assert [process.returncode for process in processes] == [0] * 4
    rows = open_history(own_history).readings()
    assert sorted(printed) == sorted(row.id for row in rows) == list(range(1, 201))
    assert len({row.comment for row in rows}) == 200
    assert integrity(Path(own_history.removeprefix("sqlite:///"))) == '[["ok"]]'


DAMAGED = "is damaged: .*Expected it as it was kept. Restore it from a backup"


def edited(url: str, statement: str) -> None:
    """Change a history past its own rules, as damage does."""
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    connection.execute("PRAGMA ignore_check_constraints = ON")
    connection.execute("DROP TRIGGER readings_no_update")
    connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.mark.parametrize("change", ["finding = 'abc'", "threshold = 'abc'", "probability = 2", "frame = 0"])
def test_a_history_whose_rows_break_its_rules_is_not_opened(
    history: History, own_history: str, change: str
) -> None:
    history.record(RESULT)
    edited(own_history, f"UPDATE readings SET {change}")
    with pytest.raises(UnusableDatabase, match=DAMAGED):
        open_history(own_history)


@pytest.mark.parametrize("change", ["finding = 'abc'", "time = 'yesterday'", "time = 7"])
def test_a_reading_that_no_lungfield_wrote_is_refused(history: History, own_history: str, change: str) -> None:
    number = history.record(RESULT)
    edited(own_history, f"UPDATE readings SET {change}")
    with pytest.raises(UnusableDatabase, match=DAMAGED):
        history.readings()
    with pytest.raises(UnusableDatabase, match=DAMAGED):
        history.correct(number, reader_finding="normal", comment="")


def test_a_correction_of_a_damaged_reading_is_refused(history: History, own_history: str) -> None:
    number = history.record(RESULT)
    edited(own_history, "UPDATE readings SET threshold = 'abc'")
    with pytest.raises(UnusableDatabase, match=DAMAGED):
        history.correct(number, reader_finding="normal", comment="")


def test_the_readers_name_is_kept_and_a_long_one_refused(history: History) -> None:
    first = history.record(RESULT, reader_finding="normal", reader=" AK ")
    history.correct(first, reader_finding="unsure", comment="", reader="BL")
    assert [row.reader for row in history.readings(Search(current=False))] == ["BL", "AK"]
    with pytest.raises(InvalidReading, match="reader: expected at most 64 characters; received 65"):
        history.record(RESULT, reader=65 * "a")


def test_the_current_readings_of_some_files_are_found(history: History) -> None:
    for digest in ("a", "b", "c"):
        history.record(result(digest=64 * digest), reader_finding="normal")
    history.correct(1, reader_finding="unsure", comment="")
    found = history.of_files({64 * "a", 64 * "b", 64 * "d"})
    assert [(row.digest[0], row.reader_finding) for row in found] == [("a", "unsure"), ("b", "normal")]
    assert history.of_files(set()) == []
