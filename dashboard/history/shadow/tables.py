"""The tables of shadow mode: the radiologists' reports, and the model's readings, by digest or accession number."""

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime

from model.io.wording import quoted, reason

KEYS = {"sha256": "sha256", "digest": "sha256", "accession": "accession", "accession_number": "accession"}
"""Names of the column that tells whose row it is, and which of the two it holds."""
REPORT_COLUMNS, DAY_COLUMNS = ("word", "report", "finding", "label"), ("date", "day", "study_date")
PROBABILITY_COLUMNS = ("probability", "score")
REPORTS = {
    "normal": "normal",
    "0": "normal",
    "no": "normal",
    "pneumonia": "pneumonia",
    "1": "pneumonia",
    "yes": "pneumonia",
    "unsure": "unsure",
}
DAY_FORMATS = ("%Y-%m-%d", "%Y%m%d", "%d.%m.%Y")
SEPARATORS = ",;\t"


class UnusableTable(ValueError):
    """A table that cannot be used; the message says what was expected, what came, what to do."""


@dataclass(frozen=True)
class Report:
    """A radiologist's report: ``finding`` is normal, pneumonia or unsure, ``day`` None where none was given."""

    key: str
    finding: str
    day: date | None


@dataclass(frozen=True)
class ModelReading:
    """The model's reading: ``probability`` is 0 to 1, ``trusted`` False where it carries a warning."""

    key: str
    probability: float
    trusted: bool


def read_reports(data: bytes) -> tuple[str, list[Report]]:
    """Read reports from a CSV; returns whether ``sha256`` or ``accession`` tells whose each is, and the reports.

    Raises:
        UnusableTable: no CSV, a column is missing, or a cell holds no report or no day.
    """
    heading, rows = _table(data)
    key, kind = _key(heading)
    word, day = _required(heading, REPORT_COLUMNS), _find(heading, DAY_COLUMNS)
    return kind, [
        Report(_key_text(row[key]), _report(row[word], line), None if day is None else _day(row[day], line))
        for line, row in rows
    ]


def read_model_readings(data: bytes) -> tuple[str, list[ModelReading]]:
    """Read the model's readings from a CSV of ``model.score``; rows with an error, which hold none, are left out.

    Raises:
        UnusableTable: no CSV, a column is missing, or a cell holds no probability.
    """
    heading, rows = _table(data)
    key, kind = _key(heading)
    probability = _required(heading, PROBABILITY_COLUMNS)
    warnings, error = _find(heading, ("warnings",)), _find(heading, ("error",))
    return kind, [
        ModelReading(
            _key_text(row[key]), _probability(row[probability], line), warnings is None or not row[warnings]
        )
        for line, row in rows
        if error is None or not row[error]
    ]


def _table(data: bytes) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the heading in lower case, and every row that is not blank with its line, as wide as the heading."""
    text = data.decode("utf-8-sig", "replace")
    separator = max(SEPARATORS, key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    try:
        lines = [(reader.line_num, [cell.strip() for cell in row]) for row in reader if any(row)]
    except csv.Error as problem:
        raise UnusableTable(
            f"Expected a CSV; line {reader.line_num} cannot be read ({reason(problem)}). Save it in UTF-8."
        ) from problem
    if len(lines) < 2:
        raise UnusableTable("Expected a CSV with a heading and a row a radiograph; received no row.")
    heading = [cell.lower() for cell in lines[0][1]]
    return heading, [(line, (row + [""] * len(heading))[: len(heading)]) for line, row in lines[1:]]


def _find(heading: list[str], names: tuple[str, ...]) -> int | None:
    return next((heading.index(name) for name in names if name in heading), None)


def _required(heading: list[str], names: tuple[str, ...]) -> int:
    found = _find(heading, names)
    if found is None:
        raise UnusableTable(
            f"Expected a column named {' or '.join(names)}; received {', '.join(heading[:8])}. Name the columns in "
            f"the first line."
        )
    return found


def _key(heading: list[str]) -> tuple[int, str]:
    column = _required(heading, tuple(KEYS))
    return column, KEYS[heading[column]]


def _key_text(cell: str) -> str:
    return cell.lower()


def _report(cell: str, line: int) -> str:
    if cell.lower() not in REPORTS:
        raise UnusableTable(
            f"Expected normal (or 0), pneumonia (or 1) or unsure; received {quoted(cell)} in line {line}."
        )
    return REPORTS[cell.lower()]


def _day(cell: str, line: int) -> date | None:
    if not cell:
        return None
    for form in DAY_FORMATS:
        try:
            return datetime.strptime(cell, form).date()
        except ValueError:
            continue
    raise UnusableTable(f"Expected a day such as 2026-01-31; received {quoted(cell)} in line {line}.")


def _probability(cell: str, line: int) -> float:
    try:
        probability = float(cell.replace(",", "."))
    except ValueError:
        probability = -1.0
    if not 0 <= probability <= 1:
        raise UnusableTable(f"Expected a probability from 0 to 1; received {quoted(cell)} in line {line}.")
    return probability
