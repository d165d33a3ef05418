"""Read labels and scores from a CSV as spreadsheets write them, and say what was read."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import numpy as np

from model.io.wording import quoted, reason

MOST_ROWS = 1_000_000
LABELS = {"0": 0, "1": 1, "0.0": 0, "1.0": 1, "normal": 0, "pneumonia": 1}
LABEL_COLUMNS, SCORE_COLUMNS = ("label", "truth", "class"), ("score", "probability", "prediction")
AGE_COLUMNS, SEX_COLUMNS = ("age", "age_years"), ("sex", "gender")
"""Columns that a file may have, for subgroups; a cell may be empty."""
SEXES = {"": "", "f": "female", "female": "female", "m": "male", "male": "male"}
OLDEST = 130
"""Years."""
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
"""Spreadsheets write semicolons where the decimal sign is a comma."""
SHOWN = 5
"""Rows of a file that are shown as they were read."""

_NUMBER = re.compile(r"[+-]?([0-9]+[.,]?[0-9]*|[.,][0-9]+)([eE][+-]?[0-9]+)?")


class UnusableScores(ValueError):
    """A file of scores or radiographs that cannot be used, with what was expected, what came, what to do."""


class ScoresCsv(NamedTuple):
    """What was read from a CSV.

    ``labels`` are int64, 0 or 1, ``scores`` float64, 0 to 1, both of shape (n,), from the columns that are named;
    ``lines`` are the numbers of their lines. ``separator`` is one of ``SEPARATORS``. ``ages`` are years, NaN where
    the cell is empty, ``sexes`` ``female``, ``male`` or empty, of that shape; None where there is no such column.
    """

    labels: np.ndarray
    scores: np.ndarray
    lines: np.ndarray
    label_column: str
    score_column: str
    separator: str
    decimal_comma: bool
    ages: np.ndarray | None = None
    sexes: np.ndarray | None = None


class _Row(NamedTuple):
    line: int
    cells: list[str]


def read_scores(data: bytes) -> ScoresCsv:
    """Read labels and scores from a CSV.

    Columns are separated by commas, semicolons or tabs, numbers have a decimal point or, where it cannot be taken
    for a separator, a decimal comma. Blank lines are passed over, and so are empty cells behind the last column.

    Raises:
        UnusableScores: no CSV, no such columns or several, too many rows, a row with cells that belong to no
            column, a label or a score that is none, one class alone.
    """
    text = _text(data)
    heading, separator = _heading(text)
    label, score = (_column(heading.cells, names) for names in (LABEL_COLUMNS, SCORE_COLUMNS))
    age, sex = (_optional_column(heading.cells, names) for names in (AGE_COLUMNS, SEX_COLUMNS))
    rows = _body(text, heading, separator)
    texts = [row.cells[score] for row in rows]
    labels = np.array([_label(row, label) for row in rows], np.int64)
    scores = np.array([_score(row, score) for row in rows])
    if len(np.unique(labels)) < 2:
        raise UnusableScores(
            f"Expected pneumonias (1) and normals (0); received {len(labels):,} rows that are all {labels[0]}. "
            f"Without both, a threshold costs nothing that can be counted."
        )
    return ScoresCsv(
        labels,
        scores,
        np.array([row.line for row in rows]),
        heading.cells[label],
        heading.cells[score],
        separator,
        any("," in text for text in texts),
        None if age is None else np.array([_age(row, age) for row in rows]),
        None if sex is None else np.array([_sex(row, sex) for row in rows]),
    )


def _text(data: bytes) -> str:
    """Decode a file in UTF-8 or UTF-16 with a byte order mark; in UTF-8, or a code page, without one."""
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Labels, scores and the names of their columns are the same letters in every code page.
        return data.decode("latin-1")


def _rows(text: str, separator: str) -> Iterator[_Row]:
    """Yield every line that is not blank, with its number in the file, from 1."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield _Row(begins, [cell.strip() for cell in cells])
            begins = reader.line_num + 1
    except csv.Error as problem:
        raise UnusableScores(
            f"Expected a CSV with a heading, such as label,score; line {begins} cannot be read "
            f"({reason(problem)}). Save it as CSV in UTF-8."
        ) from problem


