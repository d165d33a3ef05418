"""Own scores, as CSV."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from random import Random

import numpy as np

from dashboard.thresholds.scores_csv import UnusableScores, read_scores
from tests.fuzz.kinds.kind import Breach, Kind

HEADINGS = (
    *("label", "score", "Label", "truth", "class", "probability", "prediction"),
    *("id", "", "läbel", '"label"', " score "),
)
CELLS = (
    *("0", "1", "0.0", "1.0", "normal", "pneumonia", "0.5", "0,5", '"0,5"', "1e-3", "1e999", "nan", "inf", "-1"),
    *("2", "", " ", "½", "٣", "0x1", "1_0", "True", '"', "'", "\0", "\ufeff", "sep=;", "=1+1", "0.5\n", "0" * 400),
)


def opened(data: bytes, folder: Path) -> Iterable[str]:
    """Read the scores and hold them to what is promised of them."""
    table = read_scores(data)
    n = len(table.labels)
    if not n or table.scores.shape != (n,) or table.lines.shape != (n,):
        raise Breach(f"{n} labels, scores of shape {table.scores.shape}, lines of shape {table.lines.shape}")
    if set(table.labels.tolist()) != {0, 1} or not (np.isfinite(table.scores).all() and (table.scores >= 0).all()):
        raise Breach("labels other than 0 and 1, or scores that are none")
    if table.scores.max() > 1 or (np.diff(table.lines) <= 0).any():
        raise Breach("scores above 1, or lines out of order")
    return ()


@cache
def whole() -> list[bytes]:
    """Return tables as several spreadsheets write them."""
    plain = "label,score\n0,0.25\n1,0.75\nnormal,0.5\npneumonia,1\n"
    european = "sep=;\r\nid;Label;Score;\r\na;0;0,25;\r\n\r\nb;1;0,75;\r\n"
    quoted = 'class,probability,note\n"0","0.1","p, q"\n"1","0.9","two\nlines"\n'
    texts = (plain, european, quoted, plain.replace(",", "\t"))
    encodings = ("utf-8", "utf-8-sig", "utf-16", "latin-1")
    return [text.encode(encoding) for text in texts for encoding in encodings]


def made(random: Random) -> bytes:
    """Make a table of headings, cells, separators, line ends and an encoding by chance."""
    separator, end = random.choice((",", ";", "\t", ", ")), random.choice(("\n", "\r\n", "\r"))
    columns = random.randint(1, 5)
    usual = random.random() < 0.6
    heading = ["label", "score"] if usual else [random.choice(HEADINGS) for _ in range(columns)]
    rows = [heading, *(_row(usual, columns, random) for _ in range(random.randrange(6)))]
    text = end.join(separator.join(row) for row in rows) + random.choice(("", end, end + end))
    return text.encode(random.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-be", "latin-1")), "replace")


def _row(usual: bool, columns: int, random: Random) -> list[str]:
    if usual and random.random() < 0.8:
        return [random.choice(("0", "1")), str(round(random.random(), 3))]
    return [random.choice(CELLS) for _ in range(columns)]


KIND = Kind("CSV", opened, (UnusableScores,), whole, made, 0.25)
