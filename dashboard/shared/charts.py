"""Plotly figures from arrays and rows; colours follow Streamlit's theme where they can."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import plotly.graph_objects as go

from model.metrics.operating_points import operating_points
from model.metrics.reliability import ReliabilityDiagram

# Okabe and Ito's, told apart by every kind of colour vision, and readable on light and dark.
TEST, VALIDATION, OTHER = "#d55e00", "#2a9d8f", "#8a94a6"
SERIES = (
    "#d55e00",
    "#2a9d8f",
    "#5b8def",
    "#c77dba",
    "#b8860b",
    "#56b4e9",
    "#8a94a6",
    "#a3623a",
    "#6c9a3b",
    "#e08bb1",
)


def ladder(rows: list[dict[str, str]], figure: str, title: str) -> go.Figure:
    """A step a line: the figure on validation and, with its 95 % interval, on test."""
    steps = [row["about"] for row in rows]
    chart = go.Figure()
    for split, colour, symbol in (("validation", VALIDATION, "diamond-open"), ("test", TEST, "circle")):
        value, low, high = (
            np.array([float(row[f"{split}_{figure}{end}"]) for row in rows]) for end in ("", "_low", "_high")
        )
        chart.add_scatter(
            x=value,
            y=_numbered(steps),
            name=split,
            mode="markers",
            marker={"color": colour, "symbol": symbol, "size": 10},
            error_x={"array": high - value, "arrayminus": value - low, "thickness": 1.5, "width": 4}
            if split == "test"
            else None,
            hovertemplate="%{y}<br>%{x:.3f} on " + split + "<extra></extra>",
        )
    chart.update_yaxes(autorange="reversed", automargin=True)
    chart.update_xaxes(title=title)
    return framed(chart, height=90 + 38 * len(rows))


def learning_curve(rows: list[dict[str, str]], figure: str, title: str) -> go.Figure:
    """An epoch a point: train against validation; the gap between them is what was learnt by heart."""
    chart = go.Figure()
    epochs = [int(row["epoch"]) for row in rows]
    for column, name, colour in ((figure, "train", OTHER), (f"val_{figure}", "validation", VALIDATION)):
        chart.add_scatter(
            x=epochs,
            y=[float(row[column]) for row in rows],
            name=name,
            mode="lines+markers",
            line={"color": colour, "width": 2.5},
            hovertemplate=f"epoch %{{x}}<br>%{{y:.3f}} on {name}<extra></extra>",
        )
    chart.update_xaxes(title="epoch", dtick=max(1, len(epochs) // 8))
    chart.update_yaxes(title=title)
    return framed(chart, height=340)


def roc(labels: np.ndarray, scores: dict[str, np.ndarray]) -> go.Figure:
    """ROC curves of several networks on the same radiographs."""
    chart = go.Figure()
    for (name, given), colour in zip(scores.items(), _colours(), strict=False):
        points = operating_points(labels, given)
        chart.add_scatter(
            x=points.fp / (points.fp + points.tn),
            y=points.tp / (points.tp + points.fn),
            name=name,
            mode="lines",
            line={"color": colour, "width": 2.5, "shape": "linear"},
            hovertemplate=f"{name}<br>recall %{{y:.3f}} at %{{x:.3f}} false alarms<extra></extra>",
        )
    chart.update_xaxes(title="false alarms, share of normals", range=[-0.01, 0.61])
    chart.update_yaxes(title="recall", range=[0.39, 1.01])
    return framed(chart, height=420)


def reliability_diagram(curves: dict[str, ReliabilityDiagram]) -> go.Figure:
    """Observed share of pneumonias against predicted probability, by split; the diagonal is perfect."""
    chart = go.Figure()
    chart.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"color": OTHER, "dash": "dot"}, showlegend=False, hoverinfo="skip"
    )
    for (name, curve), colour in zip(curves.items(), (VALIDATION, TEST), strict=True):
        chart.add_scatter(
            x=curve.predicted,
            y=curve.observed.value,
            name=name,
            mode="lines+markers",
            line={"color": colour, "width": 2},
            marker={"size": 8},
            error_y={
                "array": curve.observed.high - curve.observed.value,
                "arrayminus": curve.observed.value - curve.observed.low,
                "thickness": 1.2,
                "width": 3,
            },
            customdata=curve.count,
            hovertemplate=f"{name}: %{{customdata}} readings<br>predicted %{{x:.3f}}, observed %{{y:.3f}}"
            "<extra></extra>",
        )
    chart.update_xaxes(title="predicted probability, mean of a tenth of the readings", range=[-0.02, 1.02])
    chart.update_yaxes(title="share that had pneumonia", range=[-0.02, 1.02])
    return framed(chart, height=420)


def movement(changes: list[str], moves: dict[str, list[float]]) -> go.Figure:
    """Mean change of the probability by what was done to the radiograph, a bar a version."""
    chart = go.Figure()
    for (name, values), colour in zip(moves.items(), (OTHER, TEST), strict=False):
        chart.add_bar(
            y=changes,
            x=[100 * value for value in values],
            name=name,
            orientation="h",
            marker={"color": colour},
            hovertemplate=f"{name}<br>%{{y}}: %{{x:.2f}} points<extra></extra>",
        )
    chart.update_yaxes(autorange="reversed", automargin=True)
    chart.update_xaxes(title="mean change, percentage points")
    return framed(chart, height=90 + 30 * len(changes))


def framed(chart: go.Figure, height: int) -> go.Figure:
    """A chart with narrow margins and its legend above it; ``height`` in pixels."""
    chart.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        hovermode="closest",
    )
    return chart


def _numbered(steps: list[str]) -> list[str]:
    return [f"{number}  {step}" for number, step in enumerate(steps, 1)]


def _colours() -> Iterable[str]:
    while True:
        yield from SERIES


def plotly_options() -> dict[str, Any]:
    """No toolbar over the curves, and no button that asks a server for anything."""
    return {"displayModeBar": False}
