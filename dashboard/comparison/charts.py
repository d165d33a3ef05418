"""The comparison's charts: the effect of each step, its learning curve, and ROC curves."""

from itertools import cycle

import numpy as np
import plotly.graph_objects as go

from dashboard.shared.elements.charts import OTHER, TEST, VALIDATION, error_bars, frame_chart
from model.metrics.operating_points import operating_points

SERIES = (TEST, VALIDATION, "#5b8def", "#c77dba", "#b8860b", "#56b4e9", OTHER, "#a3623a", "#6c9a3b", "#e08bb1")


def ladder_chart(rows: list[dict[str, str]], steps: list[str], figure: str, title: str) -> go.Figure:
    """Draw a figure of every step on validation and, with its 95 % interval, on test."""
    chart = go.Figure()
    for split, colour, symbol in (("validation", VALIDATION, "diamond-open"), ("test", TEST, "circle")):
        value, low, high = (
            np.array([float(row[f"{split}_{figure}{end}"]) for row in rows]) for end in ("", "_low", "_high")
        )
        chart.add_scatter(
            x=value,
            y=steps,
            name=split,
            mode="markers",
            marker={"color": colour, "symbol": symbol, "size": 10},
            error_x=error_bars(value, low, high) if split == "test" else None,
            hovertemplate="%{y}<br>%{x:.3f} on " + split + "<extra></extra>",
        )
    chart.update_yaxes(autorange="reversed", automargin=True)
    chart.update_xaxes(title=title)
    return frame_chart(chart, height=90 + 38 * len(rows))


def learning_curve_chart(epochs: list[dict[str, str]], figure: str, title: str) -> go.Figure:
    """Draw a figure by epoch, on train and on validation; the gap between them is overfitting."""
    chart = go.Figure()
    for column, name, colour in ((figure, "train", OTHER), (f"val_{figure}", "validation", VALIDATION)):
        chart.add_scatter(
            x=[int(row["epoch"]) for row in epochs],
            y=[float(row[column]) for row in epochs],
            name=name,
            mode="lines+markers",
            line={"color": colour, "width": 2.5},
            hovertemplate=f"epoch %{{x}}<br>%{{y:.3f}} on {name}<extra></extra>",
        )
    chart.update_xaxes(title="epoch", dtick=max(1, len(epochs) // 8))
    chart.update_yaxes(title=title)
    return frame_chart(chart, height=340)


def roc_chart(labels: np.ndarray, scores: dict[str, np.ndarray]) -> go.Figure:
    """Draw ROC curves of several networks, by name, on the same radiographs; every array has shape (n,)."""
    chart = go.Figure()
    for (name, probabilities), colour in zip(scores.items(), cycle(SERIES), strict=False):
        points = operating_points(labels, probabilities)
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
    return frame_chart(chart, height=420)
