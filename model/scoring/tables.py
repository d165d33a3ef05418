"""Write rows as they come, and go on with a table that was broken off.

CSV and JSON lines grow by a file's rows at a time; Parquet, which cannot grow, is a folder of parts. Killed at any
moment, a table tells which files it has whole: those are not scored again, and of the others nothing is kept.
"""

import csv
import io
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, NamedTuple, Protocol

from model.network.score_table import COLUMNS, ScoreRow
from model.scoring.errors import ScoringFailed

PART_ROWS = 10_000
PART_SECONDS = 30
"""A part of a Parquet table is written when it has so many rows, or so long after the one before."""
FORMATS = ("csv", "jsonl", "parquet")


class Finished(NamedTuple):
    """What a table already has.

    ``files`` counts the rows' files by name, ``readings`` the rows that hold a reading. ``end`` is where the last
    whole file ends, in bytes.
    """

    files: Counter[str]
    readings: int
    end: int = 0


class Table(Protocol):
    """Where rows go; ``finished`` is what it had when it was opened."""

    finished: Finished

    def write(self, rows: list[ScoreRow]) -> None:
        """Write all rows of a file."""
        ...

    def close(self) -> None:
        """Write what is left."""
        ...


def open_table(out: Path | None, form: str, version: str, resume: bool) -> Table:
    """Open a table for rows of the network ``version``: a file, a folder for Parquet, or standard output.

    Raises:
        ScoringFailed: it holds other columns, was made by another network version, or is not to be replaced.
    """
    if form == "parquet":
        if out is None:
            raise ScoringFailed("Parquet is a folder of files. Expected --out FOLDER; received none. Name one.")
        return ParquetTable(out, version, resume)
    if out is None:
        if resume:
            raise ScoringFailed("Expected --out with the table to go on with; received --resume alone. Name it.")
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")
        return TextTable(sys.stdout, form, Finished(Counter(), 0))
    finished = _finished_text(out, form, version) if resume and out.exists() else Finished(Counter(), 0)
    if finished.end:
        os.truncate(out, finished.end)
    mode = "a" if finished.end else "w"
    return TextTable(out.open(mode, newline="", encoding="utf-8", errors="backslashreplace"), form, finished)


def as_written(name: str) -> str:
    """Return a name as tables have it: what of it is no UTF-8 is written as ``\\\\udcff``."""
    return name.encode("utf-8", errors="backslashreplace").decode()


class TextTable:
    """CSV or JSON lines."""

    def __init__(self, out: IO[str], form: str, finished: Finished) -> None:
        self.finished = finished
        self._out, self._form = out, form
        self._csv = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        if form == "csv" and not finished.end:
            self._csv.writeheader()

    def write(self, rows: list[ScoreRow]) -> None:
        if self._form == "csv":
            self._csv.writerows(rows)
        else:
            self._out.writelines(json.dumps(row) + "\n" for row in rows)
        self._out.flush()

    def close(self) -> None:
        self._out.flush()
        if self._out is not sys.stdout:
            self._out.close()


class ParquetTable:
    """A folder of Parquet files, each whole and of whole files, as ``pandas.read_parquet`` and Spark read it.

    Columns are as in CSV: ``frame`` is int32, ``probability`` float64, both null where there is an error; others
    are text.
    """

    def __init__(self, folder: Path, version: str, resume: bool) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        parts = sorted(folder.glob("part-*.parquet"))
        if parts and not resume:
            raise ScoringFailed(
                f"{folder} holds {len(parts):,} parts of a table. Expected an empty folder. Name another, or go on "
                f"with this one by --resume."
            )
        self.finished = _finished_parts(folder, parts, version)
        self._folder = folder
        self._next = int(parts[-1].stem.removeprefix("part-")) + 1 if parts else 0
        self._rows: list[ScoreRow] = []
        self._written = time.monotonic()

    def write(self, rows: list[ScoreRow]) -> None:
        self._rows += rows
        if len(self._rows) >= PART_ROWS or time.monotonic() - self._written >= PART_SECONDS:
            self._write_part()

    def close(self) -> None:
        if self._rows:
            self._write_part()

    def _write_part(self) -> None:
        # Loaded here: other tables do without.
        import pyarrow as pa
        from pyarrow import parquet

        schema = pa.schema(
            (name, {"frame": pa.int32(), "probability": pa.float64()}.get(name, pa.string())) for name in COLUMNS
        )
        file = self._folder / f"part-{self._next:06}.parquet"
        begun = file.with_name(f".{file.name}")
        parquet.write_table(pa.Table.from_pylist(list(map(_typed, self._rows)), schema), begun)
        # Whole or not there, whenever this process is killed.
        begun.replace(file)
        self._rows, self._next, self._written = [], self._next + 1, time.monotonic()


