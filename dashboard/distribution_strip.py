"""Where a reading lies among the validation normals and pneumonias: an inline SVG, made in Python.

Probabilities pile up at both ends, so the axis is one of log-odds between 0.1 % and 99.9 %, with a line for each
radiograph. What lies beyond is counted in a box at either end, in which the axis goes on, compressed, as far as
probabilities are written: a reading always lies on the right side of a threshold.

Places are percentages of the width and need no script; heights and type are pixels, the same on every screen.
"""

from collections.abc import Sequence
from html import escape

import numpy as np

from dashboard.wording import percent

TICKS = (0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999)
EDGE = 0.999
"""From here on, and below its complement, radiographs are counted in a box."""
LIMIT = 1 - 1e-7
"""Probabilities are written with seven decimals."""
BOX, GAP = 11.0, 1.5
"""Width of a box at an end, and of the gap beside it, percent."""
TOP, LANE, STEP = 14, 20, 24
"""Of the first lane: its top and height; and from lane to lane. Pixels."""
AXIS = TOP + STEP + LANE
HEIGHT = AXIS + 20
# Classes and titles of the lanes, from above.
LANES = (("ill", "pneumonias"), ("well", "normals"))


def strip(normals: np.ndarray, pneumonias: np.ndarray, probability: float, thresholds: Sequence[float] = ()) -> str:
    """Both distributions with a mark for one reading, as HTML.

    Args:
        normals, pneumonias: probabilities of the validation radiographs, 0 to 1, any order.
        probability: the reading's, 0 to 1.
        thresholds: of the policy in force, a line each.
    """
    lanes = (pneumonias, normals)
    drawn = "".join(
        _lane(values, kind, TOP + STEP * number)
        for number, (values, (kind, _)) in enumerate(zip(lanes, LANES, strict=True))
    )
    described = escape(description(normals, pneumonias, probability, thresholds))
    return f"""
    <div class="lf-strip">
      <svg role="img" aria-label="{described}" width="100%" height="{HEIGHT}">
        {_axis()}{drawn}{"".join(map(_limit, thresholds))}{_mark(probability)}
      </svg>
      <p class="lf-legend" aria-hidden="true">{_legend(len(normals), len(pneumonias), len(thresholds))}</p>
    </div>
    """


def description(
    normals: np.ndarray, pneumonias: np.ndarray, probability: float, thresholds: Sequence[float] = ()
) -> str:
    """The strip in a sentence."""
    named = "threshold" if len(thresholds) == 1 else "thresholds"
    cut = f"; {named} {' and '.join(map(percent, thresholds))}" if thresholds else ""
    return (
        f"{percent(probability)} among validation: {as_high(normals, probability)} of {len(normals)} normals and "
        f"{as_high(pneumonias, probability)} of {len(pneumonias)} pneumonias score as high or higher{cut}."
    )


def as_high(values: np.ndarray, probability: float) -> int:
    """How many score as high as a reading or higher."""
    return int((np.asarray(values) >= probability).sum())


def place(probability: np.ndarray | float) -> np.ndarray:
    """Where probabilities lie, percent of the width: log-odds, in three pieces; grows with the probability."""
    odds = _log_odds(np.clip(probability, 1 - LIMIT, LIMIT))
    edge, limit = _log_odds(EDGE), _log_odds(LIMIT)
    return np.interp(
        odds,
        [-limit, -edge, np.nextafter(-edge, 0), np.nextafter(edge, 0), edge, limit],
        [0.5, BOX, BOX + GAP, 100 - BOX - GAP, 100 - BOX, 99.5],
    )


def _log_odds(probability: np.ndarray | float) -> np.ndarray:
    return np.log(probability) - np.log1p(-np.asarray(probability))


def _axis() -> str:
    return "".join(
        f'<line class="tick" x1="{x:.2f}%" x2="{x:.2f}%" y1="{TOP - 2}" y2="{AXIS + 3}"/>'
        f'<text x="{x:.2f}%" y="{AXIS + 16}" text-anchor="middle">{100 * tick:g}\N{NO-BREAK SPACE}%</text>'
        for tick in TICKS
        for x in [float(place(np.clip(tick, 1 - EDGE + 1e-12, EDGE - 1e-12)))]
    )


def _lane(values: np.ndarray, kind: str, top: int) -> str:
    """A line a radiograph, and a box with a count at either end."""
    values = np.asarray(values)
    low, high = values <= 1 - EDGE, values >= EDGE
    lines = "".join(
        f'<line x1="{x:.2f}%" x2="{x:.2f}%" y1="{top}" y2="{top + LANE}"/>' for x in place(values[~low & ~high])
    )
    boxes = "".join(_box(left, int(beyond.sum()), top) for left, beyond in ((0.0, low), (100 - BOX, high)))
    return f'<g class="{kind}">{lines}{boxes}</g>'


def _box(left: float, count: int, top: int) -> str:
    return (
        f'<rect class="{"some" if count else "none"}" x="{left:.2f}%" y="{top}" width="{BOX:.2f}%" '
        f'height="{LANE}" rx="3"/>'
        f'<text x="{left + BOX / 2:.2f}%" y="{top + 14}" text-anchor="middle">{count}</text>'
    )


def _limit(threshold: float) -> str:
    x = float(place(threshold))
    return f'<line class="limit" x1="{x:.2f}%" x2="{x:.2f}%" y1="{TOP - 8}" y2="{AXIS + 3}"/>'


def _mark(probability: float) -> str:
    x = float(place(probability))
    return (
        f'<line class="mark" x1="{x:.2f}%" x2="{x:.2f}%" y1="{TOP - 7}" y2="{AXIS + 3}"/>'
        f'<circle class="mark" cx="{x:.2f}%" cy="{TOP - 7}" r="5.5"/>'
    )


def _legend(normals: int, pneumonias: int, thresholds: int) -> str:
    limits = {0: "", 1: '<span><i class="limit"></i>threshold</span>'}.get(
        thresholds, '<span><i class="limit"></i>thresholds</span>'
    )
    return (
        f'<span><i class="mark"></i>this reading</span>{limits}'
        f'<span><i class="ill"></i>{pneumonias} validation pneumonias</span>'
        f'<span><i class="well"></i>{normals} normals</span>'
    )
