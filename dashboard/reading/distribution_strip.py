"""The distribution strip: where a reading lies among the validation normals and pneumonias, as HTML.

Between 0.1 % and 99.9 % the axis is linear in log-odds, for probabilities pile up at both ends, and each radiograph
is a line. Those beyond are counted in a box at either end, in which the axis goes on, compressed, as far as
probabilities are written: a reading always lies on the right side of a threshold.

Positions are percentages of the width: it needs no script, and its type keeps its size on every screen. It is HTML
because Streamlit's sanitiser removes SVG.
"""

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup
from numpy.typing import ArrayLike

from dashboard.shared.formatting import decimals_apart, format_probability, format_threshold
from dashboard.shared.markup import render
from model.metrics.calibration import clipped_logit

TICKS = (0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999)
BOXED = 0.999
"""From here on, and from its complement down, radiographs are counted in a box."""
SMALLEST = 1e-7
"""Probabilities are written with seven decimals: the axis ends here and at its complement."""
BOX_WIDTH, GAP_WIDTH = 11.0, 1.5
"""Of a box at an end, and of the gap beside it, percent."""


def distribution_strip(
    normals: np.ndarray, pneumonias: np.ndarray, probability: float, thresholds: Sequence[float] = ()
) -> Markup:
    """Return both distributions with a mark for one reading.

    Args:
        normals, pneumonias: probabilities of the validation radiographs, 0 to 1, any order.
        probability: the reading's, 0 to 1.
        thresholds: of the policy in force, a line each.
    """
    # The outer ticks lie where the boxes end.
    ticks = axis_position(np.clip(TICKS, 1 - BOXED + 1e-12, BOXED - 1e-12))
    return render(
        "reading/distribution_strip.html",
        description=description(normals, pneumonias, probability, thresholds),
        ticks=[(position, f"{100 * tick:g}") for position, tick in zip(ticks, TICKS, strict=True)],
        lanes=[lane("lf-positive", pneumonias), lane("lf-negative", normals)],
        thresholds=axis_position(thresholds).tolist(),
        reading=axis_position(probability),
        box_width=BOX_WIDTH,
        normals=len(normals),
        pneumonias=len(pneumonias),
    )


def description(
    normals: np.ndarray, pneumonias: np.ndarray, probability: float, thresholds: Sequence[float] = ()
) -> str:
    """Return the strip's text alternative."""
    decimals = decimals_apart(probability, *thresholds)
    shown = " and ".join(format_threshold(threshold, decimals) for threshold in thresholds)
    ending = f"; {'threshold' if len(thresholds) == 1 else 'thresholds'} {shown}" if thresholds else ""
    return (
        f"{format_probability(probability, decimals)} among validation: "
        f"{count_at_or_above(normals, probability)} of {len(normals)} normals and "
        f"{count_at_or_above(pneumonias, probability)} of {len(pneumonias)} pneumonias score as high or higher"
        f"{ending}."
    )


def count_at_or_above(scores: np.ndarray, probability: float) -> int:
    """Return how many scores are at or above a probability."""
    return int((scores >= probability).sum())


def axis_position(probability: ArrayLike) -> np.ndarray:
    """Return where probabilities lie, percent of the width: piecewise linear in log-odds, strictly rising."""
    edge, end = clipped_logit([BOXED, 1], SMALLEST)
    return np.interp(
        clipped_logit(probability, SMALLEST),
        [-end, -edge, np.nextafter(-edge, 0), np.nextafter(edge, 0), edge, end],
        [0.5, BOX_WIDTH, BOX_WIDTH + GAP_WIDTH, 100 - BOX_WIDTH - GAP_WIDTH, 100 - BOX_WIDTH, 99.5],
    )


def lane(css_class: str, scores: np.ndarray) -> dict[str, object]:
    """Return a class's lane: the positions of its lines, as text, and the counts in the boxes at either end."""
    low, high = scores <= 1 - BOXED, scores >= BOXED
    return {
        "css_class": css_class,
        "boxes": [("left", int(low.sum())), ("right", int(high.sum()))],
        # Hundreds of them: a template takes long to format each.
        "lines": [f"{position:.2f}" for position in axis_position(scores[~low & ~high])],
    }
