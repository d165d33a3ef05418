"""The strip: places that grow with the probability, a line for each radiograph, and a sentence."""

import re

import numpy as np
import pytest

from dashboard.reading.distribution_strip import BOX, GAP, TICKS, as_high, description, place, strip

NORMALS = np.array([0.0000001, 0.0005, 0.02, 0.2, 0.9995])
PNEUMONIAS = np.array([0.3, 0.97, 0.9999, 0.99999, 1.0])


def drawn(tag: str, html: str) -> list[float]:
    """Where the picture's elements of a kind lie, percent of the width."""
    picture = html.split("lf-legend")[0]
    return [float(left) for left in re.findall(rf'<{tag} style="left: ([\d.]+)%"', picture)]


def test_places_grow_with_the_probability_to_the_last_decimal() -> None:
    rising = np.array([0.0, 1e-7, 1e-4, 0.00099, 0.00101, 0.4, 0.5, 0.9, 0.9989, 0.9991, 0.99995, 0.999999, 1.0])
    places = place(rising)
    assert (np.diff(places)[1:-1] > 0).all()
    assert 0 <= places[0] <= places[-1] <= 100
    assert place(0.5) == pytest.approx(50)
    assert place(0.2) == pytest.approx(100 - place(0.8))


def test_the_middle_is_an_axis_of_log_odds() -> None:
    one, ten, half = (float(place(p)) for p in (1 / 101, 10 / 110, 0.5))
    assert (half - ten) == pytest.approx(ten - one, rel=1e-3)


def test_ticks_stand_where_they_say() -> None:
    html = strip(NORMALS, PNEUMONIAS, 0.5)
    ticks = drawn("span", html)
    assert ticks[1:-1] == pytest.approx([float(place(tick)) for tick in TICKS[1:-1]], abs=0.006)
    assert (ticks[0], ticks[-1]) == (BOX + GAP, 100 - BOX - GAP)
    for label in ("0.1", "1", "10", "50", "90", "99", "99.9"):
        assert f">{label}\N{NO-BREAK SPACE}%<" in html


def test_every_radiograph_is_a_line_or_counted_at_an_end() -> None:
    ill, well = re.findall(r'<p class="lf-(?:ill|well)">(.*?)</p>', strip(NORMALS, PNEUMONIAS, 0.5))
    counts = [re.findall(r"<em>(\d+)</em>", lane) for lane in (ill, well)]
    assert counts == [["0", "3"], ["2", "1"]]
    assert [lane.count("<i ") for lane in (ill, well)] == [2, 2]


@pytest.mark.parametrize(
    ("probability", "threshold"), [(0.99951, 0.9995), (0.9999, 0.9995), (0.00002, 0.00001), (0.6, 0.5)]
)
def test_a_reading_lies_on_its_side_of_the_threshold_even_in_a_box(probability: float, threshold: float) -> None:
    html = strip(NORMALS, PNEUMONIAS, probability, (threshold,))
    (limit,), (mark,) = drawn("u", html), drawn("s", html)
    assert mark >= limit
    assert float(place(probability)) > float(place(threshold))


def test_it_says_what_it_shows() -> None:
    said = description(NORMALS, PNEUMONIAS, 0.2, (0.1, 0.9995))
    assert said == (
        "20.0 % among validation: 2 of 5 normals and 5 of 5 pneumonias score as high or higher; "
        "thresholds 10.0 % and 99.95 %."
    )
    assert f'role="img" aria-label="{said}"' in strip(NORMALS, PNEUMONIAS, 0.2, (0.1, 0.9995))
    assert description(NORMALS, PNEUMONIAS, 0.2, (0.5,)).endswith("; threshold 50.0 %.")
    assert as_high(NORMALS, 0.9995) == 1
