"""The model card's charts: randomisation of the heat map, reliability, and shortcuts."""

import numpy as np
import plotly.graph_objects as go

from dashboard.shared.elements.charts import OTHER, TEST, VALIDATION, error_bars, frame_chart
from model.metrics.reliability import ReliabilityDiagram
from model.network.card.sections import RandomisationStage

TRAINED = "nothing"
"""The stage before the first, at which every map is the trained network's."""


def randomisation_chart(stages: list[RandomisationStage]) -> go.Figure:
    """Draw the likeness to the trained network's maps by what is shuffled, from the top, with 95 % intervals."""
    chart = go.Figure()
    for figure, name, colour in (("spearman", "rank correlation", TEST), ("ssim", "structural similarity", OTHER)):
        measured = [getattr(stage, figure) for stage in stages]
        mean, low, high = np.array([(1, 1, 1), *((one.value, one.low, one.high) for one in measured)]).T
        chart.add_scatter(
            x=[TRAINED, *(stage.shuffled for stage in stages)],
            y=mean,
            name=name,
            mode="lines+markers",
            line={"color": colour, "width": 2.5},
            marker={"size": 8},
            error_y=error_bars(mean, low, high),
            hovertemplate=f"shuffled: %{{x}}<br>{name} %{{y:.2f}}<extra></extra>",
        )
    chart.update_xaxes(title="shuffled, from the top", automargin=True)
    chart.update_yaxes(title="likeness to the trained network's map", range=[-0.55, 1.05], zeroline=True)
    return frame_chart(chart, height=380)


def reliability_chart(diagrams: dict[str, ReliabilityDiagram]) -> go.Figure:
    """Draw the observed share of pneumonias against the predicted probability, by split."""
    chart = go.Figure()
    chart.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"color": OTHER, "dash": "dot"}, showlegend=False, hoverinfo="skip"
    )
    for (name, diagram), colour in zip(diagrams.items(), (VALIDATION, TEST), strict=True):
        chart.add_scatter(
            x=diagram.predicted,
            y=diagram.observed.value,
            name=name,
            mode="lines+markers",
            line={"color": colour, "width": 2},
            marker={"size": 8},
            error_y=error_bars(*diagram.observed),
            customdata=diagram.count,
            hovertemplate=f"{name}: %{{customdata}} readings<br>predicted %{{x:.3f}}, observed %{{y:.3f}}"
            "<extra></extra>",
        )
    chart.update_xaxes(title="predicted probability, mean of a tenth of the readings", range=[-0.02, 1.02])
    chart.update_yaxes(title="share that had pneumonia", range=[-0.02, 1.02])
    return frame_chart(chart, height=420)


def movement_chart(changes: list[str], moves: dict[str, list[float]]) -> go.Figure:
    """Draw the mean move of the probability, 0 to 1, by what was done to the radiograph, a bar a version."""
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
    return frame_chart(chart, height=90 + 30 * len(changes))
