"""The randomisation test of the heat map as a picture."""

import plotly.graph_objects as go

from dashboard.shared.charts import OTHER, TEST, framed
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
    return framed(chart, height=380)
