"""The comparison's charts: what each step bought, its learning curve, and ROC curves."""

from itertools import cycle

import numpy as np
import plotly.graph_objects as go

from dashboard.shared.charts import OTHER, TEST, VALIDATION, frame_chart
from model.metrics.operating_points import operating_points

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
    steps = [f"{number}  {row['about']}" for number, row in enumerate(rows, 1)]
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
            error_x={"array": high - value, "arrayminus": value - low, "thickness": 1.5, "width": 4}
            if split == "test"
            else None,
            hovertemplate="%{y}<br>%{x:.3f} on " + split + "<extra></extra>",
        )
    chart.update_yaxes(autorange="reversed", automargin=True)
    chart.update_xaxes(title=title)
    return frame_chart(chart, height=90 + 38 * len(rows))


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
    return frame_chart(chart, height=340)


def roc(labels: np.ndarray, scores: dict[str, np.ndarray]) -> go.Figure:
    """ROC curves of several networks on the same radiographs."""
    chart = go.Figure()
    for (name, given), colour in zip(scores.items(), cycle(SERIES), strict=False):
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
    return frame_chart(chart, height=420)
