"""Where a reading lies among the validation normals and pneumonias: a strip of HTML, made in Python.

Probabilities pile up at both ends, so the axis is one of log-odds between 0.1 % and 99.9 %, with a line for each
radiograph. What lies beyond is counted in a box at either end, in which the axis goes on, compressed, as far as
probabilities are written: a reading always lies on the right side of a threshold.

Places are percentages of the width, so that it needs no script and its type keeps its size on every screen.
HTML and not SVG, which Streamlit's sanitiser takes out of a page.
"""

from collections.abc import Sequence
from html import escape

import numpy as np

from dashboard.shared.formatting import decimals_apart, format_probability, format_threshold
from model.metrics.calibration import clipped_logit

TICKS = (0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999)
EDGE = 0.999
"""From here on, and below its complement, radiographs are counted in a box."""
LIMIT = 1 - 1e-7
"""Probabilities are written with seven decimals."""
BOX, GAP = 11.0, 1.5
"""Width of a box at an end, and of the gap beside it, percent."""


def strip(normals: np.ndarray, pneumonias: np.ndarray, probability: float, thresholds: Sequence[float] = ()) -> str:
    """Both distributions with a mark for one reading, as HTML.

    Args:
        normals, pneumonias: probabilities of the validation radiographs, 0 to 1, any order.
        probability: the reading's, 0 to 1.
        thresholds: of the policy in force, a line each.
    """
    described = escape(description(normals, pneumonias, probability, thresholds))
    limits = "".join(_at("u", threshold) for threshold in thresholds)
    return f"""
    <div class="lf-strip">
      <div role="img" aria-label="{described}">
        {_axis()}{_lane(pneumonias, "ill")}{_lane(normals, "well")}{limits}{_at("s", probability)}
      </div>
      <p class="lf-legend">{_legend(len(normals), len(pneumonias), len(thresholds))}</p>
    </div>
    """


def description(
    normals: np.ndarray, pneumonias: np.ndarray, probability: float, thresholds: Sequence[float] = ()
) -> str:
    """The strip in a sentence."""
    named = "threshold" if len(thresholds) == 1 else "thresholds"
    decimals = decimals_apart(probability, *thresholds)
    limits = (
        f"; {named} {' and '.join(format_threshold(one, decimals) for one in thresholds)}" if thresholds else ""
    )
    return (
        f"{format_probability(probability, decimals)} among validation: {as_high(normals, probability)} of "
        f"{len(normals)} normals and {as_high(pneumonias, probability)} of {len(pneumonias)} pneumonias score as "
        f"high or higher{limits}."
    )


def as_high(values: np.ndarray, probability: float) -> int:
    """How many score as high as a reading or higher."""
    return int((np.asarray(values) >= probability).sum())


def place(probability: np.ndarray | float) -> np.ndarray:
    """Where probabilities lie, percent of the width: log-odds, in three pieces; grows with the probability."""
    odds = clipped_logit(probability, 1 - LIMIT)
    edge, limit = clipped_logit([EDGE, LIMIT], 1 - LIMIT)
    return np.interp(
        odds,
        [-limit, -edge, np.nextafter(-edge, 0), np.nextafter(edge, 0), edge, limit],
        [0.5, BOX, BOX + GAP, 100 - BOX - GAP, 100 - BOX, 99.5],
    )


def _axis() -> str:
    within = 1e-12
    return "".join(
        _at("span", np.clip(tick, 1 - EDGE + within, EDGE - within), f"{100 * tick:g}\N{NO-BREAK SPACE}%")
        for tick in TICKS
    )


def _lane(values: np.ndarray, kind: str) -> str:
    """A line a radiograph, and a box with a count at either end."""
    values = np.asarray(values)
    low, high = values <= 1 - EDGE, values >= EDGE
    lines = "".join(_at("i", value) for value in values[~low & ~high])
    return f'<p class="lf-{kind}">{_box("left", low.sum())}{_box("right", high.sum())}{lines}</p>'


def _box(side: str, count: int) -> str:
    empty = "" if count else ' class="lf-none"'
    return f'<b{empty} style="{side}: 0; width: {BOX}%"><em>{count}</em></b>'


def _at(tag: str, probability: np.ndarray | float, text: str = "") -> str:
    return f'<{tag} style="left: {float(place(probability)):.2f}%">{text}</{tag}>'


def _legend(normals: int, pneumonias: int, thresholds: int) -> str:
    limit = {0: "", 1: "threshold"}.get(thresholds, "thresholds")
    return (
        "<span><s></s>this reading</span>"
        + (f"<span><u></u>{limit}</span>" if limit else "")
        + f'<span><i class="lf-ill"></i>{pneumonias} validation pneumonias</span>'
        f'<span><i class="lf-well"></i>{normals} validation normals</span>'
    )
