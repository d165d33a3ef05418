"""The worklist's rows: the finding of each, the order in which they stand, and the same as a CSV file."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from dashboard.shared.csv_files import csv_bytes, defuse_formula
from dashboard.worklist.queue import Entry
from model.network.classifier import Reading
from model.network.finding import Finding
from model.network.score_table import COLUMNS, ScoreRow, reading_columns, score_row

HIDDEN, UNREADABLE = "hidden", "unreadable"
FIRST = (HIDDEN, Finding.REVIEW)
"""Groups above those that the model decides: a person has to look at each of them."""


class Row(NamedTuple):
    """An entry and its group: its finding, or ``HIDDEN`` or ``UNREADABLE``."""

    entry: Entry
    group: str

    @property
    def shown(self) -> Reading | None:
        """The reading, unless it must not be seen."""
        return None if self.group == HIDDEN else self.entry.reading

    @property
    def figure(self) -> float | None:
        """The probability, 0 to 1, where it may be shown: not of a reading that is not to be trusted."""
        return self.shown.probability if self.shown and self.group != Finding.REVIEW else None


def ordered(
    entries: Iterable[Entry], finding_of: Callable[[Reading], Finding], is_hidden: Callable[[Reading, int], bool]
) -> list[Row]:
    """Sort the entries as they are to be looked at.

    First those whose result waits for the reader's own finding, as they came: their place must not tell it. Then
    those that the model refuses, for nobody else reads them, and those that it decides, both falling by
    probability. Last the files that are no radiograph.

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
    probability = row.shown.probability if row.shown else 0.0
    if row.group == UNREADABLE:
        return len(FIRST) + 1, probability
    return FIRST.index(row.group) if row.group in FIRST else len(FIRST), -probability


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