def _typed(row: ScoreRow) -> dict[str, object]:
    numbers: dict[str, object] = {
        "frame": int(row["frame"]) if row["frame"] else None,
        "probability": float(row["probability"]) if row["probability"] else None,
    }
    return {name: as_written(value) for name, value in row.items()} | numbers


class _Row(NamedTuple):
    """What of a row tells which files a table has; it is written from byte ``start`` on."""

    start: int
    file: str
    frame: str
    error: str
    version: str


def _finished_text(table: Path, form: str, version: str) -> Finished:
    """Read which files a table has whole: all but the last, of which frames may be missing."""
    with table.open("rb") as stream:
        rows = _csv_rows(table, stream) if form == "csv" else _json_rows(table, stream)
        whole, last, readings, in_last = Counter[str](), None, 0, 0
        end = 0
        before = ""
        for row in rows:
            _check_version(table, row.version, version)
            if last is None or _begins_file(row, last, before):
                if last is not None:
                    whole[last] += 1
                readings, in_last, end, last = readings + in_last, 0, row.start, row.file
            in_last += not row.error
            before = row.frame
    return Finished(whole, readings, end)


def _finished_parts(folder: Path, parts: Iterable[Path], version: str) -> Finished:
    """Read which files the parts have; each of them is whole."""
    from pyarrow import parquet

    whole, readings = Counter[str](), 0
    for part in parts:
        last, before = None, ""
        for row in parquet.read_table(part, columns=["file", "frame", "error", "model_version"]).to_pylist():
            frame = str(row["frame"] or "")
            _check_version(folder, row["model_version"], version)
            found = _Row(0, row["file"], frame, row["error"], row["model_version"])
            if last is None or _begins_file(found, last, before):
                whole[found.file] += 1
            readings += not found.error
            last, before = found.file, frame
    return Finished(whole, readings)


def _begins_file(row: _Row, last: str, before: str) -> bool:
    """Tell a file's first row: frames count from 1, and an error has none, unless some frames came before it."""
    return row.file != last or row.frame == "1" or (not row.frame and not before)


def _csv_rows(table: Path, stream: IO[bytes]) -> Iterator[_Row]:
    """Yield the rows that are whole, after the header; a table that ends within its header has none."""
    lines = _Lines(stream)
    rows = csv.reader(iter(lines), strict=True)
    try:
        header = next(rows, [])
        if not lines.whole:
            return
        if tuple(header) != COLUMNS:
            raise ScoringFailed(_other_table(table))
        start = lines.end
        for row in rows:
            if not lines.whole:
                return
            if len(row) != len(COLUMNS):
                raise ScoringFailed(_other_table(table))
            known = dict(zip(COLUMNS, row, strict=True))
            yield _Row(start, known["file"], known["frame"], known["error"], known["model_version"])
            start = lines.end
    except csv.Error:
        # The last field has no end.
        return


def _json_rows(table: Path, stream: IO[bytes]) -> Iterator[_Row]:
    lines = _Lines(stream)
    start = 0
    for line in lines:
        if not lines.whole:
            return
        try:
            row = json.loads(line)
            yield _Row(start, as_written(row["file"]), row["frame"], row["error"], row["model_version"])
        except (ValueError, KeyError, TypeError):
            raise ScoringFailed(_other_table(table)) from None
        start = lines.end


class _Lines:
    """A file's lines as text; ``end`` is the byte behind the latest, ``whole`` whether it ends in a line feed."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.end, self.whole = 0, False

    def __iter__(self) -> Iterator[str]:
        for line in self._stream:
            self.end += len(line)
            self.whole = line.endswith(b"\n")
            yield line.decode("utf-8", errors="replace")


def _other_table(table: Path) -> str:
    return (
        f"{table} is no table that this command began. Expected the columns {', '.join(COLUMNS)}, in the same "
        f"format. Name another file."
    )


def _check_version(table: Path, received: str, expected: str) -> None:
    if received != expected:
        raise ScoringFailed(
            f"{table} was begun by network version {received or 'unknown'}. Expected {expected}, the one here: "
            f"readings of two networks do not compare. Name another file."
        )
