"""The history's figures: readings over time, and the probabilities of late against validation's."""

import numpy as np
import plotly.graph_objects as go

from dashboard.history.drift import Drift, cumulative
from dashboard.shared.charts import OTHER, TEST, VALIDATION, framed
from model.metrics.calibration import clipped_logit
from model.network.finding import Finding

COLOURS = {Finding.PNEUMONIA: TEST, Finding.NORMAL: VALIDATION, Finding.REVIEW: OTHER}
TICKS = (0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999)
FEWEST_PLACES = 14
"""On the axis of days: the first of them would fill the page."""
EDGE = 0.0005
"""Probabilities nearer than this to 0 or 1 are drawn there: log-odds have no end."""


def counts_over_time(starts: list[str], counts: dict[Finding, np.ndarray]) -> go.Figure:
    """A bar a day or a week, from its first day (ISO 8601): int64 counts of shape (n,) by finding, stacked."""
    chart = go.Figure()
    for finding, values in counts.items():
        chart.add_bar(
            x=starts,
            y=values,
            name=finding,
            marker={"color": COLOURS[finding]},
            hovertemplate=f"%{{x}}<br>%{{y}} {finding}<extra></extra>",
        )
    # A category a bar: on an axis of dates a single day would be as wide as the page.
    chart.update_xaxes(type="category", nticks=12, range=[-0.5, max(len(starts), FEWEST_PLACES) - 0.5])
    most = max(sum(counts.values(), np.zeros(1)))
    chart.update_yaxes(title="readings", range=[0, 1.08 * most], dtick=1 if most < 6 else None)
    chart.update_layout(barmode="stack", bargap=0.25, legend={"traceorder": "normal"})
    return framed(chart, height=300)


def drift(measured: Drift) -> go.Figure:
    """Both cumulative shares over the probability, spread as log-odds, and the widest gap between them."""
    chart = go.Figure()
    for sample, name, colour in ((measured.validation, "validation", VALIDATION), (measured.recent, "kept", TEST)):
        values, shares = cumulative(sample)
        values, shares = np.array([0, *values, 1]), np.array([0, *shares, 1])
        chart.add_scatter(
            x=clipped_logit(values, EDGE),
            y=shares,
            customdata=values,
            name=f"{name}, {len(sample)}",
            mode="lines",
            line={"color": colour, "width": 2.5, "shape": "hv"},
            hovertemplate=f"%{{y:.1%}} of {name} at or below %{{customdata:.3f}}<extra></extra>",
        )
    ends = [np.searchsorted(s, measured.gap, side="right") / len(s) for s in (measured.validation, measured.recent)]
    chart.add_scatter(
        x=[float(clipped_logit(measured.gap, EDGE))] * 2,
        y=ends,
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
    return framed(chart, height=340)
