"""Whether each step reads the lungs, from rows as ``data/ladder.csv`` has them."""

import numpy as np

from dashboard.comparison.lung_reading import (
    AREAS,
    SHARES,
    asked_rows,
    estimate,
    lung_chart,
    step_titles,
    table_row,
)


def row(moved: float | None, inside: float | None = None) -> dict[str, str]:
    """Return a step that was asked, or not; without ``inside``, it has no map."""
    figures = dict.fromkeys(AREAS, moved) | dict.fromkeys(SHARES, inside)
    return {
        f"lung_{figure}{end}": "" if value is None else str(value + shift)
        for figure, value in figures.items()
        for end, shift in (("", 0.0), ("_low", -0.02), ("_high", 0.01))
    }


def test_steps_that_nobody_asked_are_left_out() -> None:
    asked = row(0.2)
    assert asked_rows([row(None), asked, {"name": "of former days"}]) == [asked]


def test_steps_of_one_text_are_told_apart() -> None:
    rows = [{"name": name, "about": "+ L2, dropout"} for name in ("first", "second")]
    assert step_titles(rows) == {"first": "1  + L2, dropout", "second": "2  + L2, dropout"}


def test_figure_has_its_interval() -> None:
    assert np.allclose(estimate(row(0.2), "lungs_moved"), (0.2, 0.18, 0.21))


def test_network_without_a_map_has_a_dash() -> None:
    shown = table_row(row(0.2), "1  Fully connected")
    assert shown["Another child's outline"] == "0.200 (0.180 to 0.210)"
    assert shown["Evidence within the lungs"] == "-"
    assert table_row(row(0.2, 0.5), "2")["Its peak within them"] == "50.0 % (48.0 to 51.0)"


def test_chart_has_a_mark_for_each_step_and_both_questions() -> None:
    chart = lung_chart([row(0.2), row(0.97)], ["1", "2"])
    assert [list(trace.x) for trace in chart.data] == [[0.2, 0.97]] * 2
    assert [trace.name for trace in chart.data] == [
        "another child's outline: should be 1",
        "lungs painted over: should be 0.5",
    ]
