"""The worklist's rows: the finding of each, the order in which they stand, and the same as a CSV file."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from dashboard.shared.csv_files import csv_bytes, defuse_formula
from dashboard.worklist.queue import Entry
from model.network.classifier import Reading
from model.network.finding import Finding
from model.network.score_table import COLUMNS, ScoreRow, reading_columns, score_row

HIDDEN, UNREADABLE = "hidden", "unreadable"
LAST = (Finding.REVIEW, UNREADABLE)
"""Groups that stand apart, below those that the model decides."""


class Row(NamedTuple):
    """An entry and its group: its finding, or ``HIDDEN`` or ``UNREADABLE``."""

    entry: Entry
    group: str

    @property
    def shown(self) -> Reading | None:
        """The reading, unless it must not be seen."""
        return None if self.group == HIDDEN else self.entry.reading


def ordered(
    entries: Iterable[Entry], finding_of: Callable[[Reading], Finding], is_hidden: Callable[[Reading, int], bool]
) -> list[Row]:
    """Sort the entries as they are to be looked at.

    First those whose result waits for the reader's own finding, as they came: their place must not tell it. Then
    falling by probability. Below, apart: those not to be trusted, in the same order, and those not read.

    Args:
        entries: in the order in which they came.
        finding_of: decides a reading.
        is_hidden: whether the result of a reading of a frame must not be seen yet.
    """

    def group(entry: Entry) -> str:
        if entry.reading is None:
            return UNREADABLE
        return HIDDEN if is_hidden(entry.reading, entry.frame) else finding_of(entry.reading)

    return sorted((Row(entry, group(entry)) for entry in entries), key=_place)


def _place(row: Row) -> tuple[int, float]:
    if row.shown is None:
        return (0 if row.group == HIDDEN else 1 + len(LAST), 0.0)
    return (2 + LAST.index(row.group) if row.group in LAST else 1, -row.shown.probability)


def worklist_csv(rows: Iterable[Row], model_version: str) -> bytes:
    """Return the rows as CSV in the columns of ``python -m model.score``; the finding is the row's group.

    So ``doubtful`` and ``between`` are findings too, and no likely pneumonia is filed as normal. Of a result that
    must not be seen yet, file and frame alone. No name can become a formula.
    """
    return csv_bytes(COLUMNS, (_line(row, model_version).values() for row in rows))


def _line(row: Row, model_version: str) -> ScoreRow:
    line = score_row(defuse_formula(row.entry.name), model_version)
    if row.group == UNREADABLE:
        return line | {"error": defuse_formula(row.entry.problem)}
    if row.shown is None:
        return line | {"frame": str(row.entry.frame)}
    return line | reading_columns(row.shown, row.entry.frame, Finding(row.group))
