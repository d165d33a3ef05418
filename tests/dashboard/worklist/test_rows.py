"""The worklist's rows: their order, what they must not tell yet, and their CSV file."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dashboard.worklist.queue import Entry
from dashboard.worklist.rows import Row, ordered, worklist_csv
from model.network.finding import Finding
from model.network.policy import own_policy
from model.network.score_table import COLUMNS
from tests.dashboard.reports.examples import reading


def entries(*probabilities: float | None) -> list[Entry]:
    """Return an entry for each; without a probability, unreadable."""
    return [
        Entry(number, number, 0, f"{number}.png", problem="bad")
        if probability is None
        else Entry(number, number, 0, f"{number}.png", reading=reading(probability, digest=f"{number:064x}"))
        for number, probability in enumerate(probabilities)
    ]


def rows(given: list[Entry], is_hidden: Callable[[Any, int], bool] = lambda *_: False) -> list[Row]:
    return ordered(given, own_policy(0.5).finding, is_hidden)


def test_refused_rows_stand_above_those_that_fall_by_probability_and_files_that_are_none_below() -> None:
    given = entries(0.2, None, 0.9, 0.99, 0.4, 0.6)
    for number, probability in ((3, 0.99), (5, 0.6)):
        given[number] = replace(given[number], reading=reading(probability, warnings=("age",)))
    assert [(row.entry.id, row.group) for row in rows(given)] == [
        (3, "review"),
        (5, "review"),
        (2, "pneumonia"),
        (4, "normal"),
        (0, "normal"),
        (1, "unreadable"),
    ]


def test_what_waits_for_a_word_stands_first_as_it_came_and_says_nothing() -> None:
    given = entries(0.2, 0.9, 0.4, 0.99)
    found = rows(given, lambda one, _: one.probability < 0.95)
    assert [(row.entry.id, row.group) for row in found] == [
        (0, "hidden"),
        (1, "hidden"),
        (2, "hidden"),
        (3, "pneumonia"),
    ]
    assert [row.shown is None for row in found] == [True, True, True, False]
    lines = list(csv.DictReader(io.StringIO(worklist_csv(found, "1.0.0").decode("utf-8-sig"))))
    assert [line["probability"] for line in lines] == ["", "", "", "0.9900000"]
    assert {line["finding"] + line["warnings"] + line["sha256"] for line in lines[:3]} == {""}


def test_the_csv_is_in_the_command_lines_columns_and_calls_rows_as_the_page_does() -> None:
    given = entries(0.6, None)
    given[0] = replace(given[0], name="=one.png", frame=2)
    text = worklist_csv(ordered(given, lambda _: Finding.DOUBTFUL, lambda *_: False), "1.0.0").decode("utf-8-sig")
    line, bad = csv.DictReader(io.StringIO(text))
    assert tuple(line) == COLUMNS
    assert line == {
        "file": "'=one.png",
        "frame": "2",
        "probability": "0.6000000",
        "finding": "doubtful",
        "warnings": "",
        "error": "",
        "sha256": f"{0:064x}",
        "model_version": "1.0.0",
    }
    assert (bad["file"], bad["error"], bad["finding"]) == ("1.png", "bad", "")
