"""The distribution strip: positions that rise with the probability, a line for each radiograph, a description."""

import re

import numpy as np
import pytest

from dashboard.reading.distribution_strip import (
    BOX_WIDTH,
    GAP_WIDTH,
    TICKS,
    axis_position,
    count_at_or_above,
    description,
    distribution_strip,
)

NORMALS = np.array([0.0000001, 0.0005, 0.02, 0.2, 0.9995])
PNEUMONIAS = np.array([0.3, 0.97, 0.9999, 0.99999, 1.0])


def positions_of(tag: str, html: str) -> list[float]:
    """Return the positions of the picture's elements of a kind, percent of the width."""
    picture = html.split("lf-legend")[0]
    return [float(left) for left in re.findall(rf'<{tag} style="left: ([\d.]+)%"', picture)]


def test_positions_rise_with_the_probability_to_the_last_decimal() -> None:
    rising = np.array([0.0, 1e-7, 1e-4, 0.00099, 0.00101, 0.4, 0.5, 0.9, 0.9989, 0.9991, 0.99995, 0.999999, 1.0])
    positions = axis_position(rising)
    assert (np.diff(positions)[1:-1] > 0).all()
    assert 0 <= positions[0] <= positions[-1] <= 100
    assert axis_position(0.5) == pytest.approx(50)
    assert axis_position(0.2) == pytest.approx(100 - axis_position(0.8))


def test_the_middle_is_an_axis_of_log_odds() -> None:
    one, ten, half = (float(axis_position(p)) for p in (1 / 101, 10 / 110, 0.5))
    assert (half - ten) == pytest.approx(ten - one, rel=1e-3)


def test_ticks_stand_where_they_say() -> None:
    html = distribution_strip(NORMALS, PNEUMONIAS, 0.5)
    ticks = positions_of("span", html)
    assert ticks[1:-1] == pytest.approx([float(axis_position(tick)) for tick in TICKS[1:-1]], abs=0.006)
    assert (ticks[0], ticks[-1]) == (BOX_WIDTH + GAP_WIDTH, 100 - BOX_WIDTH - GAP_WIDTH)
    for label in ("0.1", "1", "10", "50", "90", "99", "99.9"):
        assert f">{label}&nbsp;%<" in html


def test_every_radiograph_is_a_line_or_counted_at_an_end() -> None:
    lanes = re.findall(
        r'<p class="lf-(?:posi|nega)tive">(.*?)</p>', distribution_strip(NORMALS, PNEUMONIAS, 0.5), re.DOTALL
    )
    counts = [re.findall(r"<em>(\d+)</em>", lane) for lane in lanes]
    assert counts == [["0", "3"], ["2", "1"]]
    assert [lane.count("<i ") for lane in lanes] == [2, 2]


@pytest.mark.parametrize(
    ("probability", "threshold"), [(0.99951, 0.9995), (0.9999, 0.9995), (0.00002, 0.00001), (0.6, 0.5)]
)
def test_a_reading_lies_on_its_side_of_the_threshold_even_in_a_box(probability: float, threshold: float) -> None:
    html = distribution_strip(NORMALS, PNEUMONIAS, probability, (threshold,))
    (line,), (mark,) = positions_of("u", html), positions_of("s", html)
    assert mark >= line
    assert float(axis_position(probability)) > float(axis_position(threshold))


def test_it_is_described_in_a_sentence() -> None:
    shown = description(NORMALS, PNEUMONIAS, 0.2, (0.1, 0.9995))
    assert shown == (
        "20.0 % among validation: 2 of 5 normals and 5 of 5 pneumonias score as high or higher; "
        "thresholds 10.0 % and 99.95 %."
    )
    assert f'role="img" aria-label="{shown}"' in distribution_strip(NORMALS, PNEUMONIAS, 0.2, (0.1, 0.9995))
    assert description(NORMALS, PNEUMONIAS, 0.2, (0.5,)).endswith("; threshold 50.0 %.")
    assert count_at_or_above(NORMALS, 0.9995) == 1
