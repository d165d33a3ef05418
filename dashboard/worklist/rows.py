"""The worklist's rows: what each is called, in which order they stand, and the same as a CSV file."""

import io
from collections.abc import Callable, Iterable
from typing import NamedTuple

from dashboard.history.csv_file import harmless
from dashboard.worklist.queue import Entry
from model import score
from model.network.classifier import Reading
from model.network.finding import Finding

LAST = (Finding.REVIEW, "unreadable")
"""Groups that stand apart, below those that the model decides."""


class Row(NamedTuple):
    """An entry and its group: its finding's name, ``review`` among them; else ``hidden`` or ``unreadable``."""

    entry: Entry
    group: str

    @property
    def shown(self) -> Reading | None:
        """The reading, unless it must not be seen."""
        return None if self.group == "hidden" else self.entry.reading


def ordered(
    entries: Iterable[Entry], finding_of: Callable[[Reading], Finding], is_hidden: Callable[[Reading, int], bool]
) -> list[Row]:
    """The rows as they are to be looked at.

    First those whose result waits for the reader's word, as they came: their place must not tell it. Then
    falling by probability. Below, apart: those not to be trusted, in the same order, and those not read.

    Args:
        entries: in the order in which they came.
        finding_of: decides a reading.
        is_hidden: whether the result of a reading of a frame must not be seen yet.
    """
    rows = []
    for entry in entries:
        if entry.reading is None:
            rows.append(Row(entry, "unreadable"))
        else:
            hidden = is_hidden(entry.reading, entry.frame)
            rows.append(Row(entry, "hidden" if hidden else finding_of(entry.reading)))
    return sorted(rows, key=_place)


def _place(row: Row) -> tuple[int, float]:
    if row.shown is None:
        return (0 if row.group == "hidden" else 1 + len(LAST), 0.0)
    return (2 + LAST.index(row.group) if row.group in LAST else 1, -row.shown.probability)


def csv_file(rows: Iterable[Row], model_version: str) -> bytes:
    """The rows in the columns of ``python -m model.score``; the finding is the row's group.

    So ``doubtful`` and ``between`` are findings too, and no likely pneumonia is filed as normal. Of a result that
    must not be seen yet, file and frame alone. UTF-8 with the byte order mark that spreadsheets look for; no name
    can become a formula.
    """
    out = io.StringIO()
    score.write((_line(row, model_version) for row in rows), out, "csv")
    return out.getvalue().encode("utf-8-sig")


def _line(row: Row, model_version: str) -> score.Row:
    line = score.blank(harmless(row.entry.name), model_version)
    if row.group == "unreadable":
        return line | {"error": harmless(row.entry.problem)}
    if row.shown is None:
        return line | {"frame": str(row.entry.frame)}
    return line | score.columns(row.shown, row.entry.frame, row.group)
