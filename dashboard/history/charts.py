"""The history's charts: readings over time, and recent probabilities against validation's."""

import numpy as np
import plotly.graph_objects as go
from scipy import stats

from dashboard.history.counts_over_time import CountsOverTime
from dashboard.history.drift import Drift
from dashboard.shared.elements.charts import OTHER, TEST, VALIDATION, frame_chart
from model.metrics.calibration import clipped_logit
from model.network.finding import Finding

COLOURS = {Finding.PNEUMONIA: TEST, Finding.NORMAL: VALIDATION, Finding.REVIEW: OTHER}
TICKS = (0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999)
FEWEST_BARS = 14
"""Room for as many is left on the axis of days: a single bar would fill the page."""
EDGE = 0.0005
"""Probabilities nearer than this to 0 or 1 are drawn at it: log-odds have no end."""


def counts_chart(measured: CountsOverTime) -> go.Figure:
    """Draw a bar for each period, its findings stacked."""
    chart = go.Figure()
    starts = [start.isoformat() for start in measured.starts]
    for finding, counts in measured.counts.items():
        chart.add_bar(
            x=starts,
            y=counts,
            name=finding,
            marker={"color": COLOURS[finding]},
            hovertemplate=f"%{{x}}<br>%{{y}} {finding}<extra></extra>",
        )
    # Categories: on an axis of dates a single day would be as wide as the page.
    chart.update_xaxes(type="category", nticks=12, range=[-0.5, max(len(starts), FEWEST_BARS) - 0.5])
    most = np.sum(list(measured.counts.values()), axis=0).max()
    chart.update_yaxes(title="readings", range=[0, 1.08 * most], dtick=1 if most < 6 else None)
    chart.update_layout(barmode="stack", bargap=0.25, legend={"traceorder": "normal"})
    return frame_chart(chart, height=300)


def drift_chart(measured: Drift) -> go.Figure:
    """Draw both cumulative distributions over the log-odds of the probability, and the widest gap between them."""
    chart = go.Figure()
    gap_ends = []
    for sample, name, colour in ((measured.validation, "validation", VALIDATION), (measured.recent, "saved", TEST)):
        cumulative = stats.ecdf(sample).cdf
        values = np.array([0, *cumulative.quantiles, 1])
        gap_ends.append(float(cumulative.evaluate(measured.gap)))
        chart.add_scatter(
            x=clipped_logit(values, EDGE),
            y=[0, *cumulative.probabilities, 1],
            customdata=values,
            name=f"{name}, {len(sample)}",
            mode="lines",
            line={"color": colour, "width": 2.5, "shape": "hv"},
            hovertemplate=f"%{{y:.1%}} of {name} at or below %{{customdata:.3f}}<extra></extra>",
        )
    chart.add_scatter(
        x=[float(clipped_logit(measured.gap, EDGE))] * 2,
        y=gap_ends,
        name=f"widest gap, {100 * measured.distance:.0f} points",
        mode="lines",
        line={"color": OTHER, "width": 2, "dash": "dot"},
        hoverinfo="skip",
    )
    chart.update_xaxes(
        title="probability of pneumonia",
        tickvals=clipped_logit(TICKS, EDGE),
        ticktext=[f"{100 * tick:g} %" for tick in TICKS],
        range=clipped_logit([0, 1], EDGE) * 1.04,
    )
    chart.update_yaxes(title="share at or below", range=[-0.02, 1.02], tickformat=".0%")
    return frame_chart(chart, height=340)
