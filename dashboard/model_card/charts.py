"""The model card's charts: randomisation of the heat map, reliability, and shortcuts."""

import plotly.graph_objects as go

from dashboard.shared.charts import OTHER, TEST, VALIDATION, frame_chart
from model.metrics.reliability import ReliabilityDiagram
from model.network.card.sections import RandomisationStage

TRAINED = "nothing"
"""The stage before the first, at which every map is itself."""


def randomisation(stages: list[RandomisationStage]) -> go.Figure:
    """Likeness to the trained network's maps by what is shuffled, from the top, with 95 % intervals."""
    chart = go.Figure()
    names = [TRAINED, *(stage.shuffled for stage in stages)]
    for figure, name, colour in (("spearman", "rank correlation", TEST), ("ssim", "structural similarity", OTHER)):
        values = [getattr(stage, figure) for stage in stages]
        mean = [1.0, *(one.value for one in values)]
        chart.add_scatter(
            x=names,
            y=mean,
            name=name,
            mode="lines+markers",
            line={"color": colour, "width": 2.5},
            marker={"size": 8},
            error_y={
                "array": [0.0, *(one.high - one.value for one in values)],
                "arrayminus": [0.0, *(one.value - one.low for one in values)],
                "thickness": 1.2,
                "width": 3,
            },
            hovertemplate=f"shuffled: %{{x}}<br>{name} %{{y:.2f}}<extra></extra>",
        )
    chart.update_xaxes(title="shuffled, from the top", automargin=True)
    chart.update_yaxes(title="likeness to the trained network's map", range=[-0.55, 1.05], zeroline=True)
    return frame_chart(chart, height=380)


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
    return frame_chart(chart, height=420)


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
    return frame_chart(chart, height=90 + 30 * len(changes))
