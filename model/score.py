"""Score radiographs without a dashboard, one or a million.

    python -m model.score PATH... [--out FILE] [--heatmaps DIR] [--format csv|jsonl|parquet] [--resume]

A PATH is a file, a folder or a ZIP archive, on disk or in an object store (s3://BUCKET/FOLDER); --list FILE names
files, one a line. One line a radiograph, and so as many for a DICOM file as it has frames; a file that cannot be
read keeps its line, with why. Exit status 0 unless nothing could be scored.

Rows come in the order of the files and are written as they come. Killed, the same command with --resume goes on:
nothing is lost and nothing is there twice. CSV is UTF-8; what of a name is no UTF-8, or cannot be shown by the
terminal, is written as ``\\udcff``.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path

from model.io.locations import Location, locate
from model.network.card import load_card
from model.scoring import processes
from model.scoring.errors import ScoringFailed
from model.scoring.processes import Scored
from model.scoring.progress import progress
from model.scoring.sample import sample
from model.scoring.scorer import FileRows
from model.scoring.tables import FORMATS, as_written, open_table


def listed(options: argparse.Namespace) -> Iterable[Location]:
    """List what the command line names, or a sample of it."""
    locations = chain(locate(options.paths), *map(in_list, options.list))
    return locations if options.sample is None else sample(locations, options.sample, options.seed)


def in_list(file: Path) -> Iterator[Location]:
    """Yield the files that a text file names, one a line; none is looked for before it is read."""
    with file.open(encoding="utf-8", errors="surrogateescape") as lines:
        for line in lines:
            if path := line.rstrip("\r\n"):
                yield Location(path, path)


def unfinished(locations: Iterable[Location], finished: Counter[str]) -> Iterator[Location]:
    """Leave out the files that a table has; each is taken from ``finished``."""
    return (location for location in locations if not _taken(location.name, finished))


def new_rows(scored: Iterable[Scored], finished: Counter[str]) -> Iterator[tuple[int, list[FileRows]]]:
    """Yield how many locations were scored, and the rows of those files that a table has not.

    An archive whose name does not say so is scored as a whole, and some of its files may be there already.
    """
    for locations, files in scored:
        yield locations, [rows for rows in files if not _taken(rows[0]["file"], finished)]


def _taken(name: str, finished: Counter[str]) -> bool:
    if not finished.get(as_written(name)):
        return False
    finished[as_written(name)] -= 1
    return True


def scored_anywhere(locations: Iterable[Location], options: argparse.Namespace) -> Iterator[Scored]:
    """Score on this machine, or on a cluster."""
    if options.ray is None:
        return processes.scored(locations, options.workers, options.heatmaps)
    try:
        # Loaded here: one machine does without.
        from model.scoring import cluster
    except ModuleNotFoundError as problem:
        raise ScoringFailed("--ray needs Ray. Install it: pip install -r requirements-cluster.txt") from problem
    return cluster.scored(locations, options.ray, options.heatmaps)


def score(options: argparse.Namespace) -> int:
    """Score what the command line names; returns how many readings the table has.

    Raises:
        ScoringFailed: rows cannot be written where they should be.
    """
    table = open_table(options.out, options.format, load_card().version, options.resume)
    finished, readings = table.finished.files, table.finished.readings
    with progress(lambda: listed(options), finished.total(), options.out is None) as bar, closing(table):
        scored = scored_anywhere(unfinished(listed(options), finished), options)
        for locations, files in new_rows(scored, finished):
            for rows in files:
                table.write(rows)
                readings += sum(not row["error"] for row in rows)
            bar.update(locations)
    return readings


def positive(text: str) -> int:
    """Return a number of the command line; argparse shows the error."""
    if not text.isascii() or not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 on; received {text}")
    return int(text)


def parsed(arguments: list[str] | None) -> tuple[argparse.ArgumentParser, argparse.Namespace]:
    """Return the command line's options, and the parser, which says what is wrong with them."""
    parser = argparse.ArgumentParser(prog="python -m model.score", description="Score chest radiographs.")
    parser.add_argument("paths", nargs="*", help="files, folders or ZIP archives; s3:// and the like too")
    parser.add_argument("--list", type=Path, nargs="*", default=[], help="text files that name files, one a line")
    parser.add_argument("--out", type=Path, help="write here instead of to standard output; for Parquet, a folder")
    parser.add_argument("--format", choices=FORMATS, default="csv")
    parser.add_argument("--heatmaps", type=Path, help="write each heat map as a transparent PNG to this folder")
    parser.add_argument("--resume", action="store_true", help="go on with the table in --out, if there is one")
    parser.add_argument("--sample", type=positive, metavar="N", help="score N files drawn by chance")
    parser.add_argument("--seed", type=int, default=0, help="of the sample: the same number, the same files")
    parser.add_argument("--workers", type=positive, metavar="N", help="processes; default: one a core")
    parser.add_argument(
        "--ray", metavar="ADDRESS", help="score on a Ray cluster: its head's address, auto, or local to start one"
    )
    return parser, parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Score the files that the command line names; returns the exit status."""
    parser, options = parsed(arguments)
    if not options.paths and not options.list:
        parser.error("expected files, folders or archives, or --list; received none")
    if options.heatmaps:
        options.heatmaps.mkdir(parents=True, exist_ok=True)
    try:
        return 0 if score(options) else 1
    except ScoringFailed as problem:
        parser.error(str(problem))


if __name__ == "__main__":
    sys.exit(main())