def _heading(text: str) -> tuple[_Row, str]:
    """Return the first line that names columns, and the separator that parts most of what is looked for."""
    named = {*LABEL_COLUMNS, *SCORE_COLUMNS}
    first = {separator: _first_row(text, separator) for separator in SEPARATORS}
    separator = max(first, key=lambda one: sum(cell.lower() in named for cell in first[one].cells))
    return first[separator], separator


def _first_row(text: str, separator: str) -> _Row:
    for row in islice(_rows(text, separator), 2):
        # Some spreadsheets write, and look for, a first line that names the separator.
        if not re.fullmatch(r"sep=.?", separator.join(row.cells), re.IGNORECASE):
            return row
    raise UnusableScores(
        "Expected a CSV with a heading, such as label,score; received no line of text. Save it as CSV in UTF-8."
    )


def _column(heading: list[str], names: tuple[str, ...]) -> int:
    """Return which column has one of these names."""
    found = [number for number, cell in enumerate(heading) if cell.lower() in names]
    if not found:
        raise UnusableScores(
            f"Expected a column named {' or '.join(names)}; received {', '.join(heading[:8])}. "
            f"Name the columns in the first line, such as label,score."
        )
    if len(found) > 1:
        received = " and ".join(heading[number] for number in found)
        raise UnusableScores(
            f"Expected one column named {' or '.join(names)}; received {received}. "
            f"Leave the one that counts, and rename the others."
        )
    return found[0]


def _optional_column(heading: list[str], names: tuple[str, ...]) -> int | None:
    """Return which column has one of these names, or None; several are refused as ``_column`` does."""
    return _column(heading, names) if any(cell.lower() in names for cell in heading) else None


def _body(text: str, heading: _Row, separator: str) -> list[_Row]:
    """Return the rows below the heading, of as many cells as it has."""
    below = (row for row in _rows(text, separator) if row.line > heading.line)
    rows = [_fitted(row, len(heading.cells), separator) for row in islice(below, MOST_ROWS + 1)]
    if len(rows) > MOST_ROWS:
        raise UnusableScores(
            f"Expected at most {MOST_ROWS:,} rows; received more. Draw a sample of them by chance."
        )
    if not rows:
        raise UnusableScores("Expected a row an image; received a heading alone.")
    return rows


def _fitted(row: _Row, columns: int, separator: str) -> _Row:
    """Return a row with a cell for each column: empty ones behind the last are dropped, missing ones added."""
    if any(row.cells[columns:]):
        raise UnusableScores(
            f"Expected {columns} cells separated by {SEPARATORS[separator]}, as in the heading; received "
            f"{len(row.cells)} in line {row.line}. Put numbers with a decimal comma in quotation marks, or "
            f"separate the columns by semicolons."
        )
    return _Row(row.line, (row.cells + [""] * columns)[:columns])


def _label(row: _Row, column: int) -> int:
    cell = row.cells[column]
    received = quoted(cell) if cell else "an empty cell"
    label = LABELS.get(cell.lower().replace(",", "."))
    if label is None:
        raise UnusableScores(
            f"Expected labels 0 or normal, 1 or pneumonia; received {received} in line {row.line}."
        )
    return label


def _score(row: _Row, column: int) -> float:
    cell = row.cells[column]
    received = quoted(cell) if cell else "an empty cell"
    score = float(cell.replace(",", ".")) if _NUMBER.fullmatch(cell) else -1
    if not 0 <= score <= 1:
        raise UnusableScores(
            f"Expected scores from 0 to 1; received {received} in line {row.line}. "
            f"Other scores can be brought there by any function that keeps their order."
        )
    return score


def _age(row: _Row, column: int) -> float:
    cell = row.cells[column]
    age = float(cell.replace(",", ".")) if _NUMBER.fullmatch(cell) else -1.0
    if cell and not 0 <= age <= OLDEST:
        raise UnusableScores(
            f"Expected ages in years, 0 to {OLDEST}, or an empty cell; received {quoted(cell)} in line {row.line}."
        )
    return age if cell else np.nan


def _sex(row: _Row, column: int) -> str:
    cell = row.cells[column]
    if cell.lower() not in SEXES:
        raise UnusableScores(
            f"Expected sexes f or female, m or male, or an empty cell; received {quoted(cell)} in line {row.line}."
        )
    return SEXES[cell.lower()]
