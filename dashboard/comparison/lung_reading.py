"""Whether each step reads the lungs or the body, from the columns ``lung_*`` of ``data/ladder.csv``."""

import numpy as np
import plotly.graph_objects as go

from dashboard.shared.elements.charts import OTHER, TEST, VALIDATION, error_bars, frame_chart
from dashboard.shared.formatting import format_estimate, format_percent_estimate
from model.metrics.estimate import Estimate

Row = dict[str, str]

AREAS = {
    "body_moved": "Another child's body",
    "lungs_moved": "Another child's outline",
    "lungs_grey": "Lungs painted over",
    "outline": "Outline alone",
    "only_lungs": "Lungs alone",
}
SHARES = {"inside": "Evidence within the lungs", "peak_inside": "Its peak within them"}
DRAWN = {"lungs_moved": (VALIDATION, "circle"), "lungs_grey": (TEST, "diamond-open")}
"""Figures of the chart: one should be 1, the other one half."""


def step_titles(rows: list[Row]) -> dict[str, str]:
    """Return a title for each step by its name, numbered: what a step adds may be said of several."""
    return {row["name"]: f"{number}  {row['about']}" for number, row in enumerate(rows, 1)}


def asked_rows(rows: list[Row]) -> list[Row]:
    """Return the steps that were asked whether they read the lungs."""
    return [row for row in rows if row.get("lung_lungs_moved")]


def estimate(row: Row, figure: str) -> Estimate[float]:
    """Return a figure of a step with its interval, NaN where it has none."""
    return Estimate(*(float(row[f"lung_{figure}{end}"] or "nan") for end in ("", "_low", "_high")))


def table_row(row: Row, title: str) -> Row:
    """Return a step as the table shows it: areas under the ROC curve for the lungs' label, and shares."""
    areas = {AREAS[figure]: format_estimate(estimate(row, figure)) for figure in AREAS}
    shares = {SHARES[figure]: format_percent_estimate(estimate(row, figure)) for figure in SHARES}
    return {"Step": title, **areas, **shares}


def lung_chart(rows: list[Row], titles: list[str]) -> go.Figure:
    """Draw how far each step follows the lungs in another's outline, and what it reads without any lungs."""
    chart = go.Figure()
    for figure, (colour, symbol) in DRAWN.items():
        value, low, high = np.array([estimate(row, figure) for row in rows]).T
        chart.add_scatter(
            x=value,
            y=titles,
            name=f"{AREAS[figure].lower()}: should be {1 if figure == 'lungs_moved' else 0.5:g}",
            mode="markers",
            marker={"color": colour, "symbol": symbol, "size": 11},
            error_x=error_bars(value, low, high),
            hovertemplate="%{y}<br>AUC %{x:.3f}<extra></extra>",
        )
    chart.add_vline(x=0.5, line={"color": OTHER, "dash": "dot", "width": 1})
    chart.update_yaxes(autorange="reversed", automargin=True)
    chart.update_xaxes(title="AUC for the label of the lungs", range=[-0.03, 1.03])
    return frame_chart(chart, height=110 + 38 * len(rows))
